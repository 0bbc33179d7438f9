#include "virtual/parallel/extensibility.hpp"

namespace platen::vprinter::ieee1284 {

std::string make_device_id(std::string_view text, const Faults& faults) {
  if (faults.id_without_semicolon && text.ends_with(';')) text.remove_suffix(1);
  const bool exclusive = faults.id_length == Faults::IdLength::exclusive;
  const std::size_t length = text.size() + (exclusive ? 0 : 2);
  const char high = static_cast<char>(length >> 8);
  const char low = static_cast<char>(length & 0xff);
  const bool least_first = faults.id_length == Faults::IdLength::least_first;
  std::string id;
  id += least_first ? low : high;
  id += least_first ? high : low;
  return id.append(text);
}

}  // namespace platen::vprinter::ieee1284
