// A peer whose every PDU is written by hand: right, wrong or hostile.
#pragma once

#include "base/event.hpp"
#include "rpc/transport/transport.hpp"
#include "rpc/wire/call_header.hpp"
#include "rpc/wire/fault.hpp"
#include "rpc/wire/pdu.hpp"
#include "test_interface.hpp"

namespace platen::rpc::testing {

// A PDU and the octets that its stub refers into.
struct Received {
  std::vector<std::byte> octets;
  Pdu pdu;

  template <class Body>
  [[nodiscard]] const Body* as() const {
    return std::get_if<Body>(&pdu.body);
  }
  [[nodiscard]] CallHeader header() const;  // of a request, response or fault
  [[nodiscard]] Octets body() const;
  [[nodiscard]] Error error() const;  // of a fault
};

// Takes from its transport only when it is told to: until then the other side's queue fills.
class RawPeer {
 public:
  RawPeer(Clock& clock, const asio::any_io_executor& executor, std::unique_ptr<Transport> transport)
      : clock_(clock), transport_(std::move(transport)), inbox_(std::make_shared<Inbox>(executor)) {
    transport_->take_descriptors();
  }

  Task<Result<void>> send(Pdu pdu, Descriptors descriptors = {});
  Task<Result<void>> send_octets(std::vector<std::byte> octets, Descriptors descriptors = {});
  Task<Result<Received>> receive(Duration within = long_enough);
  // True when the other side hangs up without a word.
  Task<bool> hung_up(Duration within = long_enough);

  Task<Result<void>> bind(std::uint16_t max_receive = local_fragment);  // as a client
  Task<Result<void>> accept_bind();                                     // as a server

  // A first call, as a client makes it; afterwards `chain`, `slot` and `call_id` are its own.
  Task<Result<void>> call(std::uint16_t number, Message message, Duration left = long_enough);
  Task<Result<void>> respond(std::uint32_t to_call_id, CallHeader header, Message message);

  void close() { transport_->close(); }

  SyntaxId interface { kTest.uuid, 1, 0 };
  Uuid chain;
  std::uint32_t slot = 0;
  std::uint32_t call_id = 0;

 private:
  struct Inbox final : TransportUser {
    explicit Inbox(const asio::any_io_executor& executor) : changed(executor) {}
    bool on_octets(std::span<std::byte> octets, Descriptors& descriptors) override;
    void on_end(Error why) override;
    void on_room() override;
    void on_reactor_gone() override {}

    std::vector<std::byte> octets;
    std::optional<Error> end;
    bool reading = false;
    bool waits_for_room = false;
    Event changed;
  };

  Clock& clock_;
  std::unique_ptr<Transport> transport_;
  std::shared_ptr<Inbox> inbox_;
};

}  // namespace platen::rpc::testing
