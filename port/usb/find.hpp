// The printers on the USB: which devices are printers, which of their interfaces prints, and what each is
// called. Reads what the kernel knows already; no device is opened or asked.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "port/quirks/quirks.hpp"
#include "port/uri.hpp"

struct libusb_context;
struct libusb_device;

namespace platen::port::usb {

// The interface protocols of the printer class.
inline constexpr std::uint8_t unidirectional = 1, bidirectional = 2, ieee_1284_4 = 3;

// One alternate setting of one interface, as the descriptors tell it.
struct Alternate {
  std::uint8_t interface = 0;
  std::uint8_t alternate = 0;
  std::uint8_t class_code = 0;
  std::uint8_t subclass = 0;
  std::uint8_t protocol = 0;
  std::uint8_t out = 0;  // the bulk endpoints' addresses; 0: there is none
  std::uint8_t in = 0;
  std::uint16_t in_packet = 0;
  std::uint16_t out_packet = 0;
};

// What a port opens.
struct PrinterInterface : Alternate {
  std::uint8_t configuration = 0;        // its value
  std::uint8_t configuration_index = 0;  // as GET_DEVICE_ID wants it
  bool has_alternates = false;
};

// The best of them for a plain stream of bytes: protocol 2, then 1, then 3 (which wants packets of its own),
// unless quirks or `wanted` say otherwise. IPP-over-USB (4) is for others. Pure.
[[nodiscard]] std::optional<PrinterInterface> choose_interface(
    const std::vector<Alternate>& all, const Quirks& quirks,
    std::optional<std::uint8_t> wanted_interface = {}, std::optional<std::uint8_t> wanted_protocol = {});

// What a usb: URI asks for.
struct Address {
  std::uint16_t vendor = 0;
  std::uint16_t product = 0;
  std::optional<std::string> serial;
  std::optional<std::string> at;  // "1-2.3": bus and hub ports; only where the serial number does not tell
  std::optional<std::uint8_t> interface;
  std::optional<std::uint8_t> protocol;

  [[nodiscard]] std::string uri() const;
  friend bool operator==(const Address&, const Address&) = default;
};
[[nodiscard]] Result<Address> parse_address(const Uri& uri);

struct Printer {
  std::shared_ptr<libusb_device> device;  // to be given back before its context ends
  std::uint16_t vendor = 0;
  std::uint16_t product = 0;
  std::string at;
  std::string maker;  // these three may be empty
  std::string model;
  std::string serial;
  PrinterInterface interface;
  Quirks quirks;

  [[nodiscard]] Address address() const;  // with the serial number where there is one, else with the place
};

// Whether it is the printer that the address names. Pure.
[[nodiscard]] bool answers_to(const Address& address, const Printer& printer);

// For a person: "Lexmark E250d, serial number 6210V1L, USB 1-2".
[[nodiscard]] std::string describe(const Printer& printer);

// In the order of their places.
[[nodiscard]] std::vector<Printer> find_printers(libusb_context* context, const QuirkTable& table);
// Whether one device is a printer, and which.
[[nodiscard]] std::optional<Printer> look_at(libusb_device* device, const QuirkTable& table,
                                             const Address* wanted = nullptr);
// One for each, that no other of them answers to: printers with the same serial number are told apart by
// place.
[[nodiscard]] std::vector<Address> addresses_of(const std::vector<Printer>& printers);
[[nodiscard]] Result<Printer> find_printer(libusb_context* context, const QuirkTable& table,
                                           const Address& address);

}  // namespace platen::port::usb
