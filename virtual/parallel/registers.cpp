#include "virtual/parallel/registers.hpp"

namespace platen::vprinter::ieee1284 {

std::uint8_t status_register(const PeripheralLines& lines) {
  int value = 0;
  if (lines.fault) value |= status_bit::fault;
  if (lines.select) value |= status_bit::select;
  if (lines.paper_error) value |= status_bit::paper_error;
  if (lines.ack) value |= status_bit::ack;
  if (!lines.busy) value |= status_bit::not_busy;
  return static_cast<std::uint8_t>(value);
}

std::uint8_t control_register(const HostLines& lines) {
  int value = 0;
  if (!lines.strobe) value |= control_bit::strobe_low;
  if (!lines.auto_feed) value |= control_bit::auto_feed_low;
  if (lines.init) value |= control_bit::init;
  if (!lines.select_in) value |= control_bit::select_in_low;
  return static_cast<std::uint8_t>(value);
}

void set_control_register(HostLines& lines, std::uint8_t value) {
  lines.strobe = (value & control_bit::strobe_low) == 0;
  lines.auto_feed = (value & control_bit::auto_feed_low) == 0;
  lines.init = (value & control_bit::init) != 0;
  lines.select_in = (value & control_bit::select_in_low) == 0;
}

std::uint8_t data_register(const HostLines& host, const PeripheralLines& peripheral) {
  if (host.drives_data) return host.data;
  return peripheral.data.value_or(0xff);  // nobody drives: the pull-ups do
}

}  // namespace platen::vprinter::ieee1284
