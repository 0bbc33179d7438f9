// Any objects with any values, as an agent may serve them; and what was read once, told and read again, is
// the same.
#include <cstdlib>

#include "bidi/ipp_status.hpp"
#include "bidi/port_info.hpp"
#include "bidi/printer_mib.hpp"
#include "bidi/schema.hpp"

namespace {

using namespace platen::bidi;

// Input: root, column, index, kind, length or number, then octets; again and again.
std::vector<MibValue> objects(const std::uint8_t* data, std::size_t size) {
  std::vector<MibValue> values;
  std::size_t at = 0;
  while (at + 5 <= size) {
    MibValue value;
    const auto& roots = mib_roots();
    value.oid = roots[data[at] % roots.size()];
    const bool is_row = data[at] >= 128;
    if (data[at + 1] != 0) value.oid.push_back(data[at + 1] % 32U);
    value.oid.push_back(1);
    if (is_row) value.oid.push_back(data[at + 2] % 8U);
    const std::uint8_t kind = data[at + 3], length = data[at + 4];
    at += 5;
    if (kind % 2 == 0) {
      value.value =
          static_cast<std::int64_t>(static_cast<std::int8_t>(length)) * (kind % 4 == 0 ? 1 : 0x123456789);
    } else {
      const std::size_t count = std::min<std::size_t>(length, size - at);
      value.value = std::string(reinterpret_cast<const char*>(data) + at, count);
      at += count;
    }
    values.push_back(std::move(value));
  }
  return values;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const PrinterStatus status = status_from_mib(objects(data, size));
  if (status.supplies.size() > max_mib_rows || status.trays.size() > max_mib_rows) std::abort();
  for (const Supply& supply : status.supplies)
    if (supply.level > 100 || supply.level < level_some) std::abort();
  (void)ipp_status(status);
  (void)port_info(status);
  for (const std::string& path : schema::enumerate(status))
    if (!schema::get(status, path)) std::abort();
  const PrinterStatus again = status_from_mib(mib_values(status));
  if (again.supplies.size() != status.supplies.size() || again.trays.size() != status.trays.size())
    std::abort();
  return 0;
}
