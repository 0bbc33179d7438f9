// What every test of the monitor's core needs: simulated time that counts its rings, a port in memory, a
// listener that remembers, and documents that a test writes.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/one_thread.hpp"
#include "base/simulated_clock.hpp"
#include "langmon/monitor.hpp"
#include "laser.hpp"
#include "port/memory_port.hpp"
#include "recovered.hpp"

namespace platen::langmon {

using namespace std::chrono_literals;

// Counts the alarms that really rang: each is a wake-up of the process.
class CountingClock final : public Clock {
 public:
  explicit CountingClock(Clock& inner) : inner_(inner) {}
  [[nodiscard]] Instant now() const override { return inner_.now(); }
  [[nodiscard]] WallTime wall() const override { return inner_.wall(); }
  [[nodiscard]] std::unique_ptr<Alarm> set(Instant when, std::function<void()> ring) override {
    return inner_.set(when, [this, ring = std::move(ring)] {
      ++rings;
      ring();
    });
  }
  int rings = 0;

 private:
  Clock& inner_;
};

// What a document's writer has written so far.
struct Document {
  explicit Document(boost::asio::any_io_executor executor) : changed(std::move(executor)) {}
  void write(std::string_view text) {
    bytes += text;
    changed.notify();
  }
  void end() {
    ended = true;
    changed.notify();
  }
  std::string bytes;
  bool ended = false;
  bool broken = false;
  Event changed;
};

class DocumentSource final : public ByteSource {
 public:
  DocumentSource(std::shared_ptr<Document> document, Clock& clock)
      : document_(std::move(document)), clock_(clock) {}
  Task<Result<std::size_t>> read_some(std::span<std::byte> into, Deadline deadline) override;

 private:
  std::shared_ptr<Document> document_;
  Clock& clock_;
};

class Recorder final : public Listener {
 public:
  void status_changed(const bidi::PrinterStatus& status) override { statuses.push_back(status); }
  void job_progress(const wire::JobProgressReport& report) override { progress.push_back(report); }
  void job_ended(const wire::JobEndReport& end) override { ends.push_back(end); }
  void needs_operator(std::uint32_t, const bidi::Reason& reason) override { calls.push_back(reason); }

  void keep_supplies(std::string text) override { kept = std::move(text); }

  std::string kept;  // of the supplies
  std::vector<bidi::PrinterStatus> statuses;
  std::vector<wire::JobProgressReport> progress;
  std::vector<wire::JobEndReport> ends;
  std::vector<bidi::Reason> calls;
};

class MonitorTest : public testing::Test {
 protected:
  // What the printer says it is, on a wire where it can be asked.
  explicit MonitorTest(std::string device_id = {})
      : port_(reactor_.get_executor(), simulated_, std::move(device_id), "memory:laser") {}
  void start(Options options = {});
  void run(Duration span) { run_simulation(reactor_, simulated_, span); }
  void TearDown() override;

  // Runs until `so`, and tells how long it took (recovered.hpp).
  template <class Condition>
  void recovers(Condition so, Duration most) {
    const Instant from = simulated_.now();
    run(0s);
    while (!so() && simulated_.now() - from < most) run(10ms);
    EXPECT_TRUE(so());
    recovered(simulated_.now() - from, most, Time::simulated);
  }
  // Until this job has ended.
  void recovers_with_the_end_of(std::uint32_t id, Duration most) {
    recovers([this, id] { return end_of(id) != nullptr; }, most);
  }

  // Calls the monitor as the house must: from within the reactor.
  template <class Call>
  void within(Call call) {
    boost::asio::post(reactor_, std::move(call));
    run(0s);
  }
  std::shared_ptr<Document> start_job(std::uint32_t id, std::string title = "Report");
  // Starts a job, writes all its text, and ends it well.
  void print(std::uint32_t id, std::string text);
  void finish(std::uint32_t id, bool ok);
  bool cancel(std::uint32_t id);
  [[nodiscard]] const wire::JobEndReport* end_of(std::uint32_t id) const;

  boost::asio::io_context reactor_{one_thread};
  SimulatedClock simulated_{reactor_.get_executor()};
  CountingClock clock_{simulated_};
  port::MemoryPort port_;
  Laser laser_{port_.share_far(), simulated_, reactor_.get_executor()};
  Recorder heard_;
  std::unique_ptr<LanguageMonitor> monitor_;
  bool running_ = false;
};

}  // namespace platen::langmon
