// Plug and play: what is plugged in is installed once, and only when nobody has it or does not want it.
#include "core_house.hpp"
#include "spooler/install/port_watch.hpp"

namespace platen::spooler {
namespace {

using ::testing::ElementsAre;
using testing::House;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr const char* kUri = "usb://043d/0123?serial=7212M3J";
constexpr const char* kId = "MFG:Lexmark International;MDL:Lexmark E260dn;CLS:PRINTER;";

class AutoInstall : public House {
 protected:
  void SetUp() override {
    auto_install_ = true;
    inf_dir_ = fs::path(PLATEN_TEST_INF).parent_path();
    start();
    watcher(1).say(R"({"event":"listed"})");
  }
  // The n-th that was started.
  testing::FakeWatcher& watcher(std::size_t n) {
    if (!until([&] { return launcher_.watchers.size() >= n; })) throw std::runtime_error("nobody watches");
    return *launcher_.watchers[n - 1];
  }
  std::vector<std::string> names() {
    std::vector<std::string> out;
    for (const auto& printer : spooler_->printers()) out.push_back(printer.name);
    return out;
  }
  // Until all that was said so far is heard.
  std::vector<std::string> settled() {
    pass(1s);
    return names();
  }
  Result<Printer> install(const std::string& uri, const std::string& name) {
    InstallRequest request;
    request.inf = PLATEN_TEST_INF;
    request.uri = uri;
    request.model = "Lexmark E260dn";
    request.name = name;
    return run(spooler_->install(std::move(request), Deadline::in(clock_, 1min)));
  }
};

TEST_F(AutoInstall, APrinterThatIsPluggedInIsInstalledAndAnnounced) {
  auto changes = spooler_->subscribe();
  watcher(1).arrived(kUri, kId);
  ASSERT_TRUE(until([&] { return names().size() == 1; }));
  const auto printer = spooler_->printers().front();
  EXPECT_EQ(printer.name, "Lexmark-E260dn");
  EXPECT_EQ(printer.model, "Lexmark E260dn");
  EXPECT_EQ(printer.uri, kUri);
  auto told = run(changes->next(Deadline::in(clock_, 1s)));
  ASSERT_TRUE(told);
  EXPECT_TRUE(std::holds_alternative<PrinterChanged>(told->front()));
  EXPECT_TRUE(until([&] { return spooler_->printers().front().status.state == bidi::State::idle; }));
}

TEST_F(AutoInstall, ThePrinterThatComesBackIsTheSameOne) {
  watcher(1).arrived(kUri, kId);
  watcher(1).left(kUri);
  watcher(1).arrived("usb://043d/0123?serial=7212M3J&at=1-4", kId);
  EXPECT_THAT(settled(), ElementsAre("Lexmark-E260dn"));
}

TEST_F(AutoInstall, APrinterThatAPersonInstalledIsLeftAsItIs) {
  ASSERT_TRUE(install(kUri, "Office"));
  watcher(1).arrived(kUri, kId);
  EXPECT_THAT(settled(), ElementsAre("Office"));
}

TEST_F(AutoInstall, APrinterOfThatNameIsNotPutASecondOneBeside) {
  ASSERT_TRUE(install("socket://10.0.0.7:9100", "Lexmark-E260dn"));
  watcher(1).arrived(kUri, kId);
  EXPECT_THAT(settled(), ElementsAre("Lexmark-E260dn"));
  EXPECT_EQ(spooler_->printers().front().uri, "socket://10.0.0.7:9100");
}

TEST_F(AutoInstall, ATwinWithAnotherSerialNumberGetsANameOfItsOwn) {
  watcher(1).arrived(kUri, kId);
  watcher(1).arrived("usb://043d/0123?serial=7299ZZZ", kId);
  watcher(1).arrived("usb://043d/0123?serial=7300AAA", kId);
  EXPECT_THAT(settled(), ElementsAre("Lexmark-E260dn", "Lexmark-E260dn-2", "Lexmark-E260dn-3"));
}

TEST_F(AutoInstall, APrinterThatNoInfKnowsIsNotInstalledAndTheNextOneIs) {
  watcher(1).arrived("usb://03f0/0101?serial=A", "MFG:Other;MDL:Nonesuch 9;CLS:PRINTER;");
  watcher(1).arrived("usb://03f0/0102?serial=B", "");
  watcher(1).say("what is this");
  watcher(1).arrived(kUri, kId);
  EXPECT_THAT(settled(), ElementsAre("Lexmark-E260dn"));
}

TEST_F(AutoInstall, WhatAPersonUninstalledComesBackOnlyWhenItIsPluggedInAgain) {
  watcher(1).arrived(kUri, kId);
  ASSERT_THAT(settled(), ElementsAre("Lexmark-E260dn"));
  ASSERT_TRUE(run(spooler_->uninstall("Lexmark-E260dn")));
  watcher(1).arrived(kUri, kId);
  EXPECT_THAT(settled(), IsEmpty());
  watcher(1).die();
  watcher(2).arrived(kUri, kId);
  watcher(2).say(R"({"event":"listed"})");
  EXPECT_THAT(settled(), IsEmpty()) << "it was there all the time";
  watcher(2).left(kUri);
  watcher(2).arrived(kUri, kId);
  EXPECT_THAT(settled(), ElementsAre("Lexmark-E260dn"));
}

TEST_F(AutoInstall, WhatAPersonUninstalledStaysAwayWhenTheSpoolerIsStartedAnew) {
  watcher(1).arrived(kUri, kId);
  ASSERT_THAT(settled(), ElementsAre("Lexmark-E260dn"));
  ASSERT_TRUE(run(spooler_->uninstall("Lexmark-E260dn")));
  restart_spooler();
  watcher(2).arrived(kUri, kId);
  watcher(2).say(R"({"event":"listed"})");
  EXPECT_THAT(settled(), IsEmpty());
  restart_spooler();
  watcher(3).say(R"({"event":"listed"})");  // unplugged meanwhile
  watcher(3).arrived(kUri, kId);
  EXPECT_THAT(settled(), ElementsAre("Lexmark-E260dn"));
}

TEST_F(AutoInstall, AWatchThatDiesIsStartedAgainEverMoreRarelyAndMissesNothing) {
  watcher(1).arrived(kUri, kId);
  ASSERT_THAT(settled(), ElementsAre("Lexmark-E260dn"));
  ASSERT_TRUE(run(spooler_->uninstall("Lexmark-E260dn")));
  watcher(1).die();
  watcher(2).say(R"({"event":"listed"})");  // it left while nobody looked
  pass(1s);
  watcher(2).arrived(kUri, kId);
  EXPECT_THAT(settled(), ElementsAre("Lexmark-E260dn"));
  const Instant before = clock_.now();
  for (std::size_t n = 2; n < 10; ++n) watcher(n).die(), watcher(n + 1);
  EXPECT_GE(clock_.now() - before, 2min);
}

TEST_F(AutoInstall, TheInfOfAnInstalledPrinterServesTheNextOne) {
  ASSERT_TRUE(install("socket://10.0.0.7:9100", "First"));
  stop();
  inf_dir_ = "/nowhere";
  start();
  watcher(2).arrived(kUri, kId);
  EXPECT_THAT(settled(), UnorderedElementsAre("First", "Lexmark-E260dn"));
}

TEST_F(AutoInstall, ItCanBeSwitchedOff) {
  stop();
  auto_install_ = false;
  start();
  pass(1min);
  EXPECT_EQ(launcher_.watchers.size(), 1U);
}

TEST(NamesPrinter, IsTheSerialNumberElseThePlaceElseTheKind) {
  const PortEvent event{PortEvent::Kind::arrived, "usb://043d/00f3?serial=X", "1-2", "", ""};
  EXPECT_TRUE(names_printer("usb://043d/00f3?serial=X", event));
  EXPECT_TRUE(names_printer("usb://043D/00F3?at=1-9&serial=X", event));
  EXPECT_TRUE(names_printer("usb://043d/00f3?at=1-2", event));
  EXPECT_TRUE(names_printer("usb://043d/00f3", event));
  EXPECT_TRUE(names_printer("usb://043d/00f3?protocol=1", event));
  EXPECT_FALSE(names_printer("usb://043d/00f3?serial=Y", event));
  EXPECT_FALSE(names_printer("usb://043d/00f3?at=1-3", event));
  EXPECT_FALSE(names_printer("usb://043d/00cc?serial=X", event));
  EXPECT_FALSE(names_printer("socket://10.0.0.7:9100", event));
}

}  // namespace
}  // namespace platen::spooler
