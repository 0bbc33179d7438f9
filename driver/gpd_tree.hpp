// A GPD file (Generic Printer Description, the text that describes a printer to Unidrv) as a tree.
//
//   *Feature: Duplex                      GpdNode{keyword "Feature", value "Duplex"}
//   {
//       *DefaultOption: NONE                GpdNode{keyword "DefaultOption", value "NONE"}
//       *Option: NONE { … }                 GpdNode{keyword "Option", value "NONE", children …}
//   }
//
// This layer knows the grammar and no keyword's meaning, except *Macros, whose entries bear no star. Values
// are kept as written; gpd_value.hpp reads them. Pure: text in, tree or Error out, and the Error's object is
// "file:line".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace platen::driver {

struct GpdNode {
  std::string keyword;  // without the star: "Feature", "EjectPageWithFF?"
  std::string value;    // as written, without comments; continuation lines are joined
  int line = 0;
  std::vector<GpdNode> children;
};

// The root has no keyword; its children are the file's statements.
[[nodiscard]] Result<GpdNode> parse_gpd(std::string_view text, std::string_view file);

}  // namespace platen::driver
