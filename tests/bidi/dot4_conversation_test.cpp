#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bidi/dot4/conversation.hpp"
#include "bidi/dot4/entry.hpp"
#include "desk.hpp"
#include "virtual/dot4/peripheral.hpp"

namespace platen::bidi::dot4 {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using vprinter::dot4::Options;
using vprinter::dot4::Peripheral;

// A host and a virtual printer on one wire that carries `step` bytes at a time.
struct Talking : testing::Test {
  vprinter::Desk desk;
  Conversation host;
  std::unique_ptr<Peripheral> device;
  std::string to_device, to_host;
  std::size_t step = 1000;
  Milliseconds now = 0;
  Events events;

  void SetUp() override { plug_in({.native = true}); }

  void plug_in(Options options) {
    desk.channel.reset();
    device.reset();
    const Peripheral::Wires wires{[this](std::string_view bytes) { to_host += bytes; }, [] {}};
    device = std::make_unique<Peripheral>(desk.printer, wires, options);
  }

  // Until the wire is quiet.
  void run() {
    for (bool busy = true; busy;) {
      busy = false;
      while (auto packet = host.next_packet(now)) {
        to_device += *packet;
        busy = true;
      }
      const std::string part = to_device.substr(0, step);
      const std::size_t used =
          device->take({reinterpret_cast<const std::uint8_t*>(part.data()), part.size()});
      to_device.erase(0, used);
      device->pump();
      const std::string answer = to_host.substr(0, step);
      to_host.erase(0, answer.size());
      for (Event& event : host.feed(answer, now)) events.push_back(std::move(event));
      busy = busy || used > 0 || !answer.empty();
    }
  }
  void pass(Milliseconds span) {
    for (const Milliseconds end = now + span; now < end;) {
      now = std::min(end, std::max(now + 1, host.wake_at().value_or(end)));
      for (Event& event : host.tick(now)) events.push_back(std::move(event));
      run();
    }
  }
  template <class E>
  std::vector<E> all() const {
    std::vector<E> found;
    for (const Event& event : events)
      if (const E* one = std::get_if<E>(&event)) found.push_back(*one);
    return found;
  }
  std::string arrived(Socket socket) const {
    std::string bytes;
    for (const Arrived& part : all<Arrived>())
      if (part.socket == socket) bytes += part.bytes;
    return bytes;
  }
  Socket open(const std::string& service) {
    EXPECT_TRUE(host.open(service));
    run();
    const auto opened = all<Opened>();
    return opened.empty() ? Socket{0} : opened.back().socket;
  }
  void begin() {
    host.begin(now);
    run();
    ASSERT_TRUE(host.begun());
  }
  // Everything that there is room for, again and again.
  void send_all(Socket socket, std::string_view bytes) {
    while (!bytes.empty()) {
      const std::size_t taken = host.send(socket, bytes);
      bytes.remove_prefix(taken);
      run();
      if (taken == 0) pass(100);
      if (now > 1'000'000) FAIL() << bytes.size() << " bytes were never taken";
    }
  }
};

std::string job(int pages) {
  std::string text =
      "\x1b%-12345X@PJL\r\n@PJL USTATUS JOB=ON\r\n@PJL JOB NAME=\"Test\"\r\n@PJL ENTER LANGUAGE=PCL\r\n\x1b"
      "E";
  for (int page = 0; page < pages; ++page) text += std::string(3000, 'x') + "\r\n\f";
  return text +
         "\x1b"
         "E\x1b%-12345X@PJL EOJ NAME=\"Test\"\r\n\x1b%-12345X";
}

TEST_F(Talking, PrintsAJobAndHearsAboutItOnTheSameChannel) {
  begin();
  const Socket print = open("PRINT");
  ASSERT_EQ(print, Peripheral::kPrintSocket);
  send_all(print, job(5));
  pass(100);
  ASSERT_EQ(desk.output.jobs.size(), 1u);
  EXPECT_EQ(desk.output.jobs[0].pages, 5);
  EXPECT_THAT(arrived(print), HasSubstr("USTATUS JOB\r\nEND"));
  EXPECT_THAT(all<Complaint>(), IsEmpty());
}

TEST_F(Talking, TheSameComesOutHoweverTheWireCutsTheStream) {
  for (std::size_t cut : {1, 2, 3, 5, 6, 7, 64, 4096}) {
    step = cut;
    plug_in({.native = true, .packet = 64, .credit = 1});
    desk.output.jobs.clear();
    begin();
    send_all(open("PRINT"), job(2));
    ASSERT_EQ(desk.output.jobs.size(), 1u) << cut;
    EXPECT_EQ(desk.output.jobs[0].pages, 2) << cut;
  }
}

TEST_F(Talking, StatusIsAskedOnItsOwnChannelWhileTheOtherIsStuck) {
  begin();
  const Socket print = open("PRINT");
  const Socket status = open("PLATEN-STATUS");
  ASSERT_NE(print, status);
  ASSERT_EQ(device->open_sockets(), 2u);
  desk.printer.device().set_fault(vprinter::Fault::cover_open, true);
  const std::string much = job(40);
  std::size_t sent = host.send(print, much);
  run();
  EXPECT_GT(host.unsent(print), 0u);
  ASSERT_GT(host.send(status, "\x1b%-12345X@PJL INFO STATUS\r\n\x1b%-12345X"), 0u);
  run();
  EXPECT_THAT(arrived(status), HasSubstr("CODE=40021"));
  desk.printer.device().set_fault(vprinter::Fault::cover_open, false);
  desk.printer.look_again();
  pass(5000);
  send_all(print, std::string_view(much).substr(sent));
  pass(5000);
  ASSERT_EQ(desk.output.jobs.size(), 1u);
  EXPECT_EQ(desk.output.jobs[0].pages, 40);
}

TEST_F(Talking, APeripheralWithoutCreditIsAskedSeldomerAndSeldomer) {
  begin();
  const Socket print = open("PRINT");
  device->faults.no_credit = true;
  const std::string text = job(8);
  ASSERT_EQ(host.send(print, text), text.size());
  run();
  int asked = 0;
  while (now < 60'000) {
    now = *host.wake_at();
    for (Event& event : host.tick(now)) events.push_back(std::move(event));
    run();
    ++asked;
  }
  EXPECT_LT(asked, 60);
  EXPECT_THAT(all<Ended>(), IsEmpty());
  device->faults.no_credit = false;
  pass(10'000);
  EXPECT_EQ(host.unsent(print), 0u);
}

TEST_F(Talking, NothingIsAskedAndNothingIsWaitedForWhileIdle) {
  begin();
  open("PRINT");
  pass(1000);
  EXPECT_EQ(host.wake_at(), std::nullopt);
  EXPECT_EQ(host.next_packet(now), std::nullopt);
}

TEST_F(Talking, AReaderThatIsHeldGetsNoMoreThanTheWindow) {
  begin();
  const Socket status = open("PLATEN-STATUS");
  run();
  host.hold(status, true);
  std::string many;
  for (int i = 0; i < 200; ++i) many += "@PJL INFO VARIABLES\r\n";
  send_all(status, "\x1b%-12345X" + many);
  EXPECT_LE(arrived(status).size(), std::size_t{Settings{}.window} * 1024);
  const std::size_t before = arrived(status).size();
  host.hold(status, false);
  run();
  EXPECT_GT(arrived(status).size(), before);
}

TEST_F(Talking, AnUnknownServiceIsRefused) {
  begin();
  ASSERT_TRUE(host.open("FAX"));
  run();
  ASSERT_EQ(all<Refused>().size(), 1u);
  EXPECT_EQ(all<Refused>()[0].service, "FAX");
  EXPECT_EQ(all<Refused>()[0].outcome, Outcome::unknown_name);
  EXPECT_TRUE(host.begun());
}

TEST_F(Talking, TheSameServiceTwiceIsOneChannelAndARefusal) {
  begin();
  ASSERT_TRUE(host.open("PRINT"));
  ASSERT_TRUE(host.open("PRINT"));
  run();
  EXPECT_EQ(all<Opened>().size(), 1u);
  EXPECT_EQ(all<Refused>().size(), 1u);
  EXPECT_EQ(device->open_sockets(), 1u);
}

TEST_F(Talking, ClosesAndLeavesWhenAllWasSent) {
  begin();
  const Socket print = open("PRINT");
  const std::string text = job(3);
  ASSERT_EQ(host.send(print, text), text.size());
  host.close(print);
  EXPECT_EQ(host.send(print, "x"), 0u);
  pass(1000);
  ASSERT_EQ(all<Closed>().size(), 1u);
  EXPECT_EQ(desk.output.jobs.at(0).pages, 3);
  host.leave();
  run();
  ASSERT_EQ(all<Ended>().size(), 1u);
  EXPECT_EQ(all<Ended>()[0].cause, Ended::Cause::left);
  EXPECT_FALSE(host.begun());
}

TEST_F(Talking, AnOldPeripheralGetsTheOldRevision) {
  plug_in({.native = true, .revision = 0x10});
  begin();
  EXPECT_EQ(all<Begun>().at(0).revision, 0x10);
  EXPECT_NE(open("PRINT"), 0);
}

TEST_F(Talking, APeripheralThatIsNotReadyIsAskedAgain) {
  device->faults.inits_not_now = 2;
  host.begin(now);
  run();
  EXPECT_FALSE(host.begun());
  pass(3000);
  EXPECT_TRUE(host.begun());
}

TEST_F(Talking, SilenceEndsItWithinItsTime) {
  desk.printer.silence(true);
  host.begin(now);
  run();
  pass(Conversation::init_timeout * Conversation::init_tries + 1);
  ASSERT_EQ(all<Ended>().size(), 1u);
  EXPECT_EQ(all<Ended>()[0].cause, Ended::Cause::no_answer);
  desk.printer.silence(false);
  begin();
  device->faults.unanswered = 1;
  ASSERT_TRUE(host.open("PRINT"));
  run();
  pass(Conversation::reply_timeout + 1);
  ASSERT_EQ(all<Ended>().size(), 2u);
  EXPECT_THAT(all<Ended>()[1].sentence, HasSubstr("GetSocketID"));
  // And again, on the same wire.
  begin();
  EXPECT_NE(open("PRINT"), 0);
}

TEST_F(Talking, AGarbledLengthAWrongReplyAndDataWithoutCreditAreErrorsOfTheirKind) {
  begin();
  device->faults.garbled_lengths = 1;
  ASSERT_TRUE(host.open("PRINT"));
  run();
  ASSERT_EQ(all<Ended>().size(), 1u);
  EXPECT_EQ(all<Ended>()[0].cause, Ended::Cause::fault);
  EXPECT_EQ(device->last_error(), "heard 128");

  begin();
  device->faults.wrong_replies = 1;
  ASSERT_TRUE(host.open("PRINT"));
  run();
  ASSERT_EQ(all<Ended>().size(), 2u);
  EXPECT_EQ(device->last_error(), "heard 130");

  begin();
  const Socket status = open("PLATEN-STATUS");
  run();
  host.hold(status, true);
  device->faults.ignores_credit = true;
  std::string many;
  for (int i = 0; i < 50; ++i) many += "@PJL INFO VARIABLES\r\n";
  send_all(status, "\x1b%-12345X" + many);
  EXPECT_FALSE(all<Complaint>().empty());
  EXPECT_EQ(device->last_error(), "heard 129");
  EXPECT_TRUE(host.begun());  // that one is recovered from
}

TEST_F(Talking, APrinterThatWasSwitchedOffAndOnIsFoundOutAndBegunAnew) {
  begin();
  const Socket print = open("PRINT");
  device->restart();
  ASSERT_GT(host.send(print, "abc"), 0u);
  run();
  pass(Conversation::reply_timeout + 1);
  ASSERT_EQ(all<Ended>().size(), 1u);
  begin();
  send_all(open("PRINT"), job(1));
  EXPECT_EQ(desk.output.jobs.back().pages, 1);
}

TEST_F(Talking, ALeftOverChannelIsClosedAndOpenedAgain) {
  begin();
  open("PRINT");
  // A host that forgot everything but the conversation: it opens by hand what is open.
  const Message again{.command = Command::open_channel,
                      .primary = 2,
                      .secondary = 2,
                      .to_secondary = 1024,
                      .to_primary = 1024,
                      .max_credit = 0xFFFF};
  to_device += encode(Packet{.credit = 1, .payload = encode(again)});
  const std::size_t used =
      device->take({reinterpret_cast<const std::uint8_t*>(to_device.data()), to_device.size()});
  EXPECT_EQ(used, to_device.size());
  EXPECT_EQ(to_host.substr(6, 2), std::string("\x81\x06", 2));
}

TEST_F(Talking, TheMagicWordsBringAPlainWireToPacketModeAndExitBack) {
  plug_in({});
  EXPECT_FALSE(device->in_packets());
  to_device = "\x1b%-12345X@PJL INFO ID\r\n\x1b%-12345X";
  run();
  to_device = enter_magic;
  host.begin(now);
  run();
  EXPECT_TRUE(device->in_packets());
  ASSERT_TRUE(host.begun());
  send_all(open("PRINT"), job(1));
  pass(100);
  host.leave();
  run();
  EXPECT_FALSE(device->in_packets());
  ASSERT_EQ(all<Ended>().size(), 1u);
  to_device = "\x1b%-12345X@PJL ECHO plain\r\n\x1b%-12345X";
  const std::size_t used =
      device->take({reinterpret_cast<const std::uint8_t*>(to_device.data()), to_device.size()});
  device->pump();
  EXPECT_EQ(used, to_device.size());
  EXPECT_THAT(to_host, HasSubstr("@PJL ECHO plain"));
}

TEST_F(Talking, WhatThePeripheralAsksIsAnsweredAtOnce) {
  begin();
  const Socket print = open("PRINT");
  const auto ask = [&](const Message& message) {
    for (Event& event : host.feed(encode(Packet{.credit = 1, .payload = encode(message)}), now))
      events.push_back(std::move(event));
    const auto packet = host.next_packet(now);
    return packet ? parse_message(packet->substr(header_bytes)) : std::nullopt;
  };
  const auto credit = ask({.command = Command::credit_request, .primary = print, .secondary = print});
  ASSERT_TRUE(credit);
  EXPECT_TRUE(credit->reply);
  EXPECT_EQ(credit->outcome, Outcome::ok);
  EXPECT_EQ(
      ask({.command = Command::credit, .primary = print, .secondary = print, .credit = 0xFFFF})->outcome,
      Outcome::credit_overflow);
  EXPECT_EQ(ask({.command = Command::credit, .primary = 9, .secondary = 9, .credit = 1})->outcome,
            Outcome::not_open);
  EXPECT_EQ(ask({.command = Command::open_channel, .primary = 9, .secondary = 9})->outcome,
            Outcome::no_service);
  EXPECT_EQ(ask({.command = Command::get_service_name, .secondary = print})->service, "PRINT");
  EXPECT_EQ(ask({.command = Command::close_channel})->outcome, Outcome::transaction_stays);
  EXPECT_EQ(ask({.command = Command::close_channel, .primary = print, .secondary = print})->outcome,
            Outcome::ok);
  EXPECT_EQ(all<Closed>().size(), 1u);
  EXPECT_TRUE(ask({.command = Command::exit})->reply);
  EXPECT_EQ(all<Ended>().at(0).cause, Ended::Cause::peer_left);
}

}  // namespace
}  // namespace platen::bidi::dot4
