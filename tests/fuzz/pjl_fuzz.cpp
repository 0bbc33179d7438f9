// Whatever a printer says: reader, tracker and all translations of the status. The bytes are fed whole and in
// pieces, and both must tell the same status.
#include <cstdlib>
#include <string_view>

#include "bidi/ipp_status.hpp"
#include "bidi/schema.hpp"
#include "bidi/sentence.hpp"
#include "bidi/status_tracker.hpp"

namespace {

using namespace platen::bidi;

PrinterStatus follow(std::string_view bytes, std::size_t step) {
  PjlReader reader;
  StatusTracker tracker;
  tracker.connected();
  for (std::size_t at = 0; at < bytes.size(); at += step)
    for (const Message& message : reader.feed(bytes.substr(at, step))) tracker.told(message);
  for (const Message& message : reader.flush()) tracker.told(message);
  return tracker.status();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  constexpr std::size_t odd_step = 7;
  const PrinterStatus status = follow(bytes, size + 1);
  if (status.device_id.size() > 2 * max_message_bytes || status.supplies.size() > 64 ||
      status.trays.size() > 64)
    std::abort();
  if (follow(bytes, odd_step).state != status.state) std::abort();
  (void)ipp_status(status);
  (void)sentence(status);
  for (const std::string& path : schema::enumerate(status))
    if (!schema::get(status, path)) std::abort();
  return 0;
}
