#include "virtual/usb/usb_function.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace platen::vprinter {
namespace {

using testing::ElementsAre;

struct UsbFunctionTest : testing::Test {
  std::string printed;
  std::size_t takes = SIZE_MAX;
  std::vector<UrbCompletion> completed;
  bool unplugged = false;
  UsbFunction function{*usb_model_by_name("MS317dn"),
                       {.take =
                            [this](std::span<const std::uint8_t> bytes) {
                              const std::size_t count = std::min(bytes.size(), takes);
                              printed.append(bytes.begin(),
                                             bytes.begin() + static_cast<std::ptrdiff_t>(count));
                              if (takes != SIZE_MAX) takes -= count;
                              return count;
                            },
                        .soft_reset = {},
                        .complete = [this](UrbCompletion done) { completed.push_back(std::move(done)); },
                        .unplugged = [this] { unplugged = true; }}};

  void write(std::uint64_t id, const std::string& bytes) {
    function.submit({.id = id, .endpoint = kUsbOut, .data = UsbBytes(bytes.begin(), bytes.end())});
  }
  void read(std::uint64_t id, std::size_t room) {
    function.submit({.id = id, .endpoint = kUsbIn, .room = room});
  }
  UrbCompletion control(UsbSetup setup) {
    function.submit({.id = 99, .setup = setup, .room = 1024});
    UrbCompletion done = completed.back();
    completed.pop_back();
    return done;
  }
  static std::string text(const UsbBytes& bytes) { return {bytes.begin(), bytes.end()}; }
};

TEST_F(UsbFunctionTest, TakesDataInOrderAndHoldsWhatThePrinterDoesNotTake) {
  takes = 5;
  write(1, "one");
  write(2, "two");
  EXPECT_EQ(printed, "onetw");
  ASSERT_EQ(completed.size(), 1u);
  EXPECT_EQ(completed[0].id, 1u);
  takes = SIZE_MAX;
  function.may_go_on();
  EXPECT_EQ(printed, "onetwo");
  EXPECT_EQ(completed[1].moved, 3u);
}

TEST_F(UsbFunctionTest, ACancelledWriteTellsWhatItMoved) {
  takes = 4;
  write(1, "abcdef");
  EXPECT_TRUE(function.cancel(1));
  EXPECT_FALSE(function.cancel(1));
  EXPECT_EQ(completed.at(0).status, UrbStatus::canceled);
  EXPECT_EQ(completed.at(0).moved, 4u);
}

TEST_F(UsbFunctionTest, AReadWaitsUntilThereIsSomethingToSay) {
  read(1, 4);
  EXPECT_TRUE(completed.empty());
  function.say("status");
  ASSERT_EQ(completed.size(), 1u);
  EXPECT_EQ(text(completed[0].data), "stat");
  read(2, 64);
  EXPECT_EQ(text(completed.at(1).data), "us");
}

TEST_F(UsbFunctionTest, AStallHoldsUntilItIsCleared) {
  function.faults().stall_out_at = 2;
  write(1, "abc");
  write(2, "def");
  EXPECT_EQ(completed.at(0).status, UrbStatus::stalled);
  EXPECT_EQ(completed.at(0).moved, 2u);
  EXPECT_EQ(completed.at(1).status, UrbStatus::stalled);
  EXPECT_EQ(completed.at(1).moved, 0u);
  function.clear_halt(kUsbOut);
  write(3, "cdef");
  EXPECT_EQ(printed, "abcdef");
}

TEST_F(UsbFunctionTest, AFullReplyQueueHoldsThePaper) {
  function.faults().reply_queue = 4;
  function.say("full");
  write(1, "data");
  EXPECT_EQ(printed, "");
  read(2, 64);
  EXPECT_EQ(printed, "data");
}

TEST_F(UsbFunctionTest, UnpluggingEndsEverythingThatIsPending) {
  function.faults().unplug_at = 3;
  read(1, 64);
  write(2, "abcdef");
  EXPECT_TRUE(unplugged);
  EXPECT_EQ(printed, "abc");
  ASSERT_EQ(completed.size(), 2u);
  for (const UrbCompletion& one : completed) EXPECT_EQ(one.status, UrbStatus::gone);
  write(3, "x");
  EXPECT_EQ(completed.at(2).status, UrbStatus::gone);
}

TEST_F(UsbFunctionTest, AnswersTheRequestsOfThePrinterClass) {
  const std::string id = function.model().device_id;
  const auto answer = control({0xA1, 0, 0, 0, 0, 0, 0, 4});
  EXPECT_EQ(text(answer.data).substr(2), id);
  EXPECT_EQ(answer.data[0] << 8 | answer.data[1], static_cast<int>(id.size()) + 2);
  EXPECT_EQ(control({0xA1, 0, 0, 0, 0, 0, 8, 0}).data.size(), 8u);
  EXPECT_EQ(control({0xA1, 0, 0, 0, 2, 0, 0, 4}).status, UrbStatus::ok) << "alternate setting 2";
  EXPECT_EQ(control({0xA1, 0, 0, 0, 3, 0, 0, 4}).status, UrbStatus::stalled);
  EXPECT_THAT(control({0xA1, 1, 0, 0, 0, 0, 1, 0}).data, ElementsAre(0x18));
  EXPECT_EQ(control({0x21, 2, 0, 0, 0, 0, 0, 0}).status, UrbStatus::ok);
  function.faults().refuses_reset = true;
  EXPECT_EQ(control({0x21, 2, 0, 0, 0, 0, 0, 0}).status, UrbStatus::stalled);
  EXPECT_EQ(control({0x23, 2, 0, 0, 0, 0, 0, 0}).status, UrbStatus::ok);
  EXPECT_EQ(control({0xA1, 99, 0, 0, 0, 0, 1, 0}).status, UrbStatus::stalled);
}

TEST(UsbModels, AreManyAndTheirDescriptorsAddUp) {
  EXPECT_GE(usb_models().size(), 5u);
  for (const UsbModel& model : usb_models())
    for (const bool high_speed : {true, false}) {
      const UsbBytes bytes = usb_configuration_descriptor(model, high_speed);
      EXPECT_EQ(bytes[2] | bytes[3] << 8, static_cast<int>(bytes.size())) << model.name;
      std::size_t at = 0;
      while (at < bytes.size()) at += bytes[at];
      EXPECT_EQ(at, bytes.size()) << model.name;
      EXPECT_EQ(usb_device_descriptor(model).size(), 18u);
    }
}

}  // namespace
}  // namespace platen::vprinter
