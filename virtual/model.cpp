#include "virtual/model.hpp"

#include <algorithm>

#include <boost/algorithm/string/predicate.hpp>

namespace platen::vprinter {
namespace {

// So small that people and tests see a supply run down: an ordinary page takes one per cent.
constexpr int kTonerYield = 100;

std::vector<TrayModel> common_trays() {
  return {
      {"Tray 1", 2, 500, 500, paper_by_pjl("A4"), {1}, true},
      {"Tray 2", 3, 500, 500, paper_by_pjl("LETTER"), {4}, true},
      {"Multipurpose Feeder", 1, 100, 0, paper_by_pjl("A4"), {2, 3, 6, 8}, false},
  };
}

const std::vector<Model>& table() {
  using enum SupplyKind;
  using enum Colorant;
  static const std::vector<Model> rows = {
      {"Lexmark T640",
       "\"LEXMARK T640\"",
       false,
       64 << 20,
       {{"Black Toner Cartridge", toner, black, kTonerYield, "88 Toner Low", "88 Replace Toner"},
        {"Maintenance Kit", fuser, none, 30000, "80 Scheduled Maintenance", "80 Replace Maintenance Kit"}},
       common_trays()},
      {"Lexmark C530dn",
       "\"LEXMARK C530dn\"",
       true,
       128 << 20,
       {{"Black Toner Cartridge", toner, black, kTonerYield, "88 Black Toner Low", "88 Replace Black Toner"},
        {"Cyan Toner Cartridge", toner, cyan, kTonerYield, "88 Cyan Toner Low", "88 Replace Cyan Toner"},
        {"Magenta Toner Cartridge", toner, magenta, kTonerYield, "88 Magenta Toner Low",
         "88 Replace Magenta Toner"},
        {"Yellow Toner Cartridge", toner, yellow, kTonerYield, "88 Yellow Toner Low",
         "88 Replace Yellow Toner"},
        {"Waste Toner Box", waste_toner, none, 10000, "82 Waste Toner Nearly Full",
         "82 Replace Waste Toner Box"},
        {"Fuser", fuser, none, 30000, "80 Fuser Life Warning", "80 Replace Fuser"}},
       common_trays()},
  };
  return rows;
}

}  // namespace

std::string_view pjl_word(Colorant colorant) {
  constexpr std::string_view words[] = {"NONE", "BLACK", "CYAN", "MAGENTA", "YELLOW"};
  return words[static_cast<std::size_t>(colorant)];
}

std::string_view pjl_word(SupplyKind kind) {
  constexpr std::string_view words[] = {"TONER", "INK", "WASTETONER", "DRUM", "FUSER"};
  return words[static_cast<std::size_t>(kind)];
}

std::span<const Model> models() {
  return table();
}

const Model* model_by_name(std::string_view name) {
  auto found =
      std::ranges::find_if(table(), [name](const Model& model) { return boost::iequals(model.name, name); });
  return found == table().end() ? nullptr : &*found;
}

}  // namespace platen::vprinter
