// What single printers need to be handled with, as data: quirks/usb.quirks, and files of the same form that a
// person drops into a folder.
//
//   auto table = QuirkTable::built_in();
//   for (const Error& error : table.add_folder("/etc/platen/quirks.d")) log->warn(error.sentence());
//   Quirks quirks = table.find(0x043d, 0x00f3, "Lexmark E250d");
//
// A row is one line; a line that begins with '#' is a comment:
//
//   MATCH | FLAGS | ORIGIN | THE BUG THAT IT ANSWERS
//
// MATCH is 043d:00f3, 043d:*, model:GLOB (the product's name on the USB) or id:GLOB (its IEEE 1284 device id,
// which is asked for only where there are such rows); globs are in any case and know * and ?. FLAGS are names
// from quirk_names(), separated by blanks; a '-' before a name takes back what an earlier row gave. Later
// rows win. Rows by id come when the printer is open already, so they cannot say how to open it. Reading is
// pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace platen::port {

struct Quirks {
  bool unidir = false;         // never read: reading stops it, or takes its time
  bool vendor_class = false;   // prints through an interface of class FF
  bool no_alternate = false;   // SET_INTERFACE upsets it: only alternate setting 0, never selected
  bool no_soft_reset = false;  // SOFT_RESET stops it until it is plugged in anew
  bool reattach = false;       // give it back to the kernel's driver after closing
  bool zero_length = false;    // ends a write of whole packets with an empty one
  bool prod = false;           // goes on only when it is asked for its status while it takes nothing
  bool ignore = false;         // not a printer for us
  std::uint8_t protocol = 0;   // protocol-1 … protocol-3: taken before the others

  friend bool operator==(const Quirks&, const Quirks&) = default;
};

[[nodiscard]] std::vector<std::string_view> quirk_names();

class QuirkTable {
 public:
  // The rows that are built into the program.
  [[nodiscard]] static const QuirkTable& built_in();
  // The built-in rows and those of the user's folder: PLATEN_QUIRKS, or /etc/platen/quirks.d.
  [[nodiscard]] static const QuirkTable& installed();

  // Adds the rows of a text; `name` is for the errors. Wrong lines are left out and told.
  std::vector<Error> add(std::string_view text, const std::string& name);
  // Adds all *.quirks of a folder in the order of their names; a folder that is not there has none.
  std::vector<Error> add_folder(const std::string& folder);

  // Without an id, rows by id do not apply.
  [[nodiscard]] Quirks find(std::uint16_t vendor, std::uint16_t product, std::string_view model,
                            std::string_view id = {}) const;
  [[nodiscard]] bool wants_ids() const;
  [[nodiscard]] std::size_t size() const { return rows_.size(); }

 private:
  struct Row {
    std::uint16_t vendor = 0;
    std::uint16_t product = 0;
    bool any_product = false;
    std::string model;  // globs; both empty: by numbers
    std::string id;
    std::vector<std::string> flags;
    std::string origin;
    std::string bug;
  };
  static Result<Row> parse(std::string_view line);
  std::vector<Row> rows_;
};

}  // namespace platen::port
