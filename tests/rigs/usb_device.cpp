#include "usb_device.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <future>
#include <iomanip>
#include <iostream>
#include <optional>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <linux/usbdevice_fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace platen::rig {

using namespace vprinter;

namespace {

constexpr std::size_t setup_bytes = 8;
constexpr const char* kernel_driver_name = "usblp";
// A request takes microseconds; this is for a machine under a sanitizer and full load.
constexpr std::chrono::seconds kPatience(20);

using Data = std::unique_ptr<UMockdevIoctlData, Unref>;

Data resolve(UMockdevIoctlData* argument, std::size_t offset, std::size_t size) {
  return Data(umockdev_ioctl_data_resolve(argument, offset, size, nullptr));
}

template <class T>
T& as(const Data& data) {
  return *reinterpret_cast<T*>(data->data);
}

int error_of(UrbStatus status) {
  switch (status) {
    case UrbStatus::ok:
      return 0;
    case UrbStatus::stalled:
      return -EPIPE;
    case UrbStatus::overflowed:
      return -EOVERFLOW;
    case UrbStatus::gone:
      return -ESHUTDOWN;
    case UrbStatus::canceled:
      return -ENOENT;
  }
  return -EIO;
}

std::string hexadecimal(unsigned number, int digits) {
  std::ostringstream text;
  text << std::hex << std::setfill('0') << std::setw(digits) << number;
  return text.str();
}

}  // namespace

// A transfer that was submitted and is not reaped yet.
struct UsbDevice::Pending {
  UMockdevIoctlClient* client;
  std::uint64_t id;
  unsigned long address;  // the host's name for it
  Data urb;
  Data buffer;
  bool done = false;
};

UsbDevice::UsbDevice(boost::asio::io_context& reactor, UMockdevTestbed* testbed, int socket, int number,
                     UsbModel model, UsbFunction::Wires wires)
    : mailbox_(Mailbox::of(reactor.get_executor())), testbed_(testbed), socket_(socket), number_(number) {
  std::ostringstream node;
  node << "/dev/bus/usb/001/" << std::setfill('0') << std::setw(3) << number;
  node_ = node.str();
  place_ = "/sys/devices/pci0000:00/0000:00:14.0/usb1/1-" + std::to_string(socket);
  wires.complete = [this](UrbCompletion completion) { completed(std::move(completion)); };
  function_ = std::make_unique<UsbFunction>(std::move(model), std::move(wires));
  add_to_testbed();
}

UsbDevice::~UsbDevice() {
  g_object_unref(handler_);
  if (gate_ >= 0) ::close(gate_);
}

void UsbDevice::add_to_testbed() {
  const UsbModel& model = function_->model();
  std::ostringstream hex, record;
  UsbBytes descriptors = usb_device_descriptor(model);
  const UsbBytes configuration = usb_configuration_descriptor(model, model.high_speed);
  descriptors.insert(descriptors.end(), configuration.begin(), configuration.end());
  for (const std::uint8_t byte : descriptors)
    hex << std::hex << std::uppercase << std::setfill('0') << std::setw(2) << int{byte};
  const std::string vendor = hexadecimal(model.vendor, 4), product = hexadecimal(model.product, 4);
  const std::string path = place_.substr(std::strlen("/sys"));
  record << "P: " << path << "\nN: " << node_.substr(std::strlen("/dev/")) << "\nE: DEVNAME=" << node_
         << "\nE: DEVTYPE=usb_device\nE: DRIVER=usb\nE: SUBSYSTEM=usb\nE: BUSNUM=001\nE: DEVNUM="
         << node_.substr(node_.size() - 3) << "\nE: MAJOR=189\nE: MINOR=" << number_ - 1
         << "\nE: PRODUCT=" << std::hex << model.vendor << "/" << model.product << "/" << model.release
         << std::dec
         << "\nE: TYPE=0/0/0\nA: bConfigurationValue=1\\n\nA: bDeviceClass=00\\n\nA: bNumConfigurations=1\\n"
         << "\nA: busnum=1\\n\nA: devnum=" << number_ << "\\n\nA: devpath=" << socket_
         << "\\n\nA: idProduct=" << product << "\\n\nA: idVendor=" << vendor
         << "\\n\nA: manufacturer=" << model.maker_string << "\\n\nA: product=" << model.product_string;
  if (!model.serial_string.empty()) record << "\\n\nA: serial=" << model.serial_string;
  record << "\\n\nA: speed=" << (model.high_speed ? 480 : 12)
         << "\\n\nA: version= 2.00\\n\nA: maxchild=0\\n\nH: descriptors=" << hex.str() << "\n\nP: " << path
         << "/1-" << socket_ << ":1.0\nE: DEVTYPE=usb_interface\nE: SUBSYSTEM=usb\nE: INTERFACE=7/1/"
         << int{model.protocols.front()}
         << "\nA: bInterfaceNumber=00\\n\nA: bInterfaceClass=07\\n\nA: bInterfaceSubClass=01\\n"
         << "\nA: bInterfaceProtocol=" << hexadecimal(model.protocols.front(), 2)
         << "\\n\nA: bAlternateSetting= 0\\n\nA: bNumEndpoints=02\\n\n\n";
  GError* error = nullptr;
  if (!umockdev_testbed_add_from_string(testbed_, record.str().c_str(), &error)) {
    std::cerr << "usb_server: " << error->message << "\n";
    std::abort();
  }
  open_gate();
  handler_ = UMOCKDEV_IOCTL_BASE(g_object_new(UMOCKDEV_TYPE_IOCTL_BASE, nullptr));
  using Ioctl = gboolean (*)(UMockdevIoctlBase*, UMockdevIoctlClient*, gpointer);
  const Ioctl call = [](UMockdevIoctlBase*, UMockdevIoctlClient* client, gpointer self) -> gboolean {
    return static_cast<UsbDevice*>(self)->ioctl(client);
  };
  g_signal_connect(handler_, "handle-ioctl", G_CALLBACK(call), this);
  if (!umockdev_testbed_attach_ioctl(testbed_, node_.c_str(), handler_, &error)) {
    std::cerr << "usb_server: " << error->message << "\n";
    std::abort();
  }
}

// umockdev's node is a pty, which can always be written to, and libusb would spin on it. A pipe of one page
// can be written to only while it is empty: that is when something can be reaped.
void UsbDevice::open_gate() {
  gchar* const root = umockdev_testbed_get_root_dir(testbed_);
  const std::string path = root + node_;
  g_free(root);
  constexpr int one_page = 4096;
  if (::unlink(path.c_str()) != 0 || ::mkfifo(path.c_str(), 0666) != 0 ||
      (gate_ = ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC)) < 0 ||
      ::fcntl(gate_, F_SETPIPE_SZ, one_page) < 0) {
    std::perror("usb_server: the device node");
    std::abort();
  }
  set_gate();
}

void UsbDevice::set_gate() {
  const bool ready = std::ranges::any_of(pending_, [](const auto& one) { return one->done; });
  char token = 'x';
  if (ready && gate_closed_)
    gate_closed_ = ::read(gate_, &token, 1) != 1;
  else if (!ready && !gate_closed_)
    gate_closed_ = ::write(gate_, &token, 1) == 1;
}

// umockdev waits in its own thread meanwhile. A reactor that does not come to it is stuck, and the rig with
// it: that ends the rig with a word, and not the test's patience without one.
UsbDevice::Answer UsbDevice::answer_on_reactor(UMockdevIoctlClient* client) {
  const auto given = std::make_shared<std::promise<Answer>>();
  auto waiting = given->get_future();
  mailbox_.post([this, client, given] { given->set_value(answer(client)); });
  if (waiting.wait_for(kPatience) != std::future_status::ready) {
    std::cerr << "usb_server: request " << umockdev_ioctl_client_get_request(client) << " to " << node_
              << " got no answer within " << kPatience.count()
              << " seconds; see what keeps the rig's reactor\n";
    std::abort();
  }
  return waiting.get();
}

bool UsbDevice::ioctl(UMockdevIoctlClient* client) {
  // Whoever lets go of a printer that does not answer waits within the kernel.
  if (umockdev_ioctl_client_get_request(client) == USBDEVFS_RELEASEINTERFACE)
    std::this_thread::sleep_for(std::chrono::milliseconds(function_->faults().release_ms));
  const Answer given = answer_on_reactor(client);
  umockdev_ioctl_client_complete(client, given.result, given.error);
  return true;
}

// As the kernel does when a program lets go of the node. umockdev has a signal for this, but never sends it.
void UsbDevice::forget_the_dead() {
  std::erase_if(clients_, [this](const Client& client) {
    if (umockdev_ioctl_client_get_connected(client.get())) return false;
    std::vector<std::uint64_t> left;  // cancelling changes the order of those that are pending
    for (const auto& one : pending_)
      if (one->client == client.get()) left.push_back(one->id);
    for (const std::uint64_t id : left) (void)function_->cancel(id);
    std::erase_if(pending_, [&client](const auto& one) { return one->client == client.get(); });
    if (claimer_ == client.get()) claimed_ = false;
    set_gate();
    return true;
  });
}

UsbDevice::Answer UsbDevice::answer(UMockdevIoctlClient* client) {
  forget_the_dead();
  if (std::ranges::find(clients_, client, &Client::get) == clients_.end())
    clients_.emplace_back(UMOCKDEV_IOCTL_CLIENT(g_object_ref(client)));
  const unsigned long request = umockdev_ioctl_client_get_request(client);
  UMockdevIoctlData* const argument = umockdev_ioctl_client_get_arg(client);
  // Which the kernel does for every file. Asio takes "unknown" for "ready" (its inner `result` hides the
  // outer one).
  if (request == FIONBIO) return {};
  if (function_->gone() && request != USBDEVFS_REAPURBNDELAY && request != USBDEVFS_REAPURB)
    return {-1, ENODEV};
  switch (request) {
    case USBDEVFS_GET_CAPABILITIES: {
      const Data data = resolve(argument, 0, sizeof(std::uint32_t));
      as<std::uint32_t>(data) = USBDEVFS_CAP_ZERO_PACKET | USBDEVFS_CAP_BULK_CONTINUATION |
                                USBDEVFS_CAP_NO_PACKET_SIZE_LIM | USBDEVFS_CAP_REAP_AFTER_DISCONNECT;
      return {};
    }
    case USBDEVFS_GETDRIVER: {
      if (!kernel_driver_) return {-1, ENODATA};
      const Data data = resolve(argument, 0, sizeof(usbdevfs_getdriver));
      std::strcpy(as<usbdevfs_getdriver>(data).driver, kernel_driver_name);
      return {};
    }
    case USBDEVFS_IOCTL: {
      const Data data = resolve(argument, 0, sizeof(usbdevfs_ioctl));
      const auto code = as<usbdevfs_ioctl>(data).ioctl_code;
      if (code == static_cast<int>(USBDEVFS_DISCONNECT) && kernel_driver_) {
        kernel_driver_ = false;
        return {};
      }
      if (code == static_cast<int>(USBDEVFS_CONNECT)) {
        kernel_driver_ = true;
        return {};
      }
      return {-1, ENODATA};
    }
    case USBDEVFS_DISCONNECT_CLAIM:
      kernel_driver_ = false;
      claimed_ = true;
      ++claims_;
      claimer_ = client;
      return {};
    case USBDEVFS_CLAIMINTERFACE: {
      const Data data = resolve(argument, 0, sizeof(unsigned));
      if (as<unsigned>(data) != 0) return {-1, EINVAL};
      if (kernel_driver_ || (claimed_ && claimer_ != client)) return {-1, EBUSY};
      claimed_ = true;
      ++claims_;
      claimer_ = client;
      return {};
    }
    case USBDEVFS_RELEASEINTERFACE:
      claimed_ = false;
      return {};
    case USBDEVFS_SETCONFIGURATION:
    case USBDEVFS_RESET:
      return {};
    case USBDEVFS_SETINTERFACE: {
      const Data data = resolve(argument, 0, sizeof(usbdevfs_setinterface));
      if (!function_->set_interface(static_cast<std::uint8_t>(as<usbdevfs_setinterface>(data).altsetting)))
        return {-1, EINVAL};
      return {};
    }
    case USBDEVFS_CLEAR_HALT: {
      const Data data = resolve(argument, 0, sizeof(unsigned));
      function_->clear_halt(static_cast<std::uint8_t>(as<unsigned>(data)));
      return {};
    }
    case USBDEVFS_SUBMITURB:
      return submit(client, argument);
    case USBDEVFS_DISCARDURB: {
      const auto address = *reinterpret_cast<unsigned long*>(argument->data);
      for (const auto& one : pending_)
        if (one->address == address && !one->done && function_->cancel(one->id)) return {};
      return {-1, EINVAL};
    }
    case USBDEVFS_REAPURB:
    case USBDEVFS_REAPURBNDELAY:
      return reap(argument);
    default:
      return {-1, ENOTTY};
  }
}

UsbDevice::Answer UsbDevice::submit(UMockdevIoctlClient* client, UMockdevIoctlData* argument) {
  auto one = std::make_unique<Pending>();
  one->client = client;
  one->id = next_id_++;
  one->address = *reinterpret_cast<unsigned long*>(argument->data);
  one->urb = resolve(argument, 0, sizeof(usbdevfs_urb));
  const auto& asked = as<usbdevfs_urb>(one->urb);
  const auto length = static_cast<std::size_t>(asked.buffer_length);
  if (length > 0) one->buffer = resolve(one->urb.get(), offsetof(usbdevfs_urb, buffer), length);
  Urb urb{.id = one->id};
  if (asked.type == USBDEVFS_URB_TYPE_CONTROL) {
    std::copy_n(one->buffer->data, setup_bytes, urb.setup.begin());
    if (urb.setup[0] & 0x80)
      urb.room = length - setup_bytes;
    else
      urb.data.assign(one->buffer->data + setup_bytes, one->buffer->data + length);
  } else if (asked.endpoint & 0x80) {
    urb.endpoint = asked.endpoint;
    urb.room = length;
  } else {
    urb.endpoint = asked.endpoint;
    if (one->buffer) urb.data.assign(one->buffer->data, one->buffer->data + length);
    urb.end_with_empty = asked.flags & USBDEVFS_URB_ZERO_PACKET;
  }
  pending_.push_back(std::move(one));
  function_->submit(std::move(urb));
  return {};
}

void UsbDevice::completed(UrbCompletion completion) {
  const auto found = std::ranges::find(pending_, completion.id, &Pending::id);
  if (found == pending_.end()) return;
  Pending& one = **found;
  auto& urb = as<usbdevfs_urb>(one.urb);
  urb.status = error_of(completion.status);
  urb.actual_length = static_cast<int>(completion.moved);
  const std::size_t offset = urb.type == USBDEVFS_URB_TYPE_CONTROL ? setup_bytes : 0;
  if (!completion.data.empty()) std::ranges::copy(completion.data, one.buffer->data + offset);
  one.done = true;
  // In the order of their completion, as the kernel gives them back.
  std::rotate(found, found + 1, pending_.end());
  set_gate();
}

UsbDevice::Answer UsbDevice::reap(UMockdevIoctlData* argument) {
  const auto found = std::ranges::find(pending_, true, &Pending::done);
  if (found == pending_.end()) return {-1, function_->gone() ? ENODEV : EAGAIN};
  const std::unique_ptr<Pending> one = std::move(*found);
  pending_.erase(found);
  const Data slot = resolve(argument, 0, sizeof(void*));
  umockdev_ioctl_data_set_ptr(slot.get(), 0, one->urb.get());
  set_gate();
  return {};
}

void UsbDevice::announce() {
  umockdev_testbed_uevent(testbed_, place_.c_str(), "add");
}

void UsbDevice::unplug() {
  function_->unplug();
  set_gate();
  umockdev_testbed_uevent(testbed_, place_.c_str(), "remove");
  umockdev_testbed_detach_ioctl(testbed_, node_.c_str(), nullptr);
  const std::string interface = place_ + "/1-" + std::to_string(socket_) + ":1.0";
  umockdev_testbed_remove_device(testbed_, interface.c_str());
  umockdev_testbed_remove_device(testbed_, place_.c_str());
}

}  // namespace platen::rig
