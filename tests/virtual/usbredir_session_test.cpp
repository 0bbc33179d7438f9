#include "virtual/usbredir/usbredir_session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "usb_fakes.hpp"

namespace platen::vprinter::usb {
namespace {

using redir::Abilities;
using redir::BulkPacket;
using redir::ControlPacket;
using redir::Header;
using redir::Status;
using redir::Type;
using testing::ElementsAre;

constexpr std::uint32_t kAllAbilities = 0xff;

struct Packet {
  Header header;
  UsbBytes body;
};

// Plays QEMU.
class UsbredirSessionTest : public testing::Test {
 protected:
  UsbredirSessionTest() {
    device.answer = [this](const Urb& urb) { return answer_control(urb); };
    session.start();
  }

  // A device with one printer interface in two alternate settings.
  UrbCompletion answer_control(const Urb& urb) {
    UrbCompletion done{.id = urb.id};
    if (urb.setup[0] == 0x80 && urb.setup[1] == 6 && urb.setup[3] == 1)
      done.data = {18, 1, 0, 2, 0, 0, 0, 64, 0x3d, 0x04, 0x23, 0x01, 0x00, 0x01, 1, 2, 3, 1};
    else if (urb.setup[0] == 0x80 && urb.setup[1] == 6)
      done.data = {9, 2, 55, 0, 1, 1, 0, 0xc0, 1,                                               //
                   9, 4, 0,  0, 2, 7, 1, 2,    0, 7, 5, 1, 2, 0, 2, 0, 7, 5, 0x82, 2, 0, 2, 0,  //
                   9, 4, 0,  1, 2, 7, 1, 3,    0, 7, 5, 3, 2, 0, 2, 0, 7, 5, 0x84, 2, 0, 2, 0};
    else
      seen.push_back(urb);
    return done;
  }

  void hello(std::uint32_t abilities) {
    Writer<Order::little> body;
    body.pad(redir::kVersionSize).put(abilities);
    const UsbBytes bytes = std::move(body).bytes();
    UsbBytes packet =
        Header{.type = Type::hello, .length = static_cast<std::uint32_t>(bytes.size())}.write(Abilities());
    packet.insert(packet.end(), bytes.begin(), bytes.end());
    ASSERT_TRUE(session.take(packet));
    shared = Abilities::ours() & Abilities(abilities);
  }
  void host(Type type, std::uint64_t id, const UsbBytes& body) {
    UsbBytes packet =
        Header{.type = type, .length = static_cast<std::uint32_t>(body.size()), .id = id}.write(shared);
    packet.insert(packet.end(), body.begin(), body.end());
    for (std::uint8_t byte : packet) ASSERT_TRUE(session.take(UsbBytes{byte}));
  }
  // What was said since it was last asked.
  std::vector<Packet> heard() {
    std::vector<Packet> all;
    std::span<const std::uint8_t> rest = said;
    while (!rest.empty()) {
      const Abilities layout = greeted ? shared : Abilities();
      greeted = true;
      const Header header = Header::read(rest, layout);
      const auto body = rest.subspan(Header::size(layout), header.length);
      all.push_back({header, UsbBytes(body.begin(), body.end())});
      rest = rest.subspan(Header::size(layout) + header.length);
    }
    said.clear();
    return all;
  }
  void connected() {
    hello(kAllAbilities);
    heard();
  }

  PlayedDevice device;
  std::vector<Urb> seen;
  UsbBytes said;
  bool greeted = false;
  Abilities shared;
  UsbredirSession session{
      device, [this](const UsbBytes& bytes) { said.insert(said.end(), bytes.begin(), bytes.end()); }};
};

TEST_F(UsbredirSessionTest, TheDeviceIsIntroducedByItsOwnDescriptors) {
  hello(kAllAbilities);
  const auto all = heard();
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[0].header.type, Type::hello);
  EXPECT_EQ(all[1].header.type, Type::interface_info);
  EXPECT_EQ(all[1].body[0], 1);           // one interface
  EXPECT_EQ(all[1].body[4 + 32], 7);      // its class
  EXPECT_EQ(all[1].body[4 + 3 * 32], 2);  // its protocol
  EXPECT_EQ(all[2].header.type, Type::endpoint_info);
  ASSERT_EQ(all[2].body.size(), 32U * 5);
  EXPECT_EQ(all[2].body[1], 2);                   // bulk out
  EXPECT_EQ(all[2].body[16 + 2], 2);              // bulk in
  EXPECT_EQ(all[2].body[3], redir::kNoEndpoint);  // the other setting's
  EXPECT_EQ(all[2].body[3 * 32 + 2 * 1 + 1], 2);  // 512 bytes
  EXPECT_EQ(all[3].header.type, Type::device_connect);
  EXPECT_THAT(all[3].body, ElementsAre(2, 0, 0, 0, 0x3d, 0x04, 0x23, 0x01, 0x00, 0x01));
}

TEST_F(UsbredirSessionTest, AHostOfOldGetsTheOldLayouts) {
  hello(0);
  const auto all = heard();
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[2].body.size(), 32U * 3);
  EXPECT_EQ(all[3].body.size(), 8U);
  host(Type::bulk, 5, BulkPacket{.endpoint = 1, .length = 2}.write(octets("ab"), shared));
  ASSERT_EQ(device.pending.size(), 1U);
  EXPECT_EQ(device.pending[0].data, octets("ab"));
}

TEST_F(UsbredirSessionTest, AnotherSettingHasOtherEndpoints) {
  connected();
  host(Type::set_alternate, 3, {0, 1});
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_THAT(seen[0].setup, ElementsAre(0x01, 11, 1, 0, 0, 0, 0, 0));
  const auto all = heard();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].body[4 + 3 * 32], 3);
  EXPECT_EQ(all[1].body[3], 2);
  EXPECT_EQ(all[2].header.type, Type::alternate_status);
  EXPECT_EQ(all[2].header.id, 3U);
  EXPECT_THAT(all[2].body, ElementsAre(0, 0, 1));
}

TEST_F(UsbredirSessionTest, DataGoesBothWays) {
  connected();
  host(Type::bulk, 20, BulkPacket{.endpoint = 1, .length = 70000}.write(UsbBytes(70000, 'x'), shared));
  host(Type::bulk, 21, BulkPacket{.endpoint = 0x82, .length = 512}.write({}, shared));
  ASSERT_EQ(device.pending.size(), 2U);
  EXPECT_EQ(device.pending[0].data.size(), 70000U);
  EXPECT_EQ(device.pending[1].room, 512U);
  device.take(70000);
  device.say(octets("ready"));
  const auto all = heard();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].header.id, 20U);
  EXPECT_EQ(BulkPacket::read(all[0].body, shared).length, 70000U);
  EXPECT_EQ(all[1].header.id, 21U);
  EXPECT_EQ(UsbBytes(all[1].body.begin() + 10, all[1].body.end()), octets("ready"));
}

TEST_F(UsbredirSessionTest, ACanceledTransferIsAnsweredWithWhatItHadMoved) {
  connected();
  device.moved_when_canceled = 3;
  host(Type::bulk, 30, BulkPacket{.endpoint = 1, .length = 5}.write(octets("hello"), shared));
  host(Type::cancel, 30, {});
  const auto all = heard();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].header.id, 30U);
  EXPECT_EQ(all[0].body[1], static_cast<std::uint8_t>(Status::canceled));
  EXPECT_EQ(BulkPacket::read(all[0].body, shared).length, 3U);
  host(Type::cancel, 30, {});  // again, and of what never was
  host(Type::cancel, 31, {});
  EXPECT_TRUE(heard().empty());
}

TEST_F(UsbredirSessionTest, AControlTransferIsHandedOnAndAStallToldAsAStall) {
  connected();
  device.answer = [](const Urb& urb) { return UrbCompletion{.id = urb.id, .status = UrbStatus::stalled}; };
  host(Type::control, 40,
       ControlPacket{.endpoint = 0x80, .request = 0, .request_type = 0xa1, .length = 1024}.write({}));
  const auto all = heard();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].header.id, 40U);
  EXPECT_EQ(all[0].body[3], static_cast<std::uint8_t>(Status::stall));
}

TEST_F(UsbredirSessionTest, AStreamThatIsNotUsbredirEndsTheSession) {
  EXPECT_FALSE(session.take(UsbBytes(64, 0x01)));
}

TEST_F(UsbredirSessionTest, APacketThatSaysItIsHugeEndsTheSession) {
  connected();
  UsbBytes huge = Header{.type = Type::bulk, .length = 1U << 30}.write(shared);
  EXPECT_FALSE(session.take(huge));
}

TEST_F(UsbredirSessionTest, PacketsThatAreTooShortAreRefused) {
  connected();
  for (Type type : {Type::control, Type::bulk}) {
    UsbBytes packet = Header{.type = type, .length = 3}.write(shared);
    packet.resize(packet.size() + 3);
    EXPECT_FALSE(session.take(packet));
  }
}

}  // namespace
}  // namespace platen::vprinter::usb
