#include "rpc/switchboard.hpp"

namespace platen::rpc {

bool serves(const InterfaceId& offered, const SyntaxId& wanted) {
  return offered.uuid == wanted.uuid && offered.major == wanted.major && offered.minor >= wanted.minor;
}

const Service* Switchboard::find(const SyntaxId& wanted) const {
  auto at = services.find(wanted.uuid);
  return at != services.end() && serves(at->second.interface(), wanted) ? &at->second : nullptr;
}

}  // namespace platen::rpc
