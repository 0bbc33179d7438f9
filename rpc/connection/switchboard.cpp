#include "rpc/connection/switchboard.hpp"

#include <algorithm>

#include <boost/asio/post.hpp>

#include "rpc/connection/connection.hpp"

namespace platen::rpc {

// A turn that was asked for. Destroyed with its reactor and never run, it takes down who would have been
// resumed: nobody else will.
struct Switchboard::Later {
  explicit Later(std::shared_ptr<Switchboard> to) : board(std::move(to)) {}
  Later(Later&&) noexcept = default;
  Later& operator=(Later&&) = delete;
  ~Later() {
    if (!board) return;
    while (auto* one = board->next_due()) one->gone();
  }
  void operator()() {
    auto self = std::move(board);
    self->promised_ = false;
    const Turn turn(*self);
  }

  std::shared_ptr<Switchboard> board;
};

Switchboard::Switchboard(Clock& clock, boost::asio::any_io_executor executor)
    : idle(executor),
      clock_(clock),
      executor_(std::move(executor)),
      deadlines_(std::make_shared<DeadlineQueue>(clock)),
      handlers_(std::make_shared<Handlers>(executor_)) {}

bool serves(const InterfaceId& offered, const SyntaxId& wanted) {
  return offered.uuid == wanted.uuid && offered.major == wanted.major && offered.minor >= wanted.minor;
}

const Service* Switchboard::find(const SyntaxId& wanted) const {
  auto at = services.find(wanted.uuid);
  return at != services.end() && serves(at->second.interface(), wanted) ? &at->second : nullptr;
}

bool Switchboard::takes_descriptors() const {
  return std::ranges::any_of(services, [](const auto& one) { return one.second.takes_descriptors(); });
}

void Switchboard::join(Connection* connection) {
  connections_.push_back(connection);
  handlers_->expect();
}

void Switchboard::leave(Connection* connection) {
  if (parcel_ != nullptr && parcel_->to() == connection) (void)parcel_->take();
  std::erase(connections_, connection);
  if (!connections_.empty()) return;
  deadlines_->rest();
  handlers_->rest();
}

void Switchboard::put_off(Due& what) {
  if (std::exchange(what.due_, true)) return;
  what.next_ = nullptr;
  (last_ != nullptr ? last_->next_ : first_) = &what;
  last_ = &what;
  if (parcel_ != nullptr || std::exchange(promised_, true)) return;
  boost::asio::post(executor_, Later(shared_from_this()));
}

Due* Switchboard::next_due() noexcept {
  auto* one = first_;
  if (one == nullptr) return nullptr;
  first_ = one->next_;
  if (first_ == nullptr) last_ = nullptr;
  one->due_ = false;
  return one;
}

void Switchboard::forget(Due& what) noexcept {
  Due* before = nullptr;
  for (auto* one = first_; one != &what; one = one->next_) before = one;
  (before != nullptr ? before->next_ : first_) = what.next_;
  if (last_ == &what) last_ = before;
  what.due_ = false;
}

void Due::forget() noexcept {
  board_.forget(*this);
}

void Switchboard::ship(Parcel& parcel) {
  auto* to = parcel.to();
  to->ship(parcel.take());
}

void Switchboard::catch_up() {
  while (auto* one = next_due()) one->go();
}

}  // namespace platen::rpc
