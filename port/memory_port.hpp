// A port whose far end is a test: what the printer says is put in, what was sent is taken out. Works on any
// Clock.
//
//   MemoryPort port(reactor.get_executor(), clock);
//   port.far().say("@PJL INFO ID\r\n\"Lexmark T640\"\r\n\f");
//   ... run ...
//   EXPECT_THAT(port.far().take_heard(), HasSubstr("USTATUS"));
//   port.far().stall(true);      // takes no data any more: writes end at their deadline
//   port.far().disconnect();     // reads and writes end with Errc::closed, until the port is opened again
//
// The far end outlives the port, so that a test can look at it after the code under test has destroyed its
// port.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>

#include "base/event.hpp"
#include "port/port.hpp"

namespace platen::port {

class FarEnd {
 public:
  FarEnd(boost::asio::any_io_executor executor, Clock& clock);

  void say(std::string_view bytes);  // lost when the port is not open
  [[nodiscard]] const std::string& heard() const { return heard_; }
  [[nodiscard]] std::string take_heard();
  // Waits until `bytes` is in heard(), and takes all up to its end.
  Task<Result<std::string>> hear_until(std::string bytes, Deadline deadline);

  void stall(bool on);                  // takes no data
  void stall_after(std::size_t bytes);  // takes so many more, and then no data until stall(false)
  void take_at_most(std::size_t per_write) { per_write_ = per_write; }
  void refuse(bool on) { refuse_ = on; }     // open() fails
  void forbid_reset() { no_reset_ = true; }  // abort_job() cannot end the job
  void only_packets() { packets_ = true; }   // the wire carries nothing else
  void disconnect();
  void arrive();  // tells who waits for it, as a cable that is plugged in does
  [[nodiscard]] bool is_open() const { return open_; }
  [[nodiscard]] int opened() const { return opened_; }  // how many times
  [[nodiscard]] int aborted() const { return aborted_; }
  // What was said and not yet read: when it grows, nobody reads.
  [[nodiscard]] std::size_t unread() const { return said_.size(); }

 private:
  friend class MemoryPort;
  Clock& clock_;
  Event changed_;
  std::string said_;
  std::string heard_;
  std::size_t per_write_ = SIZE_MAX;
  std::size_t until_stall_ = SIZE_MAX;
  bool open_ = false;
  bool stalled_ = false;
  bool refuse_ = false;
  bool no_reset_ = false;
  bool packets_ = false;
  int opened_ = 0;
  int aborted_ = 0;
  std::weak_ptr<std::function<void()>> arrived_;  // held by who waits
};

class MemoryPort final : public Port {
 public:
  MemoryPort(boost::asio::any_io_executor executor, Clock& clock, std::string device_id = {},
             std::string uri = "memory:printer");
  explicit MemoryPort(std::shared_ptr<FarEnd> far, std::string device_id = {},
                      std::string uri = "memory:printer");
  ~MemoryPort() override;

  [[nodiscard]] FarEnd& far() { return *far_; }
  [[nodiscard]] std::shared_ptr<FarEnd> share_far() { return far_; }

  [[nodiscard]] const std::string& uri() const override { return uri_; }
  Task<Result<void>> open(Deadline deadline) override;
  [[nodiscard]] bool is_open() const override { return far_->open_; }
  [[nodiscard]] bool carries_packets() const override { return far_->packets_; }
  Task<Result<std::size_t>> read_some(std::span<std::byte> into, Deadline deadline) override;
  Task<Result<std::size_t>> write_some(std::span<const std::byte> from, Deadline deadline) override;
  Task<Result<std::string>> device_id(Deadline deadline) override;
  Task<Result<StatusLines>> status_lines(Deadline deadline) override;
  Task<Result<void>> abort_job(Deadline deadline) override;
  [[nodiscard]] Arrivals on_arrival(std::function<void()> arrived) override;
  void close() noexcept override;

 private:
  std::shared_ptr<FarEnd> far_;
  std::string device_id_;
  std::string uri_;
};

}  // namespace platen::port
