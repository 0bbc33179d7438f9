#include <array>

#include <capnp/rpc-twoparty.h>
#include <kj/async-io.h>
#include <kj/io.h>
#include <sys/socket.h>
#include <unistd.h>

#include "contestant.hpp"
#include "peer.capnp.h"

namespace platen::bench {
namespace {

using capnp_peer::Callback;
using capnp_peer::Peer;

capnp::Data::Reader octets() {
  static const std::array<kj::byte, payload> all{};
  return {all.data(), all.size()};
}

class CallbackServer final : public Callback::Server {
  kj::Promise<void> call(CallContext context) override {
    context.getResults().setOctets(context.getParams().getOctets());
    return kj::READY_NOW;
  }
};

class PeerServer final : public Peer::Server {
  kj::Promise<void> flat(FlatContext context) override {
    context.getResults().setOctets(context.getParams().getOctets());
    return kj::READY_NOW;
  }

  kj::Promise<void> nested(NestedContext context) override {
    auto back = context.getParams().getCallback().callRequest();
    back.setOctets(context.getParams().getOctets());
    return back.send().then([context](capnp::Response<Callback::CallResults>&& answer) mutable {
      context.getResults().setOctets(answer.getOctets());
    });
  }
};

void serve(int socket) {
  auto io = kj::setupAsyncIo();
  auto stream = io.lowLevelProvider->wrapSocketFd(kj::AutoCloseFd(socket));
  capnp::TwoPartyVatNetwork network(*stream, capnp::rpc::twoparty::Side::SERVER);
  auto system = capnp::makeRpcServer(network, kj::heap<PeerServer>());
  network.onDisconnect().wait(io.waitScope);
}

// The capability that is called back is one object, passed with every nested call. What is measured has all
// that the protocol sends for it: each call's Finish, and the Release of the capability.
class Capnp final : public Contestant {
 public:
  Capnp() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) give_up("cannot make a socket pair");
    child_ = std::make_unique<Child>([&ends] {
      ::close(ends[0]);
      serve(ends[1]);
    });
    ::close(ends[1]);
    caller_ = std::make_unique<Caller>(ends[0]);
  }

  double flat(int calls) override {
    const double from = now_us();
    for (int i = 0; i < calls; ++i) {
      auto call = caller_->peer.flatRequest();
      call.setOctets(octets());
      check(call.send().wait(caller_->io.waitScope).getOctets());
    }
    return (now_us() - from) / calls;
  }

  double nested(int calls) override {
    const double from = now_us();
    for (int i = 0; i < calls; ++i) {
      auto call = caller_->peer.nestedRequest();
      call.setOctets(octets());
      call.setCallback(caller_->callback);
      check(call.send().wait(caller_->io.waitScope).getOctets());
    }
    return (now_us() - from) / calls;
  }

 private:
  // Made after the fork, for an event loop does not survive one.
  struct Caller {
    explicit Caller(int socket)
        : io(kj::setupAsyncIo()),
          stream(io.lowLevelProvider->wrapSocketFd(kj::AutoCloseFd(socket))),
          client(*stream),
          peer(client.bootstrap().castAs<Peer>()),
          callback(kj::heap<CallbackServer>()) {}

    kj::AsyncIoContext io;
    kj::Own<kj::AsyncIoStream> stream;
    capnp::TwoPartyClient client;
    Peer::Client peer;
    Callback::Client callback;
  };

  static void check(capnp::Data::Reader answer) {
    if (answer.size() != payload) give_up("Cap'n Proto: not the answer that was asked for");
  }

  std::unique_ptr<Child> child_;
  std::unique_ptr<Caller> caller_;
};

}  // namespace

std::unique_ptr<Contestant> make_capnp() {
  return std::make_unique<Capnp>();
}

}  // namespace platen::bench
