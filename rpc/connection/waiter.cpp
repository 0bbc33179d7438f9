#include "rpc/connection/waiter.hpp"

#include "base/log.hpp"
#include "rpc/connection/connection.hpp"
#include "rpc/connection/incoming_call.hpp"

namespace platen::rpc {
namespace {

constexpr std::uint32_t place_bits = 10;
static_assert(WaiterTable::most == 1U << place_bits);

}  // namespace

Waiter::~Waiter() {
  for (auto* call : nested) call->admitted_by = nullptr;
}

void Waiter::complete(Message&& with) {
  if (answer) return;
  answer.emplace(std::move(with));
  // Whoever is resumed when this turn is over decodes it at once; others may come too late for what is lent.
  if (!resume || !nested.empty()) (*answer)->keep();
  board().put_off(*this);
}

void Waiter::complete(Error why) {
  if (answer) return;
  answer.emplace(std::move(why));
  board().put_off(*this);
}

void Waiter::give_up(Errc why) {
  if (answer) return;
  given_up = true;
  complete(fail(why, "get an answer to", what()));
}

void Waiter::nested_ended(IncomingCall* call) {
  std::erase(nested, call);
  if (running_down && nested.empty()) board().put_off(*this);
}

void Waiter::expired() {
  if (answer) {  // its rundown has lasted long enough
    running_down = false;
    return board().put_off(*this);
  }
  ++board().audit.late_answers;
  const auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(board().clock().now() - since);
  named_log("rpc")->info("{} waited {} ms in vain for {}", process_name(), waited.count(), what());
  give_up(Errc::timed_out);
}

std::string Waiter::what() const {
  return operation_name(*interface, number) + " (" + connection_.peer().text() + ")";
}

std::uint32_t WaiterTable::reserve() {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint16_t>(places_.size()));
    places_.emplace_back();
  }
  const std::uint16_t place = free_.back();
  free_.pop_back();
  ++used_;
  // All ones say "no slot".
  if (++places_[place].uses == 0xffffffffU >> place_bits) places_[place].uses = 1;
  return places_[place].uses << place_bits | place;
}

void WaiterTable::put(std::uint32_t slot, Waiter& waiter) {
  places_[slot & (most - 1)].waiter = &waiter;
}

void WaiterTable::remove(std::uint32_t slot) {
  const auto place = static_cast<std::uint16_t>(slot & (most - 1));
  places_[place].waiter = nullptr;
  free_.push_back(place);
  --used_;
}

Waiter* WaiterTable::at(std::uint32_t slot) const {
  const std::size_t place = slot & (most - 1);
  if (place >= places_.size() || places_[place].uses != slot >> place_bits) return nullptr;
  return places_[place].waiter;
}

Waiter* WaiterTable::called(std::uint32_t call_id) const {
  for (const auto& place : places_)
    if (place.waiter != nullptr && place.waiter->identity.call_id == call_id) return place.waiter;
  return nullptr;
}

std::vector<Waiter*> WaiterTable::all() const {
  std::vector<Waiter*> waiters;
  for (const auto& place : places_)
    if (place.waiter != nullptr) waiters.push_back(place.waiter);
  return waiters;
}

Waiter* WaiterTable::parked() const {
  for (const auto& place : places_)
    if (place.waiter != nullptr && place.waiter->resume) return place.waiter;
  return nullptr;
}

}  // namespace platen::rpc
