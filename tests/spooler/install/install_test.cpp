// Installing printers from the INF: complete, or not at all.
#include <fstream>

#include "core_house.hpp"

namespace platen::spooler {
namespace {

using ::testing::HasSubstr;
using testing::House;
using ::testing::IsEmpty;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

class Install : public House {
 protected:
  void SetUp() override { start(); }
  InstallRequest request() {
    InstallRequest out;
    out.inf = PLATEN_TEST_INF;
    out.uri = "socket://10.0.0.7:9100";
    return out;
  }
  Result<Printer> install(InstallRequest asked) {
    return run(spooler_->install(std::move(asked), Deadline::in(clock_, 1min)));
  }
  bool nothing_is_left() { return fs::is_empty(folder_.path() / "drivers") && spooler_->printers().empty(); }
};

TEST_F(Install, APrinterThatSaysWhatItIsIsInstalledAndStaysInstalled) {
  auto made = install(request());
  ASSERT_TRUE(made) << made.error().sentence();
  EXPECT_EQ(made->name, "Lexmark-T640");
  EXPECT_EQ(made->model, "Lexmark T640");
  EXPECT_EQ(made->can.personality, "PCL");
  EXPECT_TRUE(until([&] { return spooler_->printer("Lexmark-T640")->status.state == bidi::State::idle; }));
  restart_spooler();
  ASSERT_TRUE(spooler_->printer("Lexmark-T640"));
  EXPECT_EQ(spooler_->printer("Lexmark-T640")->can.media.size(), 1U);
}

TEST_F(Install, TheSecondOfAModelGetsANameOfItsOwnAndATakenNameIsRefused) {
  ASSERT_TRUE(install(request()));
  auto second = install(request());
  ASSERT_TRUE(second);
  EXPECT_EQ(second->name, "Lexmark-T640-2");
  auto asked = request();
  asked.name = "Lexmark-T640";
  EXPECT_TRUE(install(asked).error().is(Errc::conflict));
  EXPECT_EQ(spooler_->printers().size(), 2U);
}

TEST_F(Install, WhateverFailsLeavesNothing) {
  auto asked = request();
  asked.model = "Lexmark Nonesuch";
  EXPECT_FALSE(install(asked));
  EXPECT_TRUE(nothing_is_left());

  asked = request();
  asked.inf = "/nowhere/platen.inf";
  EXPECT_FALSE(install(asked));

  asked = request();
  asked.name = "../etc";
  EXPECT_TRUE(install(asked).error().is(Errc::malformed));

  asked = request();
  asked.uri = "what is this";
  EXPECT_TRUE(install(asked).error().is(Errc::malformed));

  launcher_.device_id = "";
  auto unreachable = install(request());
  ASSERT_FALSE(unreachable);
  EXPECT_THAT(unreachable.error().sentence(), HasSubstr("The printer cannot be reached."));

  asked = request();
  asked.model = "Lexmark T640";
  launcher_.describes = "The GPD is broken.\n";
  launcher_.describe_exit = 2;
  auto broken = install(asked);
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().sentence(), HasSubstr("The GPD is broken."));
  EXPECT_TRUE(nothing_is_left());
}

TEST_F(Install, UninstallingEndsItsJobItsMonitorAndItsFiles) {
  launcher_.scripts = {{.pages = 100, .per_page = 1s}};
  auto asked = request();
  asked.name = "T640";
  ASSERT_TRUE(install(asked));
  auto made = submit();
  ASSERT_TRUE(made && until([&] { return printed(made->id).size() == 2; }));
  auto gone = run(spooler_->uninstall("T640"));
  ASSERT_TRUE(gone) << gone.error().sentence();
  EXPECT_TRUE(nothing_is_left());
  EXPECT_THAT(spooler_->jobs(), IsEmpty());
  EXPECT_TRUE(fs::is_empty(folder_.path() / "jobs"));
  EXPECT_TRUE(launcher_.renderers[0]->status());
  EXPECT_TRUE(launcher_.monitor()->status());
  EXPECT_TRUE(run(spooler_->uninstall("T640")).error().is(Errc::not_found));
}

TEST_F(Install, BidiQuestionsAndCareReachTheMonitor) {
  auto asked = request();
  asked.name = "T640";
  ASSERT_TRUE(install(asked));
  ASSERT_TRUE(until([&] { return spooler_->printer("T640")->status.state == bidi::State::idle; }));
  auto values =
      run(spooler_->bidi("T640", "get", "\\Printer.DeviceInfo", "", false, Deadline::in(clock_, 5s)));
  ASSERT_TRUE(values) << values.error().sentence();
  EXPECT_EQ(values->at(0).value, "T640");
  EXPECT_TRUE(run(spooler_->maintain("T640", "clean", Deadline::in(clock_, 5s))));
  EXPECT_TRUE(
      run(spooler_->maintain("T640", "explode", Deadline::in(clock_, 5s))).error().is(Errc::malformed));
}

}  // namespace
}  // namespace platen::spooler
