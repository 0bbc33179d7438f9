// What platen-monitor does with a real device of a real kernel. This program runs inside a guest: it starts
// the monitor, plays its spooler, and does to the virtual printer what people do to printers.
//
//   PLATEN_TEST_PORT=usb://… PLATEN_TEST_CONTROL=PATH PLATEN_TEST_RECORD=PATH guest-monitor-test
//
// CONTROL is the virtual printer's control socket, RECORD the file of what it takes.
#include <algorithm>
#include <fstream>
#include <random>
#include <sstream>

#include <boost/json.hpp>
#include <signal.h>

#include "base/posix_launcher.hpp"
#include "host_house.hpp"

namespace platen::langmon {
namespace {

using bidi::State;
using testing::HasSubstr;
using wire::JobOutcome;

constexpr const char* kEscape = "\x1b";
// An emulated processor draws a page in a second or two; the printer's own speed is not what is tested.
constexpr Duration kJobTime = 60s;

std::string given(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

// A page with one line of dots, so that it has no need of fonts.
std::string page() {
  using namespace std::string_literals;
  const std::string esc = kEscape;
  return esc + "*t75R" + esc + "*r0A" + esc + "*b4W\xff\xff\xff\xff"s + esc + "*rB\f";
}

class GuestMonitor : public HostHouse {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "platen-guest-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    tell("accept");
    tell("paper-in tray 1");
    tell("supply black 100");
    record_from_ = record().size();
    start_monitor("/first.sock");
  }

  void TearDown() override {
    HostHouse::TearDown();
    if (!monitor_) return;
    monitor_->signal(SIGTERM);
    auto ended = get(monitor_->wait(Deadline::in(clock_, 10s)));
    ASSERT_TRUE(ended) << "the monitor does not end";
    EXPECT_TRUE(ended->ok()) << ended->sentence();
  }

  // Each with a socket of its own.
  void start_monitor(const std::string& socket) {
    auto launched = launcher_.launch(
        {.program = "platen-monitor",
         .args = {"--port", given("PLATEN_TEST_PORT"), "--socket", folder_ + socket, "--name", "guest"}});
    ASSERT_TRUE(launched) << launched.error().sentence();
    monitor_ = std::move(*launched);
    spooler_.statuses.clear();
    const Deadline patience = Deadline::in(clock_, 20s);
    while (!client_ && !patience.passed(clock_)) {
      auto connected = get(rpc::Client::connect(clock_, folder_ + socket, wire::kMonitor, soon()));
      if (connected) client_ = std::move(*connected);
      if (!connected) wait([] { return false; }, 50ms);
    }
    ASSERT_TRUE(client_) << "the monitor does not listen";
    watch();
    ASSERT_TRUE(reaches(State::idle)) << "the monitor does not find the printer";
  }
  // What a program prints on its standard output.
  std::string output_of(std::vector<std::string> command) {
    auto pipe = make_pipe();
    Command launch{.program = command.front(), .args = {command.begin() + 1, command.end()}};
    launch.descriptors.emplace(1, std::move(pipe->write_end));
    auto launched = launcher_.launch(std::move(launch));
    EXPECT_TRUE(launched);
    auto status = get((*launched)->wait(Deadline::in(clock_, 30s)));
    EXPECT_TRUE(status && status->ok());
    std::string text(65536, '\0');  // a pipe holds as much
    text.resize(static_cast<std::size_t>(
        std::max<ssize_t>(0, ::read(pipe->read_end.get(), text.data(), text.size()))));
    return text;
  }
  void print_a_page(std::uint32_t job) {
    start_job(job);
    write(std::string(kEscape) + "E" + page() + kEscape + "E");
    finish(job);
    const std::size_t count = spooler_.ends.size() + 1;
    ASSERT_TRUE(ended(count));
    EXPECT_EQ(spooler_.ends.back().outcome, JobOutcome::completed) << spooler_.ends.back().sentence;
    EXPECT_EQ(spooler_.ends.back().pages_out, 1U);
  }

  void tell(const std::string& words) {
    auto launched = launcher_.launch(
        {.program = "platen-vprinter", .args = {"--control", given("PLATEN_TEST_CONTROL"), "--tell", words}});
    ASSERT_TRUE(launched);
    auto status = get((*launched)->wait(Deadline::in(clock_, 20s)));
    ASSERT_TRUE(status);
    EXPECT_TRUE(status->ok()) << words << ": " << status->sentence();
  }
  bool reaches(State state, Duration patience = 30s) {
    return wait([this, state] { return !spooler_.statuses.empty() && status().state == state; }, patience);
  }
  const bidi::PrinterStatus& status() const { return spooler_.statuses.back(); }
  bool ended(std::size_t count, Duration patience = kJobTime) {
    return wait([this, count] { return spooler_.ends.size() >= count; }, patience);
  }
  static std::string record() {
    std::ifstream file(given("PLATEN_TEST_RECORD"), std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }
  // What the printer has taken since this test began.
  [[nodiscard]] std::string taken() const { return record().substr(record_from_); }
  int black_level() {
    auto reply = call<wire::Bidi>({.action = wire::BidiAction::get_all, .path = "\\Printer", .fresh = true});
    EXPECT_TRUE(reply) << reply.error().sentence();
    for (const auto& supply : status().supplies)
      if (supply.name.find("lack") != std::string::npos) return supply.level;
    return bidi::level_unknown;
  }

  PosixLauncher launcher_{reactor_.get_executor(), clock_};
  std::unique_ptr<Process> monitor_;
  std::size_t record_from_ = 0;
};

TEST_F(GuestMonitor, AJobArrivesBitExactAndIsCountedPageByPage) {
  constexpr std::size_t bulk = 300'000;
  std::mt19937 random(310703);
  // Data of one raster row that is far longer than the page is wide: taken whole, and clipped.
  std::string row(bulk / 10, '\0');
  std::string data = std::string(kEscape) + "E" + kEscape + "*t75R" + kEscape + "*r0A";
  for (int i = 0; i < 10; ++i) {
    for (char& byte : row) byte = static_cast<char>(random());
    data += kEscape + ("*b" + std::to_string(row.size()) + "W") + row;
  }
  data += std::string(kEscape) + "*rB\f" + page() + kEscape + "E";
  start_job(1);
  write(data);
  finish(1);
  ASSERT_TRUE(ended(1));
  EXPECT_EQ(spooler_.ends[0].outcome, JobOutcome::completed) << spooler_.ends[0].sentence;
  EXPECT_EQ(spooler_.ends[0].pages_out, 2U);
  const std::string all = taken();
  const auto place = all.find(data);
  ASSERT_NE(place, std::string::npos) << "the job's bytes are not in what the printer took";
  EXPECT_EQ(all.find(row, place + data.size()), std::string::npos) << "something was sent twice";
}

TEST_F(GuestMonitor, TheSuppliesAreRead) {
  EXPECT_FALSE(status().supplies.empty());
  EXPECT_FALSE(status().trays.empty());
  EXPECT_EQ(black_level(), 100);
  tell("supply black 37");
  EXPECT_EQ(black_level(), 37);
}

TEST_F(GuestMonitor, PaperOutInTheMiddleOfAJobIsToldAndTheJobGoesOnWithPaper) {
  start_job(1);
  write(std::string(kEscape) + "E" + page());
  ASSERT_TRUE(wait([this] { return !spooler_.progress.empty() && spooler_.progress.back().pages_out == 1; },
                   kJobTime));
  tell("paper-out tray 1");
  write(page() + kEscape + "E");
  finish(1);
  // The emulated processor has a page to draw before it looks for paper.
  ASSERT_TRUE(recovers([this] { return !spooler_.calls.empty(); }, 20s));
  EXPECT_THAT(spooler_.calls[0].sentence, HasSubstr("ray 1"));
  EXPECT_TRUE(reaches(State::stopped));
  EXPECT_TRUE(spooler_.ends.empty());
  tell("paper-in tray 1");
  ASSERT_TRUE(ended(1));
  EXPECT_EQ(spooler_.ends[0].outcome, JobOutcome::completed) << spooler_.ends[0].sentence;
  EXPECT_EQ(spooler_.ends[0].pages_out, 2U);
}

TEST_F(GuestMonitor, UnpluggedWhileIdleIsNoticedAndPluggedInAgainItPrints) {
  tell("refuse");
  EXPECT_TRUE(recovers([this] { return status().state == State::offline; }, 10s));
  tell("accept");
  ASSERT_TRUE(reaches(State::idle));
  print_a_page(1);
}

TEST_F(GuestMonitor, UnpluggedInTheMiddleOfAJobTheJobIsInterruptedAndTheNextOnePrints) {
  start_job(1);
  write(std::string(kEscape) + "E" + page());
  ASSERT_TRUE(wait([this] { return !spooler_.progress.empty() && spooler_.progress.back().pages_out == 1; },
                   kJobTime));
  tell("refuse");
  ASSERT_TRUE(recovers([this] { return !spooler_.ends.empty(); }, 10s));
  EXPECT_EQ(spooler_.ends[0].outcome, JobOutcome::interrupted);
  EXPECT_EQ(spooler_.ends[0].pages_out, 1U);
  data_.reset();
  ASSERT_TRUE(call<wire::Acknowledge>({.job = 1}));
  tell("accept");
  ASSERT_TRUE(reaches(State::idle));
  print_a_page(2);
}

TEST_F(GuestMonitor, ACancelWhileThePrinterTakesNothingEndsTheJobAndTheNextOnePrints) {
  start_job(1);
  write(std::string(kEscape) + "E" + page());
  ASSERT_TRUE(wait([this] { return !spooler_.progress.empty() && spooler_.progress.back().pages_out == 1; },
                   kJobTime));
  tell("stall");
  write(std::string(40'000, ' '));
  const Instant asked = clock_.now();
  ASSERT_TRUE(call<wire::CancelDoc>({.job = 1}));
  ASSERT_TRUE(ended(1, 20s));
  recovered(clock_.now() - asked, 20s);
  EXPECT_EQ(spooler_.ends[0].outcome, JobOutcome::canceled);
  data_.reset();
  ASSERT_TRUE(call<wire::Acknowledge>({.job = 1}));
  tell("resume");
  print_a_page(2);
}

TEST_F(GuestMonitor, GarbageFromThePrinterHarmsNoJob) {
  start_job(1);
  write(std::string(kEscape) + "E" + page());
  tell("garbage 100000");
  write(page() + kEscape + "E");
  finish(1);
  ASSERT_TRUE(ended(1));
  EXPECT_EQ(spooler_.ends[0].outcome, JobOutcome::completed) << spooler_.ends[0].sentence;
  EXPECT_EQ(spooler_.ends[0].pages_out, 2U);
}

TEST_F(GuestMonitor, AMonitorThatIsKilledInTheMiddleOfAJobLeavesThePrinterToTheNextOne) {
  start_job(1);
  write(std::string(kEscape) + "E" + page());
  ASSERT_TRUE(wait([this] { return !spooler_.progress.empty() && spooler_.progress.back().pages_out == 1; },
                   kJobTime));
  monitor_->signal(SIGKILL);
  ASSERT_TRUE(get(monitor_->wait(Deadline::in(clock_, 10s))));
  client_.reset();
  data_.reset();
  const Instant killed = clock_.now();
  start_monitor("/second.sock");
  recovered(clock_.now() - killed, 30s);
  print_a_page(2);
}

TEST_F(GuestMonitor, ThePrinterIsListedUnderAPortThatAnswersWhoItIs) {
  const auto ports = boost::json::parse(output_of({"platen-monitor", "--list-ports"})).as_array();
  const auto ours = std::ranges::find_if(ports, [](const boost::json::value& each) {
    return std::string_view(each.at("uri").as_string()).starts_with(given("PLATEN_TEST_PORT"));
  });
  ASSERT_NE(ours, ports.end()) << boost::json::serialize(ports);
  // One program has the device at a time.
  HostHouse::TearDown();
  monitor_->signal(SIGTERM);
  ASSERT_TRUE(get(monitor_->wait(Deadline::in(clock_, 10s))));
  monitor_.reset();
  const std::string uri(ours->at("uri").as_string());
  EXPECT_THAT(output_of({"platen-monitor", "--probe", uri}), HasSubstr("MDL:Lexmark E260dn;"));
}

TEST_F(GuestMonitor, UnpluggedAtAnyByteOfAJobItIsToldAndTheNextJobPrints) {
  // Within the words that begin a job, behind a packet, and in the midst of the data. Not more of them: a
  // printer that comes and goes is looked for ever more rarely, up to every 15 seconds.
  std::uint32_t job = 0;
  for (const char* place : {"1", "513", "40000"}) {
    SCOPED_TRACE(place);
    tell(std::string("fault unplug-at ") + place);
    start_job(++job);
    write(std::string(kEscape) + "E" + std::string(50'000, ' '));
    // Less than the kernel's own wait of five seconds for one that is gone.
    ASSERT_TRUE(recovers([this, job] { return spooler_.ends.size() >= job; }, 4s));
    EXPECT_EQ(spooler_.ends.back().outcome, JobOutcome::interrupted) << spooler_.ends.back().sentence;
    data_.reset();
    ASSERT_TRUE(call<wire::Acknowledge>({.job = job}));
    tell("accept");
    ASSERT_TRUE(reaches(State::idle));
  }
  print_a_page(++job);
}

// What only a port of our own can do; the kernel's printer driver gives up.
using GuestMonitorOnUsbfs = GuestMonitor;

TEST_F(GuestMonitorOnUsbfs, AnEndpointThatStallsInTheMiddleOfAJobIsClearedAndNothingIsLostOrDoubled) {
  start_job(1);
  const std::string data = std::string(kEscape) + "E" + page() + page();
  tell("fault stall-out-at 150");
  write(data + kEscape + "E");
  finish(1);
  ASSERT_TRUE(ended(1));
  EXPECT_EQ(spooler_.ends[0].outcome, JobOutcome::completed) << spooler_.ends[0].sentence;
  EXPECT_EQ(spooler_.ends[0].pages_out, 2U);
  EXPECT_NE(taken().find(data), std::string::npos);
}

TEST_F(GuestMonitorOnUsbfs, AReadThatStallsIsClearedAndTheStatusStaysLive) {
  tell("fault in-stalls 1");
  tell("supply black 37");
  EXPECT_EQ(black_level(), 37);
  print_a_page(1);
}

}  // namespace
}  // namespace platen::langmon
