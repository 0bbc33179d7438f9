#include "rpc/interface.hpp"

namespace platen::rpc {

std::string operation_name(const InterfaceId& interface, std::uint16_t number) {
  std::string name = number < interface.operations.size() ? std::string(interface.operations[number])
                                                          : "operation " + std::to_string(number);
  return name.append(" of ").append(interface.name);
}

}  // namespace platen::rpc
