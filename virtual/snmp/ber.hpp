// As much of BER as an SNMP packet needs, for the virtual printer's own agent.
//
//   BerReader reader(packet);
//   auto body = reader.enter(0x30);
//   if (auto version = body->integer()) …
//
// Every read fails on what is cut off or has another tag; then nothing has been taken. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace platen::vprinter::snmp {

using Name = std::vector<std::uint32_t>;

enum Tag : std::uint8_t {
  kInteger = 0x02,
  kOctets = 0x04,
  kNull = 0x05,
  kObjectId = 0x06,
  kSequence = 0x30,
  kCounter = 0x41,
};

class BerReader {
 public:
  explicit BerReader(std::string_view bytes) : rest_(bytes) {}
  [[nodiscard]] bool empty() const { return rest_.empty(); }
  [[nodiscard]] std::optional<std::uint8_t> tag() const;
  std::optional<std::string_view> content(std::uint8_t tag);
  std::optional<BerReader> enter(std::uint8_t tag);
  std::optional<std::int64_t> integer();
  std::optional<Name> object_id();
  bool skip();

 private:
  std::string_view rest_;
};

[[nodiscard]] std::string ber(std::uint8_t tag, std::string_view content);
[[nodiscard]] std::string ber_number(std::uint8_t tag, std::int64_t value);
[[nodiscard]] std::string ber_name(const Name& name);

}  // namespace platen::vprinter::snmp
