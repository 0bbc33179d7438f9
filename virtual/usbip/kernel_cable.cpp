#include "virtual/usbip/kernel_cable.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "virtual/usbip/usbip_session.hpp"

namespace platen::vprinter::usb {
namespace {

constexpr const char* kAttach = "/sys/devices/platform/vhci_hcd.0/attach";
// Its first port for devices below USB 3; the device's number is ours to choose.
constexpr int kPort = 0, kDevice = 1 << 16 | 2, kFullSpeed = 2, kHighSpeed = 3;

Result<Fd> attach(const UsbDevice& device) {
  auto failed = [](const char* what) {
    return fail_errno(errno, what, kAttach, "Load the module vhci-hcd, and be root.");
  };
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return failed("make a socket pair for");
  Fd ours(ends[0]), theirs(ends[1]);
  const Fd door(::open(kAttach, O_WRONLY | O_CLOEXEC));
  if (!door) return failed("open");
  const std::string words = std::to_string(kPort) + " " + std::to_string(theirs.get()) + " " +
                            std::to_string(kDevice) + " " +
                            std::to_string(device.high_speed() ? kHighSpeed : kFullSpeed);
  if (::write(door.get(), words.data(), words.size()) < 0) return failed("attach a printer at");
  return ours;
}

}  // namespace

CableKind kernel_cable() {
  return {.reach = attach, .speak = [](UsbDevice& device, Session::Send send) -> std::unique_ptr<Session> {
            return std::make_unique<UsbipSession>(device, std::move(send));
          }};
}

}  // namespace platen::vprinter::usb
