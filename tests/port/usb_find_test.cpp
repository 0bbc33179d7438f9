#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "port/list_ports.hpp"
#include "port/make_port.hpp"
#include "port/usb/find.hpp"
#include "usb_fixture.hpp"

namespace platen::port {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using usb::Alternate;

Alternate alternate(std::uint8_t interface, std::uint8_t number, std::uint8_t protocol) {
  return {.interface = interface,
          .alternate = number,
          .class_code = 7,
          .subclass = 1,
          .protocol = protocol,
          .out = 0x01,
          .in = std::uint8_t(protocol == 1 ? 0 : 0x82)};
}

TEST(ChooseInterface, PrefersAPlainStreamThatTalksBack) {
  const std::vector<Alternate> all = {alternate(0, 0, 1), alternate(0, 1, 3), alternate(0, 2, 2),
                                      alternate(0, 3, 4)};
  const auto chosen = usb::choose_interface(all, {});
  ASSERT_TRUE(chosen);
  EXPECT_EQ(chosen->alternate, 2);
  EXPECT_EQ(chosen->in, 0x82);
  EXPECT_TRUE(chosen->has_alternates);
}

TEST(ChooseInterface, TakesWhatThereIs) {
  EXPECT_EQ(usb::choose_interface({alternate(1, 0, 1)}, {})->in, 0);
  EXPECT_EQ(usb::choose_interface({alternate(1, 0, 3)}, {})->protocol, 3);
  EXPECT_EQ(usb::choose_interface({alternate(0, 0, 1), alternate(0, 1, 3)}, {})->protocol, 1);
  EXPECT_FALSE(usb::choose_interface({alternate(0, 0, 4)}, {})) << "IPP over USB is for others";
  EXPECT_FALSE(usb::choose_interface({}, {}));
  EXPECT_FALSE(usb::choose_interface({alternate(0, 0, 2)}, {})->has_alternates);
}

TEST(ChooseInterface, DoesWhatQuirksAndThePersonSay) {
  const std::vector<Alternate> all = {alternate(0, 0, 1), alternate(0, 1, 2), alternate(0, 2, 3),
                                      alternate(1, 0, 2)};
  EXPECT_EQ(usb::choose_interface(all, {.protocol = 3})->alternate, 2);
  EXPECT_EQ(usb::choose_interface(all, {.no_alternate = true})->interface, 1);
  EXPECT_EQ(usb::choose_interface(all, {.unidir = true})->in, 0);
  EXPECT_EQ(usb::choose_interface(all, {}, 1)->interface, 1);
  EXPECT_EQ(usb::choose_interface(all, {}, {}, 3)->protocol, 3);
  EXPECT_FALSE(usb::choose_interface(all, {}, 2));
  Alternate vendors = alternate(0, 0, 0xFF);
  vendors.class_code = 0xFF;
  EXPECT_FALSE(usb::choose_interface({vendors}, {}));
  EXPECT_TRUE(usb::choose_interface({vendors}, {.vendor_class = true}));
}

TEST(UsbAddress, IsWrittenAndReadAsAUri) {
  for (const char* text : {"usb://043d/00f3", "usb://043d/00f3?serial=6210V1L", "usb://043d/00f3?at=1-2.3",
                           "usb://043d/00f3?interface=1&protocol=1&serial=A%20B"}) {
    const auto uri = parse_uri(text);
    ASSERT_TRUE(uri) << text;
    const auto address = usb::parse_address(*uri);
    ASSERT_TRUE(address) << address.error().sentence();
    EXPECT_EQ(address->uri(), text);
  }
  for (const char* text : {"usb://43d/00f3", "usb://043d", "usb://043d/00f3/1", "usb://043d/00g3",
                           "usb://043d/00f3?protocol=4", "usb://043d/00f3?colour=red", "usb://043d:1/00f3"}) {
    const auto uri = parse_uri(text);
    ASSERT_TRUE(uri) << text;
    const auto address = usb::parse_address(*uri);
    EXPECT_TRUE(!address && address.error().is(Errc::malformed)) << text;
    EXPECT_THAT(address ? "" : address.error().sentence(), HasSubstr("USB")) << text;
  }
}

struct UsbFindTest : UsbTest {
  using Body = Task<void> (*)(UsbFindTest& t);
  void run(Body body) { play(reactor, body(*this)); }
  static std::vector<std::string> uris() {
    std::vector<std::string> all;
    for (const FoundPort& port : list_usb_ports()) all.push_back(port.uri);
    return all;
  }
};

TEST_F(UsbFindTest, ListsPrintersByTheirSerialNumbersAndNothingWhenThereAreNone) {
  EXPECT_THAT(uris(), ElementsAre());
  rig.tell("plug 1 E250d");
  rig.tell("plug 3 E120n");
  rig.tell("plug 2 \"Optra E310\"");
  EXPECT_THAT(uris(), ElementsAre("usb://043d/00f3?serial=6210V1L", "usb://043d/000c?serial=1170P5G",
                                  "usb://043d/00cc?at=1-3"));
  EXPECT_EQ(list_usb_ports().front().description, "Lexmark E250d, serial number 6210V1L, USB 1-1");
  EXPECT_EQ(list_ports().front().uri, uris().front());
}

TEST_F(UsbFindTest, PrintersWithTheSameSerialNumberAreToldApartByTheirPlace) {
  rig.tell("plug 1 E250d");
  rig.tell("plug 2 E250d takes=-1");
  EXPECT_THAT(uris(),
              ElementsAre("usb://043d/00f3?at=1-1&serial=6210V1L", "usb://043d/00f3?at=1-2&serial=6210V1L"));
  auto made = make_port(uris().back(), reactor.get_executor(), clock);
  ASSERT_TRUE(made);
  port.reset();
  run([](UsbFindTest& t) -> Task<void> {
    auto second = make_port(uris().back(), t.reactor.get_executor(), t.clock);
    auto opened = co_await (*second)->open(t.soon());
    EXPECT_TRUE(opened);
    EXPECT_EQ(t.rig.counts(1)["claimed"], 0);
    EXPECT_EQ(t.rig.counts(2)["claimed"], 1);
  });
}

TEST_F(UsbFindTest, EveryModelIsOpenedWithItsBestProtocol) {
  run([](UsbFindTest& t) -> Task<void> {
    struct Row {
      const char* name;
      std::uint16_t product;
      int alternate;
      bool talks;
    };
    for (const Row& row :
         {Row{"E250d", 0x00F3, 0, true}, Row{"E238", 0x00D7, 0, true}, Row{"E260dn", 0x0123, 1, true},
          Row{"C540n", 0x0139, 0, true}, Row{"\"Optra E310\"", 0x000C, 1, true},
          Row{"MS317dn", 0x0226, 1, true}, Row{"E120n", 0x00CC, 0, false}}) {
      t.rig.tell(std::string("plug 1 ") + row.name);
      t.make({.vendor = lexmark, .product = row.product});
      co_await t.open();
      auto id = co_await t.port->device_id(t.soon());
      EXPECT_TRUE(id) << row.name;
      const std::string job = job_of(70'000);
      auto sent = co_await t.write(job);
      EXPECT_TRUE(sent) << row.name;
      EXPECT_TRUE(t.rig.heard(1) == job) << row.name;
      auto counts = t.rig.counts(1);
      EXPECT_EQ(counts["alternate"], row.alternate) << row.name;
      EXPECT_EQ(counts["reads"], row.talks) << row.name;
      if (!row.talks) {
        std::array<std::byte, 8> buffer;
        auto none = co_await t.port->read_some(buffer, t.soon(10ms));
        EXPECT_TRUE(!none && none.error().is(Errc::timed_out));
      }
      t.port.reset();
      t.rig.tell("unplug 1");
    }
  });
}

TEST_F(UsbFindTest, AWrongSerialNumberIsNotFound) {
  rig.tell("plug 1 E250d");
  make({.vendor = lexmark, .product = 0x00F3, .serial = "another"});
  run([](UsbFindTest& t) -> Task<void> {
    auto opened = co_await t.port->open(t.soon());
    EXPECT_TRUE(!opened && opened.error().is(Errc::not_found));
    EXPECT_THAT(opened ? "" : opened.error().sentence(), HasSubstr("its USB cable"));
  });
}

}  // namespace
}  // namespace platen::port
