#include "rpc/peer.hpp"

namespace platen::rpc {

std::string Peer::text() const {
  return "uid " + std::to_string(uid) + ", pid " + std::to_string(pid);
}

}  // namespace platen::rpc
