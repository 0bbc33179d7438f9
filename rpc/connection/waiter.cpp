#include "rpc/connection/waiter.hpp"

#include "base/log.hpp"
#include "rpc/connection/connection.hpp"
#include "rpc/connection/incoming_call.hpp"

namespace platen::rpc {
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
