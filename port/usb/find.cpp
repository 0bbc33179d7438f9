#include "port/usb/find.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>

#include <libusb.h>

namespace platen::port::usb {
namespace {

constexpr std::uint8_t printer_class = 7, printer_subclass = 1, vendor_class = 0xFF;
constexpr std::size_t deepest_hub = 7;
constexpr const char* looks_like = "usb://043d/00f3?serial=…";

using Configuration = std::unique_ptr<libusb_config_descriptor, decltype(&libusb_free_config_descriptor)>;

Alternate describe(const libusb_interface_descriptor& descriptor) {
  Alternate found{.interface = descriptor.bInterfaceNumber,
                  .alternate = descriptor.bAlternateSetting,
                  .class_code = descriptor.bInterfaceClass,
                  .subclass = descriptor.bInterfaceSubClass,
                  .protocol = descriptor.bInterfaceProtocol};
  for (int i = 0; i < descriptor.bNumEndpoints; ++i) {
    const libusb_endpoint_descriptor& endpoint = descriptor.endpoint[i];
    if ((endpoint.bmAttributes & LIBUSB_TRANSFER_TYPE_MASK) != LIBUSB_TRANSFER_TYPE_BULK) continue;
    if (endpoint.bEndpointAddress & LIBUSB_ENDPOINT_IN) {
      if (found.in == 0) found.in = endpoint.bEndpointAddress, found.in_packet = endpoint.wMaxPacketSize;
    } else if (found.out == 0) {
      found.out = endpoint.bEndpointAddress, found.out_packet = endpoint.wMaxPacketSize;
    }
  }
  return found;
}

std::vector<Alternate> alternates_of(const libusb_config_descriptor& configuration) {
  std::vector<Alternate> all;
  for (int i = 0; i < configuration.bNumInterfaces; ++i)
    for (int k = 0; k < configuration.interface[i].num_altsetting; ++k)
      all.push_back(describe(configuration.interface[i].altsetting[k]));
  return all;
}

// "1-2.3", as the kernel names the device; empty for a root hub.
std::string place_of(libusb_device* device) {
  std::array<std::uint8_t, deepest_hub> ports{};
  const int depth = libusb_get_port_numbers(device, ports.data(), static_cast<int>(ports.size()));
  std::string place;
  for (int i = 0; i < depth; ++i) place += (i == 0 ? '-' : '.') + std::to_string(ports[i]);
  return place.empty() ? "" : std::to_string(libusb_get_bus_number(device)) + place;
}

// What the kernel read from the device when it was plugged in.
std::string attribute(const std::string& place, const char* name) {
  std::ifstream file("/sys/bus/usb/devices/" + place + "/" + name);
  std::string text;
  std::getline(file, text);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\0')) text.pop_back();
  return text;
}

int rank(const Alternate& a, const Quirks& quirks) {
  if (quirks.protocol != 0 && a.protocol == quirks.protocol) return 0;
  switch (a.protocol) {
    case bidirectional:
      return 1;
    case unidirectional:
      return 2;
    case ieee_1284_4:
      return 3;
    default:
      return 4;
  }
}

bool prints(const Alternate& a, const Quirks& quirks) {
  if (a.out == 0) return false;
  if (a.class_code == vendor_class) return quirks.vendor_class;
  return a.class_code == printer_class && a.subclass == printer_subclass &&
         (a.protocol == unidirectional || (a.protocol != 4 && a.in != 0));
}

template <class Number>
bool read_number(std::string_view text, Number& number, int base) {
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  return ec == std::errc() && end == text.data() + text.size();
}

std::string hexadecimal(std::uint16_t number) {
  std::array<char, 5> text{};
  std::snprintf(text.data(), text.size(), "%04x", number);
  return text.data();
}

}  // namespace

std::optional<PrinterInterface> choose_interface(const std::vector<Alternate>& all, const Quirks& quirks,
                                                 std::optional<std::uint8_t> wanted_interface,
                                                 std::optional<std::uint8_t> wanted_protocol) {
  const Alternate* best = nullptr;
  for (const Alternate& a : all) {
    if (!prints(a, quirks)) continue;
    if (wanted_interface && a.interface != *wanted_interface) continue;
    if (wanted_protocol && a.protocol != *wanted_protocol) continue;
    if (quirks.no_alternate && a.alternate != 0) continue;
    if (!best || rank(a, quirks) < rank(*best, quirks)) best = &a;
  }
  if (!best) return std::nullopt;
  PrinterInterface chosen{*best};
  chosen.has_alternates =
      std::ranges::count_if(all, [&](const Alternate& a) { return a.interface == best->interface; }) > 1;
  if (chosen.protocol == unidirectional || quirks.unidir) chosen.in = 0;
  return chosen;
}

std::string Address::uri() const {
  Uri uri{.scheme = "usb", .host = hexadecimal(vendor), .path = "/" + hexadecimal(product)};
  if (serial) uri.query["serial"] = *serial;
  if (at) uri.query["at"] = *at;
  if (interface) uri.query["interface"] = std::to_string(*interface);
  if (protocol) uri.query["protocol"] = std::to_string(*protocol);
  return uri.format();
}

Result<Address> parse_address(const Uri& uri) {
  const auto misfit = [&uri](std::string advice) {
    return fail(Errc::malformed, "understand the port", uri.format(), std::move(advice));
  };
  Address address;
  const std::string_view product = uri.path.starts_with('/') ? std::string_view(uri.path).substr(1) : "";
  if (uri.port || uri.host.size() != 4 || product.size() != 4 || !read_number(uri.host, address.vendor, 16) ||
      !read_number(product, address.product, 16))
    return misfit(std::string("A USB printer is named by its vendor and product numbers: ") + looks_like);
  for (const auto& [key, value] : uri.query) {
    std::uint8_t number = 0;
    if (key == "serial" && !value.empty())
      address.serial = value;
    else if (key == "at" && !value.empty())
      address.at = value;
    else if (key == "interface" && read_number(value, number, 10))
      address.interface = number;
    else if (key == "protocol" && read_number(value, number, 10) && number >= 1 && number <= 3)
      address.protocol = number;
    else
      return misfit("A USB port's options are serial=…, at=BUS-PORT, interface=N and protocol=1, 2 or 3.");
  }
  return address;
}

Address Printer::address() const {
  Address named{.vendor = vendor, .product = product};
  if (!serial.empty())
    named.serial = serial;
  else
    named.at = at;
  return named;
}

std::string describe(const Printer& printer) {
  std::string name = printer.model.empty() ? printer.maker : printer.model;
  if (name.empty()) name = "A printer";
  // Not "Lexmark International Lexmark E250d".
  const std::string maker = printer.maker.substr(0, printer.maker.find(' '));
  if (!maker.empty() && !name.starts_with(maker)) name = maker + " " + name;
  if (!printer.serial.empty()) name += ", serial number " + printer.serial;
  return name + ", USB " + printer.at;
}

bool answers_to(const Address& address, const Printer& printer) {
  return address.vendor == printer.vendor && address.product == printer.product &&
         (!address.serial || *address.serial == printer.serial) && (!address.at || *address.at == printer.at);
}

std::optional<Printer> look_at(libusb_device* device, const QuirkTable& table, const Address* wanted) {
  libusb_device_descriptor descriptor{};
  if (libusb_get_device_descriptor(device, &descriptor) != 0) return std::nullopt;
  if (wanted && (wanted->vendor != descriptor.idVendor || wanted->product != descriptor.idProduct))
    return std::nullopt;
  Printer found{.vendor = descriptor.idVendor, .product = descriptor.idProduct, .at = place_of(device)};
  if (found.at.empty()) return std::nullopt;
  libusb_config_descriptor* raw = nullptr;
  // One that nobody has configured yet has no active configuration; it gets its first.
  if (libusb_get_active_config_descriptor(device, &raw) != 0 &&
      libusb_get_config_descriptor(device, 0, &raw) != 0)
    return std::nullopt;
  const Configuration configuration(raw, &libusb_free_config_descriptor);
  found.model = attribute(found.at, "product");
  found.quirks = table.find(found.vendor, found.product, found.model);
  if (found.quirks.ignore) return std::nullopt;
  const auto interface =
      choose_interface(alternates_of(*configuration), found.quirks, wanted ? wanted->interface : std::nullopt,
                       wanted ? wanted->protocol : std::nullopt);
  if (!interface) return std::nullopt;
  found.interface = *interface;
  found.interface.configuration = configuration->bConfigurationValue;
  for (std::uint8_t index = 0; index < descriptor.bNumConfigurations; ++index) {
    libusb_config_descriptor* other = nullptr;
    if (libusb_get_config_descriptor(device, index, &other) != 0) continue;
    if (other->bConfigurationValue == configuration->bConfigurationValue)
      found.interface.configuration_index = index;
    libusb_free_config_descriptor(other);
  }
  found.maker = attribute(found.at, "manufacturer");
  found.serial = attribute(found.at, "serial");
  if (wanted && !answers_to(*wanted, found)) return std::nullopt;
  found.device = std::shared_ptr<libusb_device>(libusb_ref_device(device), &libusb_unref_device);
  return found;
}

namespace {

std::vector<Printer> look_through(libusb_context* context, const QuirkTable& table, const Address* wanted) {
  std::vector<Printer> printers;
  libusb_device** list = nullptr;
  const auto count = libusb_get_device_list(context, &list);
  for (ssize_t i = 0; i < count; ++i)
    if (auto found = look_at(list[i], table, wanted)) printers.push_back(std::move(*found));
  if (count >= 0) libusb_free_device_list(list, 1);
  std::ranges::sort(printers, {}, &Printer::at);
  return printers;
}

}  // namespace

std::vector<Printer> find_printers(libusb_context* context, const QuirkTable& table) {
  return look_through(context, table, nullptr);
}

std::vector<Address> addresses_of(const std::vector<Printer>& printers) {
  std::vector<Address> addresses;
  for (const Printer& printer : printers) addresses.push_back(printer.address());
  const std::vector<Address> plain = addresses;
  for (std::size_t i = 0; i < plain.size(); ++i)
    if (std::ranges::count(plain, plain[i]) > 1) addresses[i].at = printers[i].at;
  return addresses;
}

Result<Printer> find_printer(libusb_context* context, const QuirkTable& table, const Address& address) {
  auto printers = look_through(context, table, &address);
  if (printers.empty())
    return fail(Errc::not_found, "find the printer", address.uri(),
                "Check that it is switched on, and its USB cable.");
  return std::move(printers.front());
}

}  // namespace platen::port::usb
