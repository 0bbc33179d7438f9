#include "rpc/service.hpp"

namespace platen::rpc {

void Service::put(std::uint16_t number, std::shared_ptr<const Handler> handler) {
  if (handlers_.size() <= number) handlers_.resize(number + 1U);
  handlers_[number] = std::move(handler);
}

}  // namespace platen::rpc
