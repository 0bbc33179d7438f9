// The printers that platen-vprinter can be: one table. Adding a model is adding a row.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "virtual/media.hpp"

namespace platen::vprinter {

enum class Colorant { none, black, cyan, magenta, yellow };
enum class SupplyKind { toner, ink, waste_toner, drum, fuser };

[[nodiscard]] std::string_view pjl_word(Colorant colorant);  // "BLACK"
[[nodiscard]] std::string_view pjl_word(SupplyKind kind);    // "TONER"

struct SupplyModel {
  std::string_view name;
  SupplyKind kind;
  Colorant colorant;
  int yield;                    // pages; for toner and ink, pages with 5 % of them covered
  std::string_view low_text;    // what the display says below kLowPercent
  std::string_view empty_text;  // and when nothing is left
};

struct TrayModel {
  std::string_view name;
  int digit;  // the x of 41xyy: 1 multipurpose, 2 tray 1, 3 tray 2
  int capacity;
  int level;  // when switched on
  const Paper* paper;
  std::vector<int> pcl_sources;  // ESC &l#H that mean this tray
  bool expects_paper;            // empty while idle is worth telling
};

struct Model {
  std::string_view name;  // --model
  std::string_view id;    // the answer to INFO ID, with its quotes
  bool color;
  int memory;  // bytes
  std::vector<SupplyModel> supplies;
  std::vector<TrayModel> trays;
};

inline constexpr int kLowPercent = 10;

[[nodiscard]] std::span<const Model> models();
[[nodiscard]] const Model* model_by_name(std::string_view name);  // any case

}  // namespace platen::vprinter
