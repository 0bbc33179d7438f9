// What is to be sent to one peer, in order. It goes out at once as far as the peer takes it; the rest waits
// here. Putting something in never waits, so that neither the reader nor a handler can be blocked by a peer
// that does not read.
#pragma once

#include <array>
#include <vector>

#include "base/event.hpp"
#include "rpc/limits.hpp"
#include "rpc/ndr/octets.hpp"
#include "rpc/transport/transport.hpp"
#include "rpc/wire/call_header.hpp"
#include "rpc/wire/pdu.hpp"

namespace platen::rpc {

// A request, response or fault on its way: cut into fragments as it goes, its octets never copied again.
class Outgoing {
 public:
  Outgoing() = default;
  // The stub is the call header, if there is one, and `body`. `fragment`: the longest PDU that the peer
  // takes.
  Outgoing(const StubHeader& front, const CallHeader* header, Octets body, Descriptors descriptors,
           std::uint16_t fragment);
  // Any PDU that is whole already.
  explicit Outgoing(Octets octets) : body_(std::move(octets)), left_(body_.size()) {}

  [[nodiscard]] std::size_t left() const { return left_; }
  // Sends what the transport takes now, and says how much.
  Result<std::size_t> send(Transport& transport);

 private:
  // Fragments that leave in one write: with room for the largest message that is sent in one go.
  static constexpr std::size_t most_fragments = 20;

  StubHeader front_;
  std::size_t front_size_ = 0;  // 0: `body_` is all there is
  std::array<std::byte, CallHeader::size> call_header_{};
  std::size_t call_header_size_ = 0;
  Octets body_;
  Descriptors descriptors_;
  std::size_t room_ = 0;  // for the stub, in one fragment
  std::size_t sent_ = 0;
  std::size_t left_ = 0;
};

class Outbox {
 public:
  Outbox(const boost::asio::any_io_executor& executor, const Limits& limits)
      : limits_(limits), changed_(executor) {}

  enum class Put { sent, waits, too_much };
  // Errors are the transport's.
  [[nodiscard]] Result<Put> put(Transport& transport, Outgoing message);
  // When there is room again: true when all is sent.
  [[nodiscard]] Result<bool> send_on(Transport& transport);
  [[nodiscard]] bool empty() const { return items_.empty(); }
  [[nodiscard]] bool full() const { return held_ >= limits_.queue_full; }
  Task<Result<void>> wait_for_room(Clock& clock, Deadline deadline);
  void close();

 private:
  const Limits& limits_;
  std::vector<Outgoing> items_;  // few, or else the peer is slow anyway
  std::size_t first_ = 0;        // of those, not sent yet
  std::size_t held_ = 0;
  bool closed_ = false;
  Event changed_;
};

}  // namespace platen::rpc
