#include "usblp_rig.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <linux/lp.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <termios.h>
#include <umockdev.h>
#include <unistd.h>

namespace platen::rigs {
namespace {

using namespace std::chrono_literals;

constexpr auto kPrinterTick = 1ms;
constexpr const char* kPrinterNode = "/dev/usb/lp0";
constexpr const char* kPrinterDevice =
    "P: /devices/pci0000:00/usb1/1-1/1-1:1.0/usbmisc/lp0\nN: usb/lp0\nE: DEVNAME=/dev/usb/lp0\n"
    "E: SUBSYSTEM=usbmisc\nE: MAJOR=180\nE: MINOR=0\n\n";
constexpr unsigned kGetDeviceId = 1;
constexpr unsigned kSoftReset = 7;
constexpr std::size_t kDriverHolds = 8192;

void insist(bool ok, const char* what) {
  if (ok) return;
  std::perror(what);
  std::abort();
}

}  // namespace

UsblpBench::UsblpBench() : printer(clock, *vprinter::model_by_name("Lexmark T640"), output, {}) {
  plug_in();
}

void UsblpBench::plug_in() {
  channel.reset();
  said.clear();
  waiting.clear();
  channel = std::make_unique<vprinter::Channel>(
      printer,
      vprinter::Channel::Wires{.say = [this](std::string_view text) { said += text; }, .may_go_on = [] {}});
}

void UsblpBench::pump() {
  const std::size_t used =
      channel->take({reinterpret_cast<const std::uint8_t*>(waiting.data()), waiting.size()});
  taken.append(waiting, 0, used);
  waiting.erase(0, used);
}

UsblpRig::UsblpRig() {
  testbed_ = umockdev_testbed_new();
  insist(umockdev_testbed_add_from_string(testbed_, kPrinterDevice, nullptr), "add the device");
  far_end_ = umockdev_testbed_get_dev_fd(testbed_, kPrinterNode);
  char terminal[64];
  insist(far_end_ >= 0 && ::ptsname_r(far_end_, terminal, sizeof terminal) == 0, "name the terminal");
  near_end_ = ::open(terminal, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  termios raw{};
  insist(near_end_ >= 0 && ::tcgetattr(near_end_, &raw) == 0, "open the terminal");
  ::cfmakeraw(&raw);
  insist(::tcsetattr(near_end_, TCSANOW, &raw) == 0, "set the terminal");

  UMockdevIoctlBase* handler = umockdev_ioctl_base_new();
  g_signal_connect(handler, "handle-ioctl", G_CALLBACK(&UsblpRig::on_ioctl), this);
  g_signal_connect(handler, "handle-read", G_CALLBACK(&UsblpRig::on_read), this);
  g_signal_connect(handler, "handle-write", G_CALLBACK(&UsblpRig::on_write), this);
  insist(umockdev_testbed_attach_ioctl(testbed_, kPrinterNode, handler, nullptr), "attach to the device");
  g_object_unref(handler);
  thread_ = std::thread([this] { run(); });
}

UsblpRig::~UsblpRig() {
  quit_ = true;
  thread_.join();
  umockdev_testbed_detach_ioctl(testbed_, kPrinterNode, nullptr);
  ::close(near_end_);
  umockdev_testbed_clear(testbed_);
  g_object_unref(testbed_);
}

void UsblpRig::run() {
  while (!quit_) {
    with([this](UsblpBench& bench) {
      bench.reactor.restart();
      bench.reactor.poll();
      bench.pump();
      show_readiness();
    });
    std::this_thread::sleep_for(kPrinterTick);
  }
}

// A terminal with a byte in it is readable, one whose output was stopped is not writable.
void UsblpRig::show_readiness() {
  const bool readable = !bench_.said.empty() || bench_.gone || bench_.empty_reads;
  if (std::exchange(readable_, readable) != readable) {
    if (readable)
      (void)!::write(far_end_, "!", 1);
    else
      ::tcflush(near_end_, TCIFLUSH);
  }
  const bool writable = bench_.waiting.size() < kDriverHolds || bench_.gone;
  if (std::exchange(writable_, writable) != writable) ::tcflow(near_end_, writable ? TCOON : TCOOFF);
}

int UsblpRig::on_ioctl(void*, UMockdevIoctlClient* client, void* self) {
  auto& rig = *static_cast<UsblpRig*>(self);
  const unsigned long request = umockdev_ioctl_client_get_request(client);
  UMockdevIoctlData* outer = umockdev_ioctl_client_get_arg(client);
  const std::lock_guard lock(rig.mutex_);
  UsblpBench& bench = rig.bench_;
  int failed = bench.gone ? ENODEV : 0;
  if (!failed && _IOC_TYPE(request) == 'P' && _IOC_NR(request) == kGetDeviceId) {
    UMockdevIoctlData* id = umockdev_ioctl_data_resolve(outer, 0, _IOC_SIZE(request), nullptr);
    std::string wire{'\0', static_cast<char>(ParallelRig::kId.size() + 2)};
    wire += ParallelRig::kId;
    std::memcpy(id->data, wire.data(), std::min<std::size_t>(wire.size(), _IOC_SIZE(request)));
  } else if (!failed && request == LPGETSTATUS) {
    const int code = bench.printer.device().status().code;
    int status = LP_PSELECD | LP_PERRORP;
    if (code / 1000 == 41) status |= LP_POUTPA;
    if (code >= 40'000) status &= ~LP_PERRORP;
    UMockdevIoctlData* value = umockdev_ioctl_data_resolve(outer, 0, sizeof status, nullptr);
    std::memcpy(value->data, &status, sizeof status);
  } else if (!failed && _IOC_TYPE(request) == 'P' && _IOC_NR(request) == kSoftReset) {
    ++bench.soft_resets;
    bench.plug_in();
  } else if (!failed) {
    failed = ENOTTY;
  }
  umockdev_ioctl_client_complete(client, failed ? -1 : 0, failed);
  return TRUE;
}

int UsblpRig::on_read(void*, UMockdevIoctlClient* client, void* self) {
  auto& rig = *static_cast<UsblpRig*>(self);
  UMockdevIoctlData* into = umockdev_ioctl_client_get_arg(client);
  const std::lock_guard lock(rig.mutex_);
  UsblpBench& bench = rig.bench_;
  const std::size_t count =
      std::min<std::size_t>(bench.said.size(), static_cast<std::size_t>(into->data_len));
  std::memcpy(into->data, bench.said.data(), count);
  bench.said.erase(0, count);
  rig.show_readiness();
  if (bench.gone)
    umockdev_ioctl_client_complete(client, -1, ENODEV);
  else if (count == 0 && !bench.empty_reads)
    umockdev_ioctl_client_complete(client, -1, EAGAIN);
  else
    umockdev_ioctl_client_complete(client, static_cast<glong>(count), 0);
  return TRUE;
}

int UsblpRig::on_write(void*, UMockdevIoctlClient* client, void* self) {
  auto& rig = *static_cast<UsblpRig*>(self);
  UMockdevIoctlData* from = umockdev_ioctl_client_get_arg(client);
  const std::lock_guard lock(rig.mutex_);
  UsblpBench& bench = rig.bench_;
  if (bench.gone) {
    umockdev_ioctl_client_complete(client, -1, ENODEV);
  } else if (bench.waiting.size() >= kDriverHolds) {
    umockdev_ioctl_client_complete(client, -1, EAGAIN);
  } else {
    bench.waiting.append(reinterpret_cast<const char*>(from->data), static_cast<std::size_t>(from->data_len));
    bench.pump();
    rig.show_readiness();
    umockdev_ioctl_client_complete(client, from->data_len, 0);
  }
  return TRUE;
}

}  // namespace platen::rigs
