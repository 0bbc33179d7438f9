#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bidi/npap/packet.hpp"
#include "desk.hpp"
#include "virtual/npap/npap_side.hpp"

namespace platen::bidi::npap {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using vprinter::NpapSide;

std::string bytes(std::initializer_list<int> values) {
  std::string result;
  for (int value : values) result += static_cast<char>(value);
  return result;
}

// The beginning of a job for a Lexmark 7000, as drivers send it.
const std::string kStart =
    bytes({0xA5, 0, 6, 0x50, 3, 3, 0xC0, 0x0F, 0x0F}) + bytes({0xA5, 0, 3, 0x50, 4, 5}) +
    bytes({0xA5, 0, 4, 0x50, 4, 0x0C, 0}) + bytes({0xA5, 0, 0x0B, 0x50, 0xE0, 0x41, 0, 0, 0, 0, 0, 0, 0, 2}) +
    bytes({0xA5, 0, 6, 0x50, 5, 0, 0, 0x80, 0}) + bytes({0xA5, 0, 4, 0x50, 0xE0, 0x0B, 3}) +
    bytes({0xA5, 0, 5, 0x40, 0xE0, 0x80, 7, 8});

struct Heard {
  std::vector<Packet> packets;
  std::string rest;
};
Heard hear(std::string_view stream, std::size_t step = 1000) {
  Heard heard;
  PacketReader reader;
  const auto keep = [&](std::vector<Packet> packets) {
    for (Packet& packet : packets) heard.packets.push_back(std::move(packet));
  };
  for (std::size_t at = 0; at < stream.size(); at += step)
    keep(reader.feed(stream.substr(at, step), heard.rest));
  keep(reader.flush(heard.rest));
  return heard;
}

TEST(NpapPacket, IsWrittenAsItWasSeenInTheWild) {
  EXPECT_EQ(encode(request_characteristics), bytes({0xA5, 0, 3, 0x50, 1, 0}));
  EXPECT_EQ(encode({.flags = 0x40, .command = 0xE0, .subcommand = 0x80, .data = bytes({8, 7})}),
            bytes({0xA5, 0, 5, 0x40, 0xE0, 0x80, 8, 7}));
}

TEST(NpapPacket, EveryOneOfAJobsBeginningIsKnown) {
  const Heard heard = hear(kStart);
  ASSERT_EQ(heard.packets.size(), 7u);
  EXPECT_THAT(heard.rest, IsEmpty());
  std::string again;
  for (const Packet& packet : heard.packets) {
    EXPECT_FALSE(meaning(packet).empty()) << describe(packet);
    again += encode(packet);
  }
  EXPECT_EQ(again, kStart);
  EXPECT_TRUE(heard.packets[0].wants_reply());
  EXPECT_FALSE(heard.packets[6].wants_reply());
}

TEST(NpapPacket, AnUnknownOneIsKeptWholeAndTold) {
  PacketReader reader;
  std::string rest;
  const auto packets = reader.feed(bytes({0xA5, 0, 5, 0xC0, 7, 2, 1, 0xFE}), rest);
  ASSERT_EQ(packets.size(), 1u);
  EXPECT_EQ(reader.unknown(), 1u);
  EXPECT_EQ(packets[0].data, bytes({1, 0xFE}));
  EXPECT_EQ(describe(packets[0]), "NPAP 07 02 flags C0, 2 bytes: 01 FE");
}

TEST(NpapPacket, IsFoundAgainBehindGarbageHoweverTheStreamIsCut) {
  const std::string stream = bytes({0xA5, 0, 2}) + "junk" + bytes({0xA5, 0xA5}) + kStart +
                             "@PJL ECHO \xA5 yen\r\n" + bytes({0xA5, 0x10, 1}) + kStart +
                             bytes({0xA5, 0, 9, 0x50});
  const Heard whole = hear(stream);
  EXPECT_EQ(whole.packets.size(), 14u);
  EXPECT_THAT(whole.rest, HasSubstr("@PJL ECHO \xA5 yen\r\n"));
  for (std::size_t step = 1; step < 20; ++step) {
    const Heard cut = hear(stream, step);
    EXPECT_EQ(cut.packets, whole.packets) << step;
    EXPECT_EQ(cut.rest, whole.rest) << step;
  }
}

TEST(NpapPacket, OneThatIsNeverFinishedHidesNothing) {
  PacketReader reader;
  std::string rest;
  EXPECT_THAT(reader.feed(bytes({0xA5, 0x0F, 0xFF}) + kStart, rest), IsEmpty());
  EXPECT_EQ(reader.flush(rest).size(), 7u);
  EXPECT_EQ(rest, bytes({0xA5, 0x0F, 0xFF}));
}

TEST(NpapSideOfThePrinter, AnswersWhoAsksForItAndNobodyElse) {
  const vprinter::Device device(*vprinter::model_by_name("Lexmark T640"));
  NpapSide printer(device, {});
  std::string native;
  const auto send = [&](const std::string& text) {
    return printer.take({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, native);
  };
  send(encode(request_characteristics) + encode({.flags = 0x40, .command = 4, .subcommand = 5}) +
       encode({.flags = 0x50, .command = 9, .subcommand = 9}));
  const Heard heard = hear(printer.read(1000));
  ASSERT_EQ(heard.packets.size(), 2u);
  EXPECT_TRUE(heard.packets[0].is_reply());
  EXPECT_EQ(heard.packets[0].data, std::string("\0Lexmark T640", 13));
  EXPECT_EQ(heard.packets[1].data, std::string("\1"));
  EXPECT_THAT(native, IsEmpty());
  EXPECT_EQ(printer.unknown(), 1);
}

// Of the 7000 it is told that it takes nothing more while 64 bytes of answers are unread.
TEST(NpapSideOfThePrinter, StallsUntilItsAnswersAreRead) {
  const vprinter::Device device(*vprinter::model_by_name("Lexmark T640"));
  NpapSide printer(device, {.stalls = true});
  std::string native, stream;
  for (int i = 0; i < 10; ++i) stream += encode(request_characteristics);
  const std::span all(reinterpret_cast<const std::uint8_t*>(stream.data()), stream.size());
  const std::size_t used = printer.take(all, native);
  EXPECT_LT(used, stream.size());
  EXPECT_TRUE(printer.stalled());
  EXPECT_EQ(printer.take(all.subspan(used), native), 0u);
  EXPECT_FALSE(printer.read(64).empty());
  EXPECT_GT(printer.take(all.subspan(used), native), 0u);
}

TEST(NpapSideOfThePrinter, LeavesRasterDataAlone) {
  vprinter::Desk desk;
  const std::string page =
      "\x1b%-12345X@PJL JOB NAME=\"a\"\r\n@PJL ENTER LANGUAGE=PCL\r\n\x1b"
      "E" +
      bytes({0xA5, 0, 3, 0x50, 1, 0}) +
      "\f\x1b"
      "E\x1b%-12345X@PJL EOJ\r\n\x1b%-12345X";
  desk.send(page);
  desk.pass(std::chrono::seconds(1));
  EXPECT_EQ(desk.output.jobs.size(), 1u);
  EXPECT_THAT(hear(desk.heard()).packets, IsEmpty());
  desk.send(encode(request_characteristics) + "\x1b%-12345X@PJL ECHO x\r\n");
  const Heard heard = hear(desk.heard());
  EXPECT_EQ(heard.packets.size(), 1u);
  EXPECT_THAT(heard.rest, HasSubstr("@PJL ECHO x"));
}

}  // namespace
}  // namespace platen::bidi::npap
