// Reads a job's data ahead of the printer, one chunk at most, so that the printer never waits for the
// renderer's pipe and a cancel never waits for either.
//
//   auto pump = DataPump::start(clock, executor, std::move(source), [this] { changed_.notify(); });
//   while (!pump->ended() || pump->has_data()) … send(pump->take()) …
//   pump->abandon();
//
// Keeps itself alive until its last read has ended; abandon() may be followed by dropping it at once. One
// reactor.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "base/event.hpp"
#include "base/stream.hpp"

namespace platen::langmon {

class DataPump : public std::enable_shared_from_this<DataPump> {
 public:
  // `news` is called when there is data, or its end, and never after abandon().
  static std::shared_ptr<DataPump> start(Clock& clock, boost::asio::any_io_executor executor,
                                         std::unique_ptr<ByteSource> source, std::function<void()> news);

  [[nodiscard]] bool has_data() const { return !ready_.empty(); }
  [[nodiscard]] std::vector<std::byte> take();
  // No more will come; has_data() may still be true.
  [[nodiscard]] bool ended() const { return ended_; }
  // Why it ended, when not by the data's own end.
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }
  void abandon();

 private:
  DataPump(Clock& clock, boost::asio::any_io_executor executor, std::unique_ptr<ByteSource> source,
           std::function<void()> news);
  static Task<void> run(std::shared_ptr<DataPump> self);
  void end(std::optional<Error> error);

  Clock& clock_;
  std::unique_ptr<ByteSource> source_;
  std::function<void()> news_;
  Event room_;
  boost::asio::cancellation_signal stop_;
  std::vector<std::byte> ready_;
  bool ended_ = false;
  bool abandoned_ = false;
  std::optional<Error> error_;
};

}  // namespace platen::langmon
