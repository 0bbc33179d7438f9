#include "bidi/dot4/entry.hpp"

#include <algorithm>

namespace platen::bidi::dot4 {

Entry entry_for(const DeviceId& id) {
  // Channel numbers for the parallel port: "4d,4e,1" are 77 and 78.
  if (find(id.fields, "1284.4DL")) return Entry::ecp_channel;
  const bool packets = std::any_of(id.command_sets.begin(), id.command_sets.end(),
                                   [](const std::string& set) { return same_word(set, "D4"); });
  return packets ? Entry::magic : Entry::none;
}

}  // namespace platen::bidi::dot4
