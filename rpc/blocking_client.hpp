// A client for threads that are not ours: a Windows spooler's thread in the language-monitor DLL, a tool
// without a reactor, a test.
//
//   auto client = BlockingClient::connect("/run/platen/monitor-1.sock", kMonitor, 2s);
//   if (!client) …
//   auto reply = (*client)->call<Snapshot>({}, 500ms);
//
// Has a reactor thread of its own. Every method may be called from any thread, several at once, and returns
// by its time. Callbacks are served on the reactor thread, so their handlers must not call this client; they
// may use the Call that they are given.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/lock.hpp"
#include "rpc/client.hpp"

namespace platen::rpc {

class BlockingClient {
 public:
  static Result<std::unique_ptr<BlockingClient>> connect(std::string path, const InterfaceId& interface,
                                                         Duration within);
  // Ends what is outstanding with Errc::closed.
  ~BlockingClient();
  BlockingClient(const BlockingClient&) = delete;
  BlockingClient& operator=(const BlockingClient&) = delete;

  // `callbacks` must outlive the call.
  template <class Op>
  Result<typename Op::Reply> call(typename Op::Request request, Duration within,
                                  const Service* callbacks = nullptr) {
    Result<Message> answer = call_raw(Op::number, encode(std::move(request)), within, callbacks);
    if (!answer) return answer.error();
    return decode<typename Op::Reply>(std::move(*answer));
  }

  [[nodiscard]] bool connected() const;
  [[nodiscard]] Peer peer() const;
  void close();

 private:
  class Reactor;
  BlockingClient(std::unique_ptr<Reactor> reactor, std::shared_ptr<Client> client);
  Result<Message> call_raw(std::uint16_t number, Message request, Duration within, const Service* callbacks);

  std::unique_ptr<Reactor> reactor_;
  std::shared_ptr<Client> client_;  // touched on the reactor thread only
  Peer peer_;
};

}  // namespace platen::rpc
