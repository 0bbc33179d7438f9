// The values of GPD statements: strings with <1B> hexadecimal parts, numbers, PAIR(x, y), LIST(a, b), Order,
// and =MACRO references to entries of *Macros blocks.
//
//   GpdValues values(tree, "pltmono.gpd");          // collects the macros
//   auto size = values.pair(node);                  // *MasterUnits: PAIR(600, 600)
//
// Every Error names file:line. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "driver/gpd_tree.hpp"

namespace platen::driver {

struct Pair {
  int x = 0;
  int y = 0;
  friend bool operator==(const Pair&, const Pair&) = default;
};

// When a command is sent: the sections of a print job, in their order, and a number within the section.
enum class Section { job_setup, doc_setup, page_setup, page_finish, doc_finish, job_finish };
struct Order {
  Section section = Section::doc_setup;
  int number = 0;
  friend auto operator<=>(const Order&, const Order&) = default;
};

class GpdValues {
 public:
  GpdValues(const GpdNode& root, std::string file);

  // With macros put in, as written otherwise.
  [[nodiscard]] Result<std::string> raw(const GpdNode& node) const;
  [[nodiscard]] Result<std::string> word(const GpdNode& node) const;  // TRUE, LETTER, DOC_SETUP
  [[nodiscard]] Result<int> number(const GpdNode& node) const;
  [[nodiscard]] Result<Pair> pair(const GpdNode& node) const;
  [[nodiscard]] Result<Order> order(const GpdNode& node) const;
  // A string whose <…> parts and %", %<, %% are still to be read: what CommandTemplate takes.
  [[nodiscard]] Result<std::string> quoted(const GpdNode& node) const;
  [[nodiscard]] Result<std::string> string(const GpdNode& node) const;  // for people: no escapes left

  [[nodiscard]] Error wrong(const GpdNode& node, std::string advice) const;

 private:
  std::map<std::string, std::string, std::less<>> macros_;
  std::string file_;
};

}  // namespace platen::driver
