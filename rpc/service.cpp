#include "rpc/service.hpp"

namespace platen::rpc {

std::shared_ptr<const Handler> Service::find(std::uint16_t number) const {
  auto at = handlers_.find(number);
  return at == handlers_.end() ? nullptr : at->second;
}

}  // namespace platen::rpc
