// Printers that are plugged in and unplugged.
//
//   auto watch = UsbWatch::start(executor, [](UsbWatch::Change change, const usb::Printer& printer) { … });
//
// Those that are there already arrive first. `changed` is called on the reactor, never from within start(),
// and not after the watch was destroyed; the printer it gets holds no device. Waiting costs nothing; while it
// lives, the reactor has work.
#pragma once

#include <functional>
#include <memory>

#include "port/usb/context.hpp"
#include "port/usb/find.hpp"

namespace platen::port {

class UsbWatch {
 public:
  enum class Change { arrived, left };
  using Changed = std::function<void(Change change, const usb::Printer& printer)>;

  [[nodiscard]] static Result<std::unique_ptr<UsbWatch>> start(
      boost::asio::any_io_executor executor, Changed changed,
      const QuirkTable& table = QuirkTable::installed());
  ~UsbWatch();

 private:
  struct State;
  explicit UsbWatch(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;  // calls on their way hold it too
};

}  // namespace platen::port
