// A Spooler on simulated time with everything around it faked but the disk, for tests.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "base/one_thread.hpp"
#include "base/simulated_clock.hpp"
#include "core_fakes.hpp"
#include "spooler/spooler.hpp"
#include "spooler/store/store.hpp"
#include "spooler/test_page.hpp"

namespace platen::spooler::testing {

// A folder that is gone with its test.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class House : public ::testing::Test {
 protected:
  House();
  ~House() override;

  // Runs a coroutine of the Spooler to its end on simulated time.
  template <class T>
  T run(Task<T> task, Duration most = 5min) {
    std::optional<T> out;
    boost::asio::co_spawn(reactor_, std::move(task), [&out](std::exception_ptr thrown, T value) {
      if (thrown) std::rethrow_exception(thrown);
      out = std::move(value);
    });
    const Instant end = clock_.now() + most;
    step();
    while (!out && clock_.advance_to_next(end)) step();
    if (!out) throw std::runtime_error("it does not end");
    return std::move(*out);
  }
  void run(Task<void> task);
  void pass(Duration span) { (void)run_simulation(reactor_, clock_, span); }
  // Lets time pass until it is so.
  bool until(const std::function<bool()>& so, Duration most = 5min);
  // As until(), and tells how long it took (recovered.hpp).
  bool recovers(const std::function<bool()>& so, Duration most = 5min);

  void add_printer(const std::string& name = "T640");  // straight into the store
  void start();
  void stop();
  void restart_spooler();
  Result<Job> submit(const std::string& text = "hello\n", const std::string& type = "text/plain");
  Job job(std::uint32_t id);
  bool ends(std::uint32_t id, Duration most = 5min);
  std::vector<std::string> printed(std::uint32_t id) { return launcher_.printer.pages[id]; }

  TemporaryFolder folder_;
  boost::asio::io_context reactor_{one_thread};
  SimulatedClock clock_{reactor_.get_executor()};
  FakeLauncher launcher_{clock_, reactor_.get_executor()};
  std::unique_ptr<Spooler> spooler_;
  std::uint64_t largest_document_ = 1 << 20;
  bool auto_install_ = false;
  std::filesystem::path inf_dir_;

 private:
  void step();
};

}  // namespace platen::spooler::testing
