#include "spooler/store/subscription.hpp"

#include <algorithm>

namespace platen::spooler {
namespace {

struct KeyOf {
  std::string operator()(const PrinterChanged& change) const { return "printer " + change.printer.name; }
  std::string operator()(const PrinterRemoved& change) const { return "printer " + change.name; }
  std::string operator()(const JobChanged& change) const { return "job " + std::to_string(change.job.id); }
  std::string operator()(const JobRemoved& change) const { return "job " + std::to_string(change.id); }
  std::string operator()(const Lagged&) const { return "lagged"; }
};

}  // namespace

class Announcer::Reader final : public Subscription {
 public:
  Reader(Clock& clock, const boost::asio::any_io_executor& executor) : clock_(clock), arrived_(executor) {}

  Task<Result<std::vector<Change>>> next(Deadline deadline) override {
    while (waiting_.empty()) {
      if (closed_)
        co_return fail(Errc::closed, "follow the changes of", "the spooler", "It is shutting down.");
      if (auto woken = co_await arrived_.wait(clock_, deadline); !woken) co_return woken.error();
    }
    places_.clear();
    co_return std::exchange(waiting_, {});
  }

  void put(const Change& change) {
    const std::string key = std::visit(KeyOf{}, change);
    if (auto known = places_.find(key); known != places_.end()) {
      waiting_[known->second] = change;
    } else if (places_.contains(KeyOf{}(Lagged{}))) {
      return;  // it will read everything anyway
    } else if (waiting_.size() >= most_waiting) {
      waiting_.assign(1, Lagged{});
      places_ = {{KeyOf{}(Lagged{}), 0}};
    } else {
      places_.emplace(key, waiting_.size());
      waiting_.push_back(change);
    }
    arrived_.notify();
  }

  void close() {
    closed_ = true;
    arrived_.notify();
  }

 private:
  Clock& clock_;
  Event arrived_;
  std::vector<Change> waiting_;
  std::map<std::string, std::size_t> places_;  // where each object stands in waiting_
  bool closed_ = false;
};

std::shared_ptr<Subscription> Announcer::subscribe() {
  auto reader = std::make_shared<Reader>(clock_, executor_);
  if (closed_) reader->close();
  readers_.push_back(reader);
  return reader;
}

void Announcer::announce(const Change& change) {
  std::erase_if(readers_, [](const auto& weak) { return weak.expired(); });
  for (const auto& weak : readers_)
    if (auto reader = weak.lock()) reader->put(change);
}

void Announcer::close() {
  closed_ = true;
  for (const auto& weak : readers_)
    if (auto reader = weak.lock()) reader->close();
}

}  // namespace platen::spooler
