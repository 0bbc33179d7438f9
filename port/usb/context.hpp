// libusb on the house's reactor: its descriptors are watched by Asio, and it runs when one of them is ready.
// No thread of ours waits for it, and libusb's own timeouts are never used, so nothing wakes without a cause.
//
//   auto context = Context::create(executor);
//   libusb_open(device, &handle);        // from here on its completions arrive by themselves
//
// Belongs to one reactor. All devices must be closed, and all device references given back, before it is
// destroyed; it must not be destroyed from within a callback of libusb. While it lives, the reactor has work.
#pragma once

#include <map>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "base/error.hpp"

struct libusb_context;

namespace platen::port::usb {

// The sentence's cause for a libusb error number, and the nearest Errc.
[[nodiscard]] Error fail_libusb(int number, std::string operation, std::string object,
                                std::string advice = {});

class Context {
 public:
  // Looks through the devices that are there: some milliseconds.
  [[nodiscard]] static Result<std::unique_ptr<Context>> create(boost::asio::any_io_executor executor);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  [[nodiscard]] libusb_context* get() const { return libusb_; }
  [[nodiscard]] const boost::asio::any_io_executor& executor() const { return executor_; }

  // Runs the callbacks of all that has completed, without waiting. For what cannot wait for the reactor.
  void run_ready();

 private:
  struct Source;
  Context(boost::asio::any_io_executor executor, libusb_context* libusb);
  void add(int fd, short events);
  void remove(int fd);

  boost::asio::any_io_executor executor_;
  libusb_context* libusb_;
  std::map<int, std::shared_ptr<Source>> sources_;
};

}  // namespace platen::port::usb
