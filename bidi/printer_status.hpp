// The one status model: what a printer is known to say about itself, in whichever language it said it. Every
// other view (IPP, Windows, Printer MIB, the web page) is a translation of this.
//
// Plain values: copied freely, compared, and sent over RPC as they are (rpc/ derives the marshalling), so no
// base classes, no pointers, no constructors.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace platen::bidi {

enum class State : std::uint16_t {
  unknown,  // nobody has asked it yet
  offline,  // cannot be reached, or says that it is off line
  idle,
  processing,
  stopped,  // reached, and waits for a person
};

enum class Severity : std::uint16_t { report, warning, error };

// One condition that is true now. `keyword` is an IPP printer-state-reason without its suffix
// ("media-empty").
struct Reason {
  std::string keyword;
  Severity severity = Severity::report;
  std::string component;   // what it is about: "tray1", "black-toner"; empty for the printer itself
  std::string sentence;    // for a person: "Tray 1 is out of paper. Load A4 paper."
  std::uint32_t code = 0;  // the printer's own status code, 0 when there is none
  friend bool operator==(const Reason&, const Reason&) = default;
};

// level: percent left 0–100, or one of these three.
inline constexpr std::int32_t level_unavailable = -1;
inline constexpr std::int32_t level_unknown = -2;
inline constexpr std::int32_t level_some = -3;

struct Supply {
  std::string name;   // "Black toner cartridge"
  std::string type;   // IPP marker-types keyword: "toner", "ink-cartridge", "waste-toner"
  std::string color;  // "#000000", several joined "#00FFFF#FF00FF#FFFF00", or "none"
  std::int32_t level = level_unknown;
  std::int32_t low_level = 10;  // at and below this it is low, and at and below the next empty
  std::int32_t empty_level = 0;
  std::int32_t yield = 0;  // pages at 5 % coverage that a new one is rated for; 0 when nobody knows
  bool estimated = false;  // counted by us, not told by the printer
  friend bool operator==(const Supply&, const Supply&) = default;
};

struct Tray {
  std::string name;                    // "tray1", "multipurpose", "manual"
  std::string size;                    // PWG self-describing name, "iso_a4_210x297mm"; empty when unknown
  std::string type;                    // "stationery"; empty when unknown
  std::int32_t level = level_unknown;  // sheets left, or level_unknown, level_some
  std::int32_t capacity = level_unknown;
  friend bool operator==(const Tray&, const Tray&) = default;
};

struct PrinterStatus {
  State state = State::unknown;
  std::vector<Reason> reasons;  // most severe first
  std::vector<Supply> supplies;
  std::vector<Tray> trays;
  std::string message;  // the printer's own words on its panel, "12 PRINTER OPEN"
  bool online = false;
  std::uint64_t page_count = 0;  // pages of its whole life, 0 when not told
  std::string model;             // "Lexmark T640"
  std::string device_id;         // IEEE 1284 device id text
  friend bool operator==(const PrinterStatus&, const PrinterStatus&) = default;
};

}  // namespace platen::bidi
