#include "rpc/transport/peer.hpp"

#include <cerrno>

#include <unistd.h>

namespace platen::rpc {

Peer Peer::remote(std::string_view address) {
  constexpr std::uint32_t nobody = 0xffffffff;  // no account of any system has this number
  Peer peer{nobody, nobody, -1};
  peer.address = ShortText(address);
  return peer;
}

std::string Peer::text() const {
  if (!is_local())
    return std::string(name.empty() ? "somebody" : name.text()) + " at " + std::string(address.text());
  return "uid " + std::to_string(uid) + ", pid " + std::to_string(pid);
}

std::string process_name() {
  return std::string(program_invocation_short_name) + ", pid " + std::to_string(::getpid());
}

}  // namespace platen::rpc
