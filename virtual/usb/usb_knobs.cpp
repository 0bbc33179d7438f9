#include "virtual/usb/usb_knobs.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace platen::vprinter {
namespace {

struct IdWord {
  std::string_view word;
  UsbFaults::IdLength length;
};
constexpr std::array kIdWords{
    IdWord{"right", UsbFaults::IdLength::right},
    IdWord{"little-endian", UsbFaults::IdLength::little_endian},
    IdWord{"excludes-itself", UsbFaults::IdLength::excludes_itself},
    IdWord{"too-short", UsbFaults::IdLength::too_short},
    IdWord{"absent", UsbFaults::IdLength::absent},
};

struct Knob {
  std::string_view name;
  void (*turn)(UsbFaults& faults, std::uint64_t value);
};
constexpr std::array kKnobs{
    Knob{"stall-out-at", [](UsbFaults& faults, std::uint64_t value) { faults.stall_out_at = value; }},
    Knob{"out-stalls",
         [](UsbFaults& faults, std::uint64_t value) { faults.out_stalls = static_cast<int>(value); }},
    Knob{"in-stalls",
         [](UsbFaults& faults, std::uint64_t value) { faults.in_stalls = static_cast<int>(value); }},
    Knob{"babbles", [](UsbFaults& faults, std::uint64_t value) { faults.babbles = static_cast<int>(value); }},
    Knob{"empty-reads", [](UsbFaults& faults, std::uint64_t value) { faults.empty_reads = value != 0; }},
    Knob{"release-ms",
         [](UsbFaults& faults, std::uint64_t value) { faults.release_ms = static_cast<unsigned>(value); }},
    Knob{"in-hang", [](UsbFaults& faults, std::uint64_t value) { faults.in_hang = value != 0; }},
    Knob{"reply-queue", [](UsbFaults& faults, std::uint64_t value) { faults.reply_queue = value; }},
    Knob{"unplug-at", [](UsbFaults& faults, std::uint64_t value) { faults.unplug_at = value; }},
    Knob{"refuses-reset", [](UsbFaults& faults, std::uint64_t value) { faults.refuses_reset = value != 0; }},
    Knob{"refuses-old-reset",
         [](UsbFaults& faults, std::uint64_t value) { faults.refuses_old_reset = value != 0; }},
    Knob{"control-hang", [](UsbFaults& faults, std::uint64_t value) { faults.control_hang = value != 0; }},
    Knob{"needs-prod", [](UsbFaults& faults, std::uint64_t value) { faults.needs_prod = value != 0; }},
};

Result<void> turn_id(UsbFaults& faults, std::string_view value) {
  faults.no_id = value == "none";
  if (faults.no_id) return {};
  const auto found = std::ranges::find(kIdWords, value, &IdWord::word);
  if (found == kIdWords.end())
    return fail(Errc::malformed, "give a device id that is", std::string(value),
                "It is right, little-endian, excludes-itself, too-short, absent or none.");
  faults.id_length = found->length;
  return {};
}

}  // namespace

Result<void> turn_knob(UsbFaults& faults, std::string_view knob, std::string_view value) {
  if (knob == "id") return turn_id(faults, value);
  const auto found = std::ranges::find(kKnobs, knob, &Knob::name);
  if (found == kKnobs.end()) {
    std::string known = "id";
    for (const Knob& each : kKnobs) known += ", " + std::string(each.name);
    return fail(Errc::not_found, "turn", std::string(knob), "The knobs are: " + known + ".");
  }
  std::uint64_t number = 0;
  const auto [end, bad] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (bad != std::errc() || end != value.data() + value.size())
    return fail(Errc::malformed, "turn " + std::string(knob) + " to", std::string(value),
                "A whole number is wanted here.");
  found->turn(faults, number);
  return {};
}

}  // namespace platen::vprinter
