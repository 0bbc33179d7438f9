// Looking into a GPD tree with *switch resolved. For the model and its checker.
#pragma once

#include "driver/gpd_model.hpp"

namespace platen::driver {

// Calls visit(node) for each statement that holds under the selection, in the file's order.
template <class Visit>
void visit_statements(const GpdNode& scope, const Selection& selected, const Visit& visit) {
  for (const auto& node : scope.children) {
    if (node.keyword != "switch") {
      visit(node);
      continue;
    }
    const auto chosen = selected.find(node.value);
    const GpdNode* branch = nullptr;
    for (const auto& option : node.children) {
      if (option.keyword == "case" && chosen != selected.end() && option.value == chosen->second)
        branch = &option;
      if (option.keyword == "default" && branch == nullptr) branch = &option;
    }
    if (branch != nullptr) visit_statements(*branch, selected, visit);
  }
}

// The last statement with that keyword, as GPD has it: later ones override.
inline const GpdNode* find_statement(const GpdNode& scope, std::string_view keyword,
                                     const Selection& selected) {
  const GpdNode* found = nullptr;
  visit_statements(scope, selected, [&](const GpdNode& node) {
    if (node.keyword == keyword) found = &node;
  });
  return found;
}

inline const GpdNode* find_block(const GpdNode& scope, std::string_view keyword, std::string_view name,
                                 const Selection& selected) {
  const GpdNode* found = nullptr;
  visit_statements(scope, selected, [&](const GpdNode& node) {
    if (node.keyword == keyword && node.value == name) found = &node;
  });
  return found;
}

}  // namespace platen::driver
