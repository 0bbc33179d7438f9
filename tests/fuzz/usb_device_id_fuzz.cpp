// What a printer answers to GET_DEVICE_ID: an id is printable, holds a pair, and is a part of the answer.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "port/usb/requests.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto answer = std::as_bytes(std::span(data, size));
  const std::string id = platen::port::usb::decode_device_id(answer);
  if (!id.empty() && id.find(':') == std::string::npos) std::abort();
  if (std::string_view(reinterpret_cast<const char*>(data), size).find(id) == std::string_view::npos)
    std::abort();
  if (const std::size_t more = platen::port::usb::claimed_size(answer); more != 0 && more <= size)
    std::abort();
  return 0;
}
