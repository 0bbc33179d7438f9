#include "rpc/connection/switchboard.hpp"

#include <algorithm>

#include <boost/asio/post.hpp>

namespace platen::rpc {

// A turn that was asked for. Destroyed with its reactor and never run, it takes down who would have been
// resumed: nobody else will.
struct Switchboard::Later {
  explicit Later(std::shared_ptr<Switchboard> to) : board(std::move(to)) {}
  Later(Later&&) noexcept = default;
  Later& operator=(Later&&) = delete;
  ~Later() {
    if (!board) return;
    for (auto& waiter : board->awake_) {
      if (auto* one = std::exchange(waiter, nullptr)) {
        one->awake = false;
        const Resume gone = std::move(one->resume);
      }
    }
    board->awake_.clear();
    board->begun_.clear();
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
  std::erase(connections_, connection);
  if (!connections_.empty()) return;
  deadlines_->rest();
  handlers_->rest();
}

void Switchboard::wake(Waiter& waiter) {
  if (std::exchange(waiter.awake, true)) return;
  awake_.push_back(&waiter);
  promise_turn();
}

void Switchboard::forget(const Waiter& waiter) noexcept {
  std::ranges::replace(awake_, &waiter, nullptr);
}

void Switchboard::begin(Work work) {
  begun_.push_back(std::move(work));
  promise_turn();
}

void Switchboard::promise_turn() {
  if (turns_ > 0 || std::exchange(promised_, true)) return;
  boost::asio::post(executor_, Later(shared_from_this()));
}

void Switchboard::catch_up() {
  if (awake_.empty() && begun_.empty()) return;
  const auto self = shared_from_this();  // whoever is resumed may let go of the last owner
  ++turns_;                              // what they complete in turn is done here, not in them
  for (std::size_t woken = 0, begun = 0; woken < awake_.size() || begun < begun_.size();) {
    if (woken == awake_.size()) {
      Work work = std::move(begun_[begun++]);
      handlers_->run(std::move(work));
    } else if (auto* waiter = std::exchange(awake_[woken++], nullptr)) {
      waiter->awake = false;
      if (waiter->resume) std::move(waiter->resume)();
    }
  }
  awake_.clear();
  begun_.clear();
  --turns_;
}

}  // namespace platen::rpc
