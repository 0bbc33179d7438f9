#include "parallel_rig.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include <fcntl.h>
#include <linux/parport.h>
#include <linux/ppdev.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <termios.h>
#include <umockdev.h>
#include <unistd.h>

namespace platen::rigs {
namespace {

using namespace std::chrono_literals;
namespace wire = vprinter::ieee1284;

constexpr auto kTick = 1ms;
constexpr std::uint8_t kPulledUp = 0x78;  // Busy is the other way round
constexpr const char* kNode = "/dev/parport0";
constexpr const char* kDevice =
    "P: /devices/virtual/ppdev/parport0\nN: parport0\nE: DEVNAME=/dev/parport0\nE: SUBSYSTEM=ppdev\n"
    "E: MAJOR=99\nE: MINOR=0\n\n";

void must(bool ok, const char* what) {
  if (ok) return;
  std::perror(what);
  std::abort();
}

bool wants_claim(unsigned long request) {
  switch (request) {
    case PPCLAIM:
    case PPEXCL:
    case PPGETMODES:
    case PPGETMODE:
    case PPSETMODE:
    case PPGETFLAGS:
    case PPSETFLAGS:
      return false;
    default:
      return true;
  }
}

}  // namespace

PrinterBench::PrinterBench(std::string device_id)
    : printer(clock, *vprinter::model_by_name("Lexmark T640"), output, {}),
      wire(printer, clock, {}, std::move(device_id)) {
  wire.on_taken = [this](std::uint8_t byte) { taken += static_cast<char>(byte); };
}

void PrinterBench::let_happen() {
  if (mishaps.empty()) return;
  const Mishap& next = mishaps.front();
  const bool cover = next.what == Mishap::What::cover_open;
  if (!mishap_ends) {
    if (taken.find(next.after) == std::string::npos) return;
    mishap_ends = clock.now() + next.lasting;
    cover ? printer.device().set_fault(vprinter::Fault::cover_open, true) : unplug();
  } else if (clock.now() >= *mishap_ends) {
    cover ? printer.device().set_fault(vprinter::Fault::cover_open, false) : plug_in();
    printer.look_again();
    mishap_ends.reset();
    mishaps.erase(mishaps.begin());
  }
}

void PrinterBench::unplug() {
  unplugged = true;
}

void PrinterBench::plug_in() {
  unplugged = false;
  wire.peripheral().drive({.init = false});
  wire.peripheral().drive({});
  wire.peripheral().drive(host);
}

ParallelRig::ParallelRig(std::string device_id) : bench_(std::move(device_id)) {
  bench_.wire.ack_changed = [this](bool level) {
    if (!level) raise_interrupt();
  };
  testbed_ = umockdev_testbed_new();
  must(umockdev_testbed_add_from_string(testbed_, kDevice, nullptr), "add the port");
  // The node is a terminal that nobody types at.
  interrupt_in_ = umockdev_testbed_get_dev_fd(testbed_, kNode);
  must(interrupt_in_ >= 0, "find the port's other end");
  char terminal[64];
  must(::ptsname_r(interrupt_in_, terminal, sizeof terminal) == 0, "name the terminal");
  interrupt_out_ = ::open(terminal, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  must(interrupt_out_ >= 0, "open the terminal");
  termios raw{};
  must(::tcgetattr(interrupt_out_, &raw) == 0, "ask the terminal");
  ::cfmakeraw(&raw);
  must(::tcsetattr(interrupt_out_, TCSANOW, &raw) == 0, "set the terminal");

  UMockdevIoctlBase* handler = umockdev_ioctl_base_new();
  g_signal_connect(handler, "handle-ioctl", G_CALLBACK(&ParallelRig::on_ioctl), this);
  must(umockdev_testbed_attach_ioctl(testbed_, kNode, handler, nullptr), "attach to the port");
  g_object_unref(handler);
  thread_ = std::thread([this] { run(); });
}

ParallelRig::~ParallelRig() {
  quit_ = true;
  thread_.join();
  umockdev_testbed_detach_ioctl(testbed_, kNode, nullptr);
  ::close(interrupt_out_);
  umockdev_testbed_clear(testbed_);
  g_object_unref(testbed_);
}

void ParallelRig::run() {
  while (!quit_) {
    with([](PrinterBench& bench) {
      bench.reactor.restart();
      bench.reactor.poll();
      bench.wire.peripheral().may_go_on();
      bench.let_happen();
    });
    std::this_thread::sleep_for(kTick);
  }
}

int ParallelRig::on_ioctl(void*, UMockdevIoctlClient* client, void* self) {
  const unsigned long request = umockdev_ioctl_client_get_request(client);
  UMockdevIoctlData* argument = nullptr;
  if (_IOC_SIZE(request) > 0) {
    // What comes back belongs to the client.
    UMockdevIoctlData* outer = umockdev_ioctl_client_get_arg(client);
    argument = umockdev_ioctl_data_resolve(outer, 0, _IOC_SIZE(request), nullptr);
  }
  const int failed = static_cast<ParallelRig*>(self)->answer(request, argument ? argument->data : nullptr);
  umockdev_ioctl_client_complete(client, failed ? -1 : 0, failed);
  return TRUE;
}

int ParallelRig::answer(unsigned long request, void* argument) {
  const std::lock_guard lock(mutex_);
  ++bench_.ioctls;
  if (gone_) return ENODEV;
  if (wants_claim(request) && !bench_.claimed) return EINVAL;
  auto* byte = static_cast<std::uint8_t*>(argument);
  auto* number = static_cast<int*>(argument);
  wire::Peripheral& peripheral = bench_.wire.peripheral();
  switch (request) {
    case PPCLAIM:
      bench_.claimed = true;
      return 0;
    case PPRELEASE:
      bench_.claimed = false;
      return 0;
    case PPGETMODES:
      *number = PARPORT_MODE_PCSPP | PARPORT_MODE_TRISTATE;
      return 0;
    case PPGETMODE:
      *number = IEEE1284_MODE_COMPAT;
      return 0;
    case PPNEGOT:
      return *number == IEEE1284_MODE_COMPAT ? 0 : EIO;
    case PPEXCL:
    case PPSETMODE:
    case PPSETFLAGS:
    case PPGETFLAGS:
    case PPYIELD:
      return 0;
    case PPRSTATUS:
      *byte = bench_.unplugged ? kPulledUp : wire::status_register(peripheral.lines());
      return 0;
    case PPRCONTROL:
      *byte = wire::control_register(bench_.host);
      return 0;
    case PPRDATA:
      *byte = wire::data_register(bench_.host, peripheral.lines());
      return 0;
    case PPCLRIRQ:
      *number = std::exchange(bench_.interrupts, 0);
      clear_interrupt();
      return 0;
    case PPWDATA:
      bench_.host.data = *byte;
      break;
    case PPWCONTROL:
      wire::set_control_register(bench_.host, *byte);
      // Some programs turn the data lines round by the register's bit.
      if ((*byte & wire::control_bit::data_to_host) != 0) bench_.host.drives_data = false;
      break;
    case PPDATADIR:
      bench_.host.drives_data = *number == 0;
      break;
    case PPFCONTROL: {
      const auto* frob = static_cast<ppdev_frob_struct*>(argument);
      const int now = wire::control_register(bench_.host);
      wire::set_control_register(bench_.host, static_cast<std::uint8_t>((now & ~frob->mask) | frob->val));
      break;
    }
    default:
      return ENOTTY;
  }
  if (!bench_.unplugged) peripheral.drive(bench_.host);
  return 0;
}

void ParallelRig::raise_interrupt() {
  if (bench_.interrupts++ == 0) (void)!::write(interrupt_in_, "!", 1);
}

void ParallelRig::clear_interrupt() {
  ::tcflush(interrupt_out_, TCIFLUSH);
}

}  // namespace platen::rigs
