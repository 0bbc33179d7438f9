// One outstanding call of ours: the place where its answer is put, once, and where its caller waits. It lives
// on its caller's frame, and takes itself out of all that knows it when that goes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/deadline_queue.hpp"
#include "base/recycled.hpp"
#include "rpc/connection/due.hpp"
#include "rpc/connection/resume.hpp"
#include "rpc/ndr/ndr.hpp"
#include "rpc/wire/identity.hpp"

namespace platen::rpc {

class Connection;
class IncomingCall;
class Service;
class Switchboard;

class Waiter final : public DeadlineQueue::Entry, public Due {
 public:
  Waiter(Switchboard& board, Connection& at, const InterfaceId& of, std::uint16_t operation, CallIdentity who,
         const Service* lent)
      : Due(board), identity(who), interface(&of), number(operation), callbacks(lent), connection_(at) {}
  ~Waiter();
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  // The first answer counts.
  void complete(Message&& with);
  void complete(Error why);
  // The caller leaves without one; `why` is what it returns.
  void give_up(Errc why);
  // One that this slot admitted has ended.
  void nested_ended(IncomingCall* call);
  [[nodiscard]] std::string what() const;  // "CancelDoc of monitor (uid 0, pid 4711)"

  CallIdentity identity;
  const InterfaceId* interface;
  std::uint16_t number;
  const Service* callbacks;  // what the caller lends to this call
  std::optional<Result<Message>> answer;
  bool given_up = false;  // the answer is our own
  std::vector<IncomingCall*, Recycled<IncomingCall*>>
      nested;                 // calls of the peer that this slot admitted, and that still run
  bool running_down = false;  // it has its answer, and waits for those
  Instant since{};
  Resume resume;

 private:
  void expired() override;
  void go() override {
    if (resume) std::move(resume)();
  }
  void gone() override { const Resume dropped = std::move(resume); }

  Connection& connection_;  // outlives it: the caller holds it
};

// The calls that wait on one connection. A slot is a place in the table and the number of its use, so that it
// is found at once, and a late answer cannot name a newer call.
class WaiterTable {
 public:
  static constexpr std::uint32_t place_bits = 10;
  static constexpr std::size_t most = 1U << place_bits;

  // Gives the slot.
  [[nodiscard]] std::uint32_t reserve() {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint16_t>(places_.size()));
      places_.emplace_back();
    }
    const std::uint16_t place = free_.back();
    free_.pop_back();
    ++used_;
    auto& uses = places_[place].uses;
    if (++uses == 0xffffffffU >> place_bits) uses = 1;  // all ones say "no slot"
    return uses << place_bits | place;
  }
  void put(std::uint32_t slot, Waiter& waiter) { places_[slot & (most - 1)].waiter = &waiter; }
  void remove(std::uint32_t slot) {
    const auto place = static_cast<std::uint16_t>(slot & (most - 1));
    places_[place].waiter = nullptr;
    free_.push_back(place);
    --used_;
  }
  [[nodiscard]] Waiter* at(std::uint32_t slot) const {
    const std::size_t place = slot & (most - 1);
    if (place >= places_.size() || places_[place].uses != slot >> place_bits) return nullptr;
    return places_[place].waiter;
  }
  [[nodiscard]] Waiter* called(std::uint32_t call_id) const;  // by a search: for what is out of order
  [[nodiscard]] std::size_t size() const { return used_; }
  [[nodiscard]] std::vector<Waiter*> all() const;
  [[nodiscard]] Waiter* parked() const;  // one that can be resumed

 private:
  struct Place {
    Waiter* waiter = nullptr;
    std::uint32_t uses = 0;
  };
  std::vector<Place> places_;
  std::vector<std::uint16_t> free_;
  std::size_t used_ = 0;
};

}  // namespace platen::rpc
