// The virtual printer on real USB, as Debian's kernel and other people's software see it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "guest.hpp"

namespace platen::rigs {
namespace {

using e2e::Child;
using e2e::eventually;
using e2e::read_file;
using e2e::write_file;
using testing::HasSubstr;
using testing::Not;

constexpr std::size_t kJobSize = 1'000'000;

// A boot takes four seconds, or minutes when the kernel must be fetched first.
constexpr Seconds kBoot(360);

const std::string kVirtualPrinter = PLATEN_VPRINTER;
const std::string kCupsUsb = "/usr/lib/cups/backend/usb";
const std::string kCupsQuirks = "/usr/share/cups/usb/org.cups.usb-quirks";

std::string in_place(const std::string& path) {
  return path + ":" + path;
}

// What lsusb -v says of a device whose descriptors are right, and nothing of what it says of others.
void expect_clean(const std::string& listing) {
  EXPECT_THAT(listing, HasSubstr("bInterfaceClass         7"));
  EXPECT_THAT(listing, HasSubstr("bInterfaceSubClass      1"));
  EXPECT_THAT(listing, HasSubstr("Device Status:"));
  for (const char* complaint :
       {"can't", "cannot", "Warning", "rror", "nknown", "junk", "invalid", "Unrecognized"})
    EXPECT_THAT(listing, Not(HasSubstr(complaint)));
}

// The printer inside the guest, attached to the guest's own kernel.
TEST(UsbipInDebiansKernel, TheKernelsPrinterNodePrintsBitExactAndLsusbReadsUsClean) {
  const Scratch scratch;
  write_file(scratch / "job", foreign_job(kJobSize));
  Guest guest({.modules = {"vhci-hcd", "usblp"},
               .files = {kVirtualPrinter, "/usr/bin/lsusb", scratch / "job:/job"},
               .script = R"(
platen-vprinter --out /tmp/out --usb kernel --control /tmp/control --record /tmp/record >/dev/null 2>&1 &
tell() { platen-vprinter --control /tmp/control --tell "$1"; }
until_there /dev/usb/lp0

begin identity
cat /sys/class/usbmisc/lp0/device/ieee1284_id
end identity

begin lsusb
lsusb -v -d 043d: 2>&1
end lsusb

cat /job >/dev/usb/lp0
cmp /job /tmp/record
echo printed bit-exact

exec 3<>/dev/usb/lp0
printf '\033%%-12345X@PJL INFO STATUS\r\n' >&3
begin reply
head -n 2 <&3
end reply
exec 3>&-

tell refuse
until_gone /dev/usb/lp0
tell accept
until_there /dev/usb/lp0
: >/tmp/record
cat /job >/dev/usb/lp0
cmp /job /tmp/record
echo printed again
)"});
  ASSERT_EQ(guest.wait(), 0) << guest.said();
  EXPECT_THAT(guest.section("identity"), HasSubstr("MDL:"));
  EXPECT_THAT(guest.said(), HasSubstr("printed bit-exact"));
  EXPECT_THAT(guest.section("reply"), HasSubstr("CODE=10001"));
  EXPECT_THAT(guest.said(), HasSubstr("printed again"));
  expect_clean(guest.section("lsusb"));
}

// Each row of the table of models, as the kernel, lsusb and CUPS see it.
TEST(UsbipInDebiansKernel, EveryModelHasCleanDescriptorsAndIsListedByCups) {
  const std::vector<std::string> models = {"E250d",      "E238",    "E260dn", "C540n",
                                           "Optra E310", "MS317dn", "E120n"};
  std::string script = "wait_and_end() { kill $1; wait $1 || true; until_gone /dev/usb/lp0; }\n";
  for (const std::string& model : models)
    script += "platen-vprinter --out /tmp/out --usb kernel --usb-model '" + model + "' >/dev/null 2>&1 &\n" +
              "until_there /dev/usb/lp0\n" +               //
              "begin '" + model + "'\n" +                  //
              "lsusb -v -d 043d: 2>&1\n" +                 //
              "/usr/lib/cups/backend/usb 2>/dev/null\n" +  //
              "end '" + model + "'\n" +                    //
              "wait_and_end $!\n";
  Guest guest({.modules = {"vhci-hcd", "usblp"},
               .files = {kVirtualPrinter, "/usr/bin/lsusb", in_place(kCupsUsb), in_place(kCupsQuirks)},
               .script = script});
  ASSERT_EQ(guest.wait(), 0) << guest.said();
  for (const std::string& model : models) {
    SCOPED_TRACE(model);
    const std::string seen = guest.section(model);
    expect_clean(seen);
    EXPECT_THAT(seen, HasSubstr("Lexmark " + model));
    EXPECT_THAT(seen, HasSubstr("direct usb://Lexmark/"));
    EXPECT_THAT(seen, HasSubstr("MDL:Lexmark " + model + ";"));
  }
}

// The printer outside the guest, on QEMU's own host controller.
class UsbredirIntoQemu : public testing::Test {
 protected:
  UsbredirIntoQemu() { write_file(scratch / "job", foreign_job(kJobSize)); }

  void boot(std::vector<std::string> modules, const std::string& script) {
    printer = std::make_unique<Child>(
        std::vector<std::string>{kVirtualPrinter, "--out", scratch / "out", "--usb", scratch / "usb.sock",
                                 "--control", scratch / "control", "--record", scratch / "record"},
        scratch / "printer");
    guest = std::make_unique<Guest>(GuestPlan{
        .modules = std::move(modules),
        .files = {"/usr/bin/lsusb", in_place(kCupsUsb), in_place(kCupsQuirks), scratch / "job:/job"},
        .script = script,
        .qemu = {"-chardev", "socket,id=printer,server=on,wait=off,path=" + scratch / "usb.sock", "-device",
                 "qemu-xhci", "-device", "usb-redir,chardev=printer"}});
  }
  void tell(const std::string& words) const {
    const auto answer =
        e2e::run({kVirtualPrinter, "--control", scratch / "control", "--tell", words}, Seconds(10));
    EXPECT_EQ(answer.code, 0) << words << ": " << answer.err;
  }

  const Scratch scratch;
  std::unique_ptr<Child> printer;
  std::unique_ptr<Guest> guest;
};

TEST_F(UsbredirIntoQemu, CupsOwnUsbBackendListsThePrinterAndPrintsBitExact) {
  boot({"xhci-pci", "usblp"}, R"(
until_there /dev/usb/lp0
begin lsusb
lsusb -v -d 043d: 2>&1
end lsusb
begin list
/usr/lib/cups/backend/usb 2>/dev/null
end list
export DEVICE_URI=$(/usr/lib/cups/backend/usb 2>/dev/null | cut -d' ' -f2)
/usr/lib/cups/backend/usb 1 somebody title 1 "" /job >/tmp/cups 2>&1 || { cat /tmp/cups; false; }
)");
  ASSERT_EQ(guest->wait(), 0) << guest->said();
  EXPECT_THAT(guest->section("list"), HasSubstr("usb://Lexmark/"));
  EXPECT_EQ(read_file(scratch / "record"), read_file(scratch / "job"));
  expect_clean(guest->section("lsusb"));
}

TEST_F(UsbredirIntoQemu, APrinterThatIsPulledInTheMiddleOfAJobIsGoneAtOnceAndComesBack) {
  boot({"xhci-pci", "usblp"}, R"(
until_there /dev/usb/lp0
# A job without end: only the unplugging can end it.
while cat /job; do :; done >/dev/usb/lp0 2>/tmp/failed
cat /tmp/failed
until_gone /dev/usb/lp0
echo gone
until_there /dev/usb/lp0
cat /job >/dev/usb/lp0
echo printed
)");
  ASSERT_TRUE(eventually([this] { return !read_file(scratch / "record").empty(); }, kBoot)) << guest->said();
  tell("stall");
  tell("refuse");
  ASSERT_TRUE(guest->says("gone")) << guest->said();
  EXPECT_THAT(guest->said(), HasSubstr("cat: write error: "));
  std::filesystem::resize_file(scratch / "record", 0);
  tell("resume");
  tell("accept");
  ASSERT_EQ(guest->wait(), 0) << guest->said();
  EXPECT_EQ(read_file(scratch / "record"), read_file(scratch / "job"));
}

}  // namespace
}  // namespace platen::rigs
