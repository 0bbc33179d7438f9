// The page in a real browser: live, in words that a person understands, at every width and in the dark.
#include "house/browser.hpp"

#include <chrono>
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "house/house.hpp"

namespace platen::e2e {
namespace {

using testing::HasSubstr;

// A screenshot is kept for the README when PLATEN_SCREENSHOTS names a folder.
void keep_screenshot(Browser& browser, const House& house, const std::string& name) {
  const char* folder = std::getenv("PLATEN_SCREENSHOTS");
  browser.screenshot((folder ? std::string(folder) : house.folder().string()) + "/" + name + ".png");
}

Seconds since(std::chrono::steady_clock::time_point start) {
  return std::chrono::steady_clock::now() - start;
}

class BrowserTest : public testing::Test {
 protected:
  void SetUp() override {
    house_.install("Office-Laser");
    ASSERT_TRUE(house_.sentence_has("Office-Laser", "Ready"));
  }
  bool shows(Browser& browser, const std::string& selector, const std::string& words,
             Seconds limit = Seconds(20)) {
    const bool shown =
        eventually([&] { return browser.text(selector).find(words) != std::string::npos; }, limit);
    if (!shown) std::cerr << selector << " shows: " << browser.text(selector) << "\n";
    return shown;
  }
  House house_;
};

TEST_F(BrowserTest, PaperOutAppearsWithinASecondAndGoesWhenItIsMendedAndTheJobFinishes) {
  Browser browser(house_.folder());
  browser.open(house_.url());
  ASSERT_TRUE(shows(browser, ".state", "Ready"));
  keep_screenshot(browser, house_, "ready");

  // The job is at work when the paper runs out, so that the fault, not the job's start, is what is timed.
  house_.printer().tell("paper-in tray1 1");
  auto id = house_.print("Office-Laser", house_.long_text("Quarterly report.txt", 3));
  ASSERT_TRUE(shows(browser, ".state", "out of paper"));
  ASSERT_TRUE(shows(browser, ".state", "Load Tray 1"));  // it has come to the page that needs it
  EXPECT_THAT(browser.text(".state"), HasSubstr("Tray 1"));
  EXPECT_THAT(browser.text(".job"), HasSubstr("Quarterly report.txt"));
  ASSERT_TRUE(eventually([&] {
    return browser.script("return document.querySelectorAll('.job .pages img').length").to_number<int>() > 0;
  }));
  keep_screenshot(browser, house_, "paper-out");

  // Mended: the words go within a second of it, and the job finishes.
  house_.printer().tell("paper-in tray1 250");
  ASSERT_TRUE(shows(browser, ".state", "Ready"));
  ASSERT_TRUE(house_.job_reaches(id, "completed"));
  EXPECT_TRUE(shows(browser, ".job.completed .name", "Quarterly report.txt"));
  EXPECT_EQ(browser.text(".state").find("out of paper"), std::string::npos);

  // Timed by the page itself: from the fault to the words.
  const auto fault = std::chrono::steady_clock::now();
  house_.printer().tell("paper-out tray1");
  ASSERT_TRUE(shows(browser, ".state, .trays", "mpty", Seconds(5)) ||
              shows(browser, ".state", "paper", Seconds(5)));
  EXPECT_LT(since(fault).count(), 1.0);
  const auto mended = std::chrono::steady_clock::now();
  house_.printer().tell("paper-in tray1 250");
  ASSERT_TRUE(
      eventually([&] { return browser.text(".state").find("paper") == std::string::npos; }, Seconds(5)));
  EXPECT_LT(since(mended).count(), 1.0);
}

TEST_F(BrowserTest, InkBarsMoveInTheInksOwnColour) {
  Browser browser(house_.folder());
  browser.open(house_.url());
  const std::string level = "return +(document.querySelector('.supply')?.dataset.level ?? -9)";
  ASSERT_TRUE(eventually([&] { return browser.script(level).to_number<int>() > 50; }));
  EXPECT_EQ(browser.text(".cartridges"), "");  // it tells itself when a cartridge is new
  const int before = browser.script(level).to_number<int>();
  house_.printer().tell("supply black 31");
  auto id = house_.print("Office-Laser", house_.text("a.txt", "a\n"));
  ASSERT_TRUE(house_.job_reaches(id, "completed"));
  EXPECT_TRUE(eventually([&] { return browser.script(level).to_number<int>() <= 31; }));
  EXPECT_LT(browser.script(level).to_number<int>(), before);
  const auto width = browser.script("return document.querySelector('.supply .fill').style.width");
  EXPECT_THAT(std::string(width.as_string()), HasSubstr("%"));
  EXPECT_EQ(browser.script("return document.querySelector('.supply .fill').style.background").as_string(),
            "rgb(0, 0, 0)");
}

// A printer that tells no levels, as many.
class SecretLevels : public BrowserTest {
 protected:
  void SetUp() override {
    house_.printer().tell("levels secret");
    BrowserTest::SetUp();
  }
  static void press(Browser& browser, const std::string& words) {
    browser.script("[...document.querySelectorAll('dialog button')].find(b => b.textContent === '" + words +
                   "').click()");
  }
};

TEST_F(SecretLevels, ACartridgeIsSaidToBeNewOnThePageAfterAQuestion) {
  Browser browser(house_.folder());
  browser.open(house_.url());
  ASSERT_TRUE(shows(browser, ".cartridges button", "New black cartridge"));
  EXPECT_THAT(browser.text(".printer"), HasSubstr("does not tell its levels"));
  browser.click(".cartridges button");
  ASSERT_TRUE(shows(browser, "dialog", "Is the black cartridge in Office-Laser new?"));
  keep_screenshot(browser, house_, "new-cartridge");
  EXPECT_EQ(browser.script("return document.activeElement.textContent").as_string(), "Cancel");
  press(browser, "Cancel");
  const std::string dialogs = "return document.querySelectorAll('dialog').length";
  EXPECT_TRUE(eventually([&] { return browser.script(dialogs).to_number<int>() == 0; }));
  EXPECT_TRUE(house_.status("Office-Laser").at("supplies").as_array().empty());

  browser.click(".cartridges button");
  ASSERT_TRUE(shows(browser, "dialog button", "It is new"));
  press(browser, "It is new");
  EXPECT_TRUE(shows(browser, ".supply .value", "≈ 100 %"));
  EXPECT_EQ(browser.script(dialogs).to_number<int>(), 0);
  EXPECT_THAT(browser.text(".cartridges"), HasSubstr("New black cartridge"));  // the next one
}

TEST_F(BrowserTest, AJobIsPrintedAndCancelledFromThePage) {
  Browser browser(house_.folder());
  browser.open(house_.url());
  ASSERT_TRUE(shows(browser, ".state", "Ready"));
  house_.printer().tell("stall");
  browser.script(
      "[...document.querySelectorAll('button')].find(b => b.textContent === 'Print a test page').click()");
  ASSERT_TRUE(shows(browser, ".job button", "Cancel"));
  browser.click(".job button");
  EXPECT_TRUE(shows(browser, ".job.canceled button", "Print again"));
  house_.printer().tell("resume");
}

TEST_F(BrowserTest, ALostServiceIsSaidAndFoundAgainWithoutAReload) {
  Browser browser(house_.folder());
  browser.open(house_.url());
  ASSERT_TRUE(shows(browser, "#link", "Live"));
  house_.kill_service();
  EXPECT_TRUE(shows(browser, "#link", "lost"));
}

TEST_F(BrowserTest, ThePageWorksAtPhoneWidthAndInTheDark) {
  Browser browser(house_.folder(), {.width = 500, .height = 900, .dark = true});
  browser.open(house_.url());
  browser.resize(500, 900);
  ASSERT_TRUE(shows(browser, ".state", "Ready"));
  auto id = house_.print("Office-Laser",
                         house_.text("A rather long name of a document that must wrap somewhere.txt", "x\n"));
  ASSERT_TRUE(house_.job_reaches(id, "completed"));
  ASSERT_TRUE(shows(browser, ".job.completed", "rather long"));
  EXPECT_TRUE(browser.script("return document.documentElement.scrollWidth <= innerWidth").as_bool());
  EXPECT_TRUE(browser.script("return matchMedia('(prefers-color-scheme: dark)').matches").as_bool());
  keep_screenshot(browser, house_, "phone-dark");
}

}  // namespace
}  // namespace platen::e2e
