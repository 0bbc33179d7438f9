// The printer's USB socket: a class 7 interface with the protocols 2 and 3 (IEEE 1284.4 asks for its own
// entry and is otherwise the same stream here), whose bulk endpoints are a Channel's input and replies.
//
// It has one configuration and one interface. What the host has not fetched of the replies waits, up to
// kMostReplies.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "virtual/channel.hpp"
#include "virtual/usbwire/function.hpp"

namespace platen::vprinter::usb {

struct Identity {
  std::uint16_t vendor = 0;
  std::uint16_t product = 0;
  std::string manufacturer;
  std::string name;
  std::string serial;
  std::string device_id;  // IEEE 1284, without its length
};

[[nodiscard]] Identity default_identity();

class PrinterFunction final : public Function {
 public:
  static constexpr std::size_t kMostReplies = 256 * 1024;
  // Sees every byte that the printer took, in order.
  using Record = std::function<void(std::span<const std::uint8_t>)>;

  PrinterFunction(boost::asio::any_io_executor executor, Printer& printer, Identity identity, Record record);
  ~PrinterFunction() override;

  void plug(Complete complete) override;
  void unplug() override;
  void reset() override;
  void submit(Transfer transfer) override;
  void cancel(std::uint64_t id) override;

  [[nodiscard]] bool plugged() const { return channel_.has_value(); }

 private:
  struct Answer {
    Outcome outcome = Outcome::stalled;
    Bytes data;
  };
  [[nodiscard]] Answer control(const Transfer& transfer);
  [[nodiscard]] Answer standard(const Transfer& transfer);
  [[nodiscard]] Answer class_request(const Transfer& transfer);
  [[nodiscard]] Answer descriptor(std::uint8_t type, std::uint8_t index) const;
  void open_channel();
  void pump_later();
  void pump();
  void finish(const Transfer& transfer, Outcome outcome, Bytes data, std::size_t taken);
  void cancel_all();

  boost::asio::any_io_executor executor_;
  Printer& printer_;
  Identity identity_;
  Record record_;
  Complete complete_;
  std::optional<Channel> channel_;
  std::uint8_t configuration_ = 0;
  std::uint8_t alternate_ = 0;
  struct Out {
    Transfer transfer;
    std::size_t taken = 0;
  };
  std::deque<Out> out_;
  std::deque<Transfer> in_;
  Bytes replies_;
  std::shared_ptr<bool> pumping_ = std::make_shared<bool>(false);  // also: whether we live
};

}  // namespace platen::vprinter::usb
