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
    for (const auto& waiter : board->awake_) waiter->resume.reset();
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

void Switchboard::wake(std::shared_ptr<Waiter> waiter) {
  awake_.push_back(std::move(waiter));
  promise_turn();
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
  const auto self = shared_from_this();  // whoever is resumed may let go of the last owner
  ++turns_;                              // what they complete in turn is done here, not in them
  for (std::size_t i = 0; i < awake_.size() || !begun_.empty();) {
    if (i < awake_.size()) {
      const auto waiter = std::move(awake_[i++]);
      if (waiter->resume) std::exchange(waiter->resume, {})();
      continue;
    }
    auto begun = std::exchange(begun_, {});
    for (auto& work : begun) handlers_->run(std::move(work));
    begun.clear();
    if (begun_.empty()) begun_ = std::move(begun);
  }
  awake_.clear();
  --turns_;
}

}  // namespace platen::rpc
