#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "port/usb/requests.hpp"
#include "recovered.hpp"
#include "usb_fixture.hpp"

namespace platen::port {
namespace {

using testing::HasSubstr;

const std::string id =
    "MFG:Lexmark International;CMD:PCL,PJL,POSTSCRIPT,NPAP,PJL;MDL:Lexmark E250d;CLS:PRINTER;"
    "DES:Lexmark E250d;";

std::string decoded(int first, int second, const std::string& text) {
  const std::string bytes = std::string{static_cast<char>(first), static_cast<char>(second)} + text;
  return usb::decode_device_id(std::as_bytes(std::span(bytes)));
}

TEST(UsbDeviceId, IsReadWhateverItsLengthBytesSay) {
  const int size = static_cast<int>(id.size());
  EXPECT_EQ(decoded(0, size + 2, id), id);
  EXPECT_EQ(decoded(size + 2, 0, id), id) << "little endian";
  EXPECT_EQ(decoded(0, size, id), id) << "does not count itself";
  EXPECT_EQ(decoded(0, 10, id), id) << "too short";
  EXPECT_EQ(decoded(0, 0, id), id) << "none";
  EXPECT_EQ(decoded(0x7F, 0xFF, id), id) << "more than was sent";
  EXPECT_EQ(decoded(0, size + 2, id + std::string(40, '\0')), id) << "padded";
  EXPECT_EQ(decoded(0, size + 2, id + "leftovers of another answer"), id) << "padded with memory";
  EXPECT_EQ(usb::decode_device_id(std::as_bytes(std::span(id))), id) << "no length at all";
}

TEST(UsbDeviceId, WhatIsNoneIsEmpty) {
  EXPECT_EQ(usb::decode_device_id({}), "");
  EXPECT_EQ(decoded(0, 2, ""), "");
  EXPECT_EQ(decoded(0, 20, std::string(18, '\0')), "");
  EXPECT_EQ(decoded(0, 20, "no pairs in this one"), "");
  EXPECT_EQ(decoded(0, 20, std::string("\x01\x02MFG:a;MDL:b;xxx")), "");
}

TEST(UsbPortStatus, HasThreeLines) {
  const auto lines = [](int status) { return usb::decode_port_status(std::byte(status)); };
  EXPECT_FALSE(lines(0x18).paper_empty);
  EXPECT_TRUE(lines(0x18).selected);
  EXPECT_FALSE(lines(0x18).error);
  EXPECT_TRUE(lines(0x30).paper_empty);
  EXPECT_TRUE(lines(0x30).error);
  EXPECT_FALSE(lines(0x08).selected);
}

struct UsbRequestsTest : UsbTest {
  using Body = Task<void> (*)(UsbRequestsTest& t);
  void run(Body body) { play(reactor, body(*this)); }
};

struct IdLengths : UsbRequestsTest, testing::WithParamInterface<const char*> {};

TEST_P(IdLengths, TheDeviceIdIsReadOverTheWire) {
  plug(std::string("id=") + GetParam());
  run([](UsbRequestsTest& t) -> Task<void> {
    co_await t.open();
    auto got = co_await t.port->device_id(t.soon());
    EXPECT_EQ(got ? *got : got.error().sentence(), id);
  });
}

INSTANTIATE_TEST_SUITE_P(Usb, IdLengths,
                         testing::Values("right", "little-endian", "excludes-itself", "too-short", "absent"));

TEST_F(UsbRequestsTest, APrinterWithoutADeviceIdSaysSo) {
  plug("id=none");
  run([](UsbRequestsTest& t) -> Task<void> {
    co_await t.open();
    auto got = co_await t.port->device_id(t.soon());
    EXPECT_TRUE(!got && got.error().is(Errc::refused)) << (got ? *got : got.error().sentence());
    auto sent = co_await t.write("still prints");
    EXPECT_TRUE(sent);
  });
}

TEST_F(UsbRequestsTest, ARequestThatIsNotAnsweredEndsAtItsDeadline) {
  plug("control-hang=1");
  run([](UsbRequestsTest& t) -> Task<void> {
    co_await t.open();
    const Instant begin = t.clock.now();
    auto got = co_await t.port->status_lines(t.soon(30ms));
    recovered(t.clock.now() - begin, 2s);
    EXPECT_TRUE(!got && got.error().is(Errc::timed_out));
    EXPECT_EQ(t.rig.counts(1)["canceled"], 1);
    const std::string job = job_of(50'000);
    auto sent = co_await t.write(job);
    EXPECT_TRUE(sent);
    EXPECT_TRUE(t.rig.heard(1) == job);
  });
}

TEST_F(UsbRequestsTest, TheStatusLinesAreRead) {
  plug("status=0x30");
  run([](UsbRequestsTest& t) -> Task<void> {
    co_await t.open();
    auto lines = co_await t.port->status_lines(t.soon());
    EXPECT_TRUE(lines);
    if (!lines) co_return;
    EXPECT_TRUE(lines->paper_empty);
    EXPECT_TRUE(lines->error);
    EXPECT_TRUE(lines->selected);
  });
}

TEST_F(UsbRequestsTest, TheStatusIsReadWhileAJobIsStuck) {
  plug("takes=0 status=0x30");
  run([](UsbRequestsTest& t) -> Task<void> {
    co_await t.open();
    const std::string job = job_of(60'000);
    (void)co_await t.port->write_some(std::as_bytes(std::span(job)), t.soon());
    auto lines = co_await t.port->status_lines(t.soon());
    EXPECT_TRUE(lines && lines->paper_empty);
    auto got = co_await t.port->device_id(t.soon());
    EXPECT_EQ(got ? *got : got.error().sentence(), id);
  });
}

TEST_F(UsbRequestsTest, APrinterThatWaitsToBeAskedIsProdded) {
  const auto wrong = quirks.add("043d:00f3 | prod | a test | none", "test");
  EXPECT_TRUE(wrong.empty());
  plug("needs-prod=1");
  run([](UsbRequestsTest& t) -> Task<void> {
    co_await t.open();
    const std::string job = job_of(20'000);  // two pauses long
    auto sent = co_await t.write(job);
    EXPECT_TRUE(sent) << (sent ? "" : sent.error().sentence());
    EXPECT_TRUE(t.rig.heard(1) == job);
  });
}

}  // namespace
}  // namespace platen::port
