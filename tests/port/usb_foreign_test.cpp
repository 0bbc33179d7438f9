// Other people's programs at our virtual printer: what they see and get is what a printer would give them.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "usb_fixture.hpp"

namespace platen::port {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* cups_backend = "/usr/lib/cups/backend/usb";

struct Foreign : testing::Test {
  rig::UsbRig rig;
};

TEST_F(Foreign, LsusbReadsEveryModelClean) {
  struct Row {
    const char* model;
    const char* id;
    int alternates;
  };
  for (const Row& row :
       {Row{"E250d", "043d:00f3", 1}, Row{"E238", "043d:00d7", 1}, Row{"E260dn", "043d:0123", 2},
        Row{"C540n", "043d:0139", 2}, Row{"\"Optra E310\"", "043d:000c", 3}, Row{"MS317dn", "043d:0226", 3},
        Row{"E120n", "043d:00cc", 1}}) {
    rig.tell(std::string("plug 1 ") + row.model);
    const auto ran = rig::UsbRig::run("lsusb -v");
    EXPECT_EQ(ran.code, 0) << ran.out;
    EXPECT_THAT(ran.out,
                AllOf(HasSubstr(std::string("ID ") + row.id), HasSubstr("bInterfaceClass         7 Printer"),
                      HasSubstr("Lexmark International"), HasSubstr("Self Powered")))
        << row.model;
    for (const char* complaint :
         {"can't", "Couldn't", "error", "UNRECOGNIZED", "Warning", "unknown", "junk", "(Bus Powered)"})
      EXPECT_THAT(ran.out, Not(HasSubstr(complaint))) << row.model;
    std::size_t interfaces = 0;
    for (auto at = ran.out.find("Interface Descriptor:"); at != std::string::npos;
         at = ran.out.find("Interface Descriptor:", at + 1))
      ++interfaces;
    EXPECT_EQ(interfaces, row.alternates) << ran.out;
    rig.tell("unplug 1");
  }
}

TEST_F(Foreign, CupsOwnBackendListsThePrinterAndPrintsBitForBit) {
  ASSERT_TRUE(std::filesystem::exists(cups_backend)) << "install the package cups";
  rig.tell("plug 1 E250d usblp=1");
  const auto listed = rig::UsbRig::run(cups_backend);
  EXPECT_THAT(listed.out,
              AllOf(HasSubstr("direct usb://Lexmark/E250d?serial=6210V1L"), HasSubstr("MDL:Lexmark E250d;")));
  const std::string job = job_of(3'000'036), path = "/tmp/platen-usb-foreign-" + std::to_string(::getpid());
  std::ofstream(path, std::ios::binary) << job;
  const auto printed = rig::UsbRig::run("DEVICE_URI='usb://Lexmark/E250d?serial=6210V1L' " +
                                        std::string(cups_backend) + " 1 user title 1 '' " + path);
  std::filesystem::remove(path);
  EXPECT_EQ(printed.code, 0) << printed.out;
  const auto heard = rig.heard(1);
  EXPECT_TRUE(heard == job) << heard.size() << " of " << job.size() << " octets; it says: " << printed.out;
}

}  // namespace
}  // namespace platen::port
