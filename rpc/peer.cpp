#include "rpc/peer.hpp"

#include <cerrno>

#include <unistd.h>

namespace platen::rpc {

std::string Peer::text() const {
  return "uid " + std::to_string(uid) + ", pid " + std::to_string(pid);
}

std::string process_name() {
  return std::string(program_invocation_short_name) + ", pid " + std::to_string(::getpid());
}

}  // namespace platen::rpc
