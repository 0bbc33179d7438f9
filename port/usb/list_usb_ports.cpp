#include <boost/asio/io_context.hpp>

#include "base/one_thread.hpp"
#include "port/list_ports.hpp"
#include "port/usb/context.hpp"
#include "port/usb/find.hpp"

namespace platen::port {
std::vector<FoundPort> list_usb_ports() {
  boost::asio::io_context reactor{one_thread};
  std::vector<FoundPort> found;
  auto context = usb::Context::create(reactor.get_executor());
  if (!context) return found;  // a system without a USB has no USB printers
  const auto printers = usb::find_printers((*context)->get(), QuirkTable::installed());
  const auto addresses = usb::addresses_of(printers);
  for (std::size_t i = 0; i < printers.size(); ++i)
    found.push_back({addresses[i].uri(), usb::describe(printers[i])});
  return found;
}

}  // namespace platen::port
