// One virtual printer as the kernel would show it to libusb: a device node whose USBDEVFS requests are
// answered by virtual/usb, and the files of sysfs, in a umockdev testbed.
//
// The requests come in on umockdev's thread and are carried to the reactor; everything else is called there.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <umockdev.h>

#include "base/mailbox.hpp"
#include "virtual/usb/usb_function.hpp"

namespace platen::rig {

struct Unref {
  void operator()(gpointer object) const { g_object_unref(object); }
};

class UsbDevice {
 public:
  // `socket` is the number of the hub's port that it is plugged into; `number` the kernel's for it, a new one
  // each time.
  UsbDevice(boost::asio::io_context& reactor, UMockdevTestbed* testbed, int socket, int number,
            vprinter::UsbModel model, vprinter::UsbFunction::Wires wires);
  ~UsbDevice();

  [[nodiscard]] vprinter::UsbFunction& function() { return *function_; }
  // Takes back what programs left that closed the node, or died.
  void forget_the_dead();
  void announce();
  // Pulls the plug: what is pending ends, and the kernel says so. Who still holds the node is told that it is
  // gone, so the object must stay until nobody does.
  void unplug();
  // Whether the kernel's usblp has it; a program that wants it must take it away.
  void set_kernel_driver(bool bound) { kernel_driver_ = bound; }
  [[nodiscard]] bool kernel_driver() const { return kernel_driver_; }
  [[nodiscard]] bool claimed() const { return claimed_; }
  [[nodiscard]] int claims() const { return claims_; }  // how often a program has taken it

  // On umockdev's thread.
  bool ioctl(UMockdevIoctlClient* client);

 private:
  using Client = std::unique_ptr<UMockdevIoctlClient, Unref>;
  struct Pending;
  struct Answer {
    long result = 0;
    int error = 0;
  };
  Answer answer_on_reactor(UMockdevIoctlClient* client);
  Answer answer(UMockdevIoctlClient* client);
  Answer submit(UMockdevIoctlClient* client, UMockdevIoctlData* argument);
  Answer reap(UMockdevIoctlData* argument);
  void completed(vprinter::UrbCompletion completion);
  void add_to_testbed();
  void open_gate();
  void set_gate();

  Mailbox& mailbox_;
  UMockdevTestbed* testbed_;
  int socket_;
  int number_;
  std::string node_;
  std::string place_;
  std::unique_ptr<vprinter::UsbFunction> function_;
  UMockdevIoctlBase* handler_ = nullptr;
  std::vector<Client> clients_;
  std::vector<std::unique_ptr<Pending>> pending_;
  std::uint64_t next_id_ = 1;
  int gate_ = -1;
  bool gate_closed_ = false;
  bool kernel_driver_ = false;
  bool claimed_ = false;
  int claims_ = 0;
  UMockdevIoctlClient* claimer_ = nullptr;
};

}  // namespace platen::rig
