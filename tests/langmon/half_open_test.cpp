// The monitor of a network printer that vanishes without a word, and comes back: real sockets, real silence.
#include <signal.h>

#include "base/posix_launcher.hpp"
#include "host_house.hpp"
#include "langmon/host/pipe_source.hpp"
#include "port/tcp_vigil.hpp"
#include "rigs/two_nets.hpp"

namespace platen::langmon {
namespace {

using testing::HasSubstr;
using wire::JobOutcome;
namespace asio = boost::asio;

// Longer than any bound here: what reaches it has failed.
constexpr Duration patience = 3 * port::busy_silence_limit;
constexpr const char* uri = "socket://10.93.0.2:9100";

class HalfOpenTest : public HostHouse {
 protected:
  void SetUp() override {
    plug(uri);
    switch_on();
    start();
    connect();
    // As platend does: watched all the time.
    asio::co_spawn(
        reactor_,
        client_->call<wire::Watch>({}, Deadline::in(clock_, std::chrono::minutes(10)), &spooler_.callbacks),
        [keep = client_](std::exception_ptr, const Result<wire::WatchReply>&) {});
    ASSERT_TRUE(state_is(bidi::State::idle));
  }
  void TearDown() override {
    HostHouse::TearDown();
    switch_off();
  }

  void switch_on() {
    auto pipe = make_pipe();
    ASSERT_TRUE(pipe);
    std::vector<std::string> words = nets_.printer_program();
    Command command{.program = words[0], .args = {words[1], PLATEN_VPRINTER}};
    for (const std::string& word : {std::string("--out"), folder_ + "/printer", std::string("--listen"),
                                    std::string(rig::TwoNets::printer_address) + ":9100",
                                    std::string("--control"), folder_ + "/control"})
      command.args.push_back(word);
    command.descriptors.emplace(1, std::move(pipe->write_end));
    auto launched = launcher_.launch(std::move(command));
    ASSERT_TRUE(launched) << launched.error().sentence();
    printer_ = std::move(*launched);
    auto source = make_source(clock_, reactor_.get_executor(), std::move(pipe->read_end));
    ASSERT_TRUE(source);
    std::array<std::byte, 64> ready{};
    auto said = get((*source)->read_some(ready, soon()));
    ASSERT_TRUE(said && *said > 0) << "the printer did not start";
  }
  void switch_off() {
    printer_->signal(SIGKILL);
    EXPECT_TRUE(get(printer_->wait(soon())));
  }
  bool state_is(bidi::State state) {
    return wait(
        [this, state] { return !spooler_.statuses.empty() && spooler_.statuses.back().state == state; },
        patience);
  }
  bool ended(std::size_t count) {
    return wait([this, count] { return spooler_.ends.size() >= count; }, patience);
  }
  void prints(std::uint32_t job) {
    start_job(job);
    write(
        "\x1b"
        "E"
        "A page.\r\n\f"
        "\x1b"
        "E");
    finish(job);
    ASSERT_TRUE(ended(job));
    EXPECT_EQ(spooler_.ends.back().outcome, JobOutcome::completed) << spooler_.ends.back().sentence;
    EXPECT_EQ(spooler_.ends.back().pages_out, 1U);
  }

  rig::TwoNets nets_;
  PosixLauncher launcher_{reactor_.get_executor(), clock_};
  std::unique_ptr<Process> printer_;
};

TEST_F(HalfOpenTest, APowerCutWhileIdleIsToldAndThePrinterIsFoundWhenItIsBack) {
  nets_.cut_power();
  switch_off();
  ASSERT_TRUE(state_is(bidi::State::offline));
  nets_.restore();
  switch_on();
  ASSERT_TRUE(state_is(bidi::State::idle));
  prints(1);
}

TEST_F(HalfOpenTest, APowerCutInTheMiddleOfAJobInterruptsItAndTheNextOnePrints) {
  start_job(1);
  write(
      "\x1b"
      "E"
      "A page.\r\n\f");
  ASSERT_TRUE(wait([this] { return !spooler_.progress.empty() && spooler_.progress.back().pages_out == 1; },
                   patience));
  nets_.cut_power();
  switch_off();
  write("Half of the next");
  ASSERT_TRUE(ended(1));
  EXPECT_EQ(spooler_.ends[0].outcome, JobOutcome::interrupted);
  EXPECT_EQ(spooler_.ends[0].pages_out, 1U);
  EXPECT_THAT(spooler_.ends[0].sentence, HasSubstr("does not answer any more"));
  nets_.restore();
  switch_on();
  ASSERT_TRUE(state_is(bidi::State::idle));
  prints(2);
}

}  // namespace
}  // namespace platen::langmon
