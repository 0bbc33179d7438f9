#include "rpc/ndr/ndr.hpp"

namespace platen::rpc {

Error undecodable(const NdrReader& reader) {
  return fail(Errc::malformed, "understand a message", std::string("(") + reader.error() + ")",
              "The two programs may be of different versions; install one version of Platen throughout.");
}

}  // namespace platen::rpc
