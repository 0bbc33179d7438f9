#include "driver/gpd_model.hpp"

#include <algorithm>

#include "driver/gpd_scope.hpp"

namespace platen::driver {

std::vector<std::string> GpdModel::options(std::string_view feature) const {
  std::vector<std::string> names;
  if (const auto* node = find_block(*root_, "Feature", feature, {}))
    for (const auto& child : node->children)
      if (child.keyword == "Option") names.push_back(child.value);
  return names;
}

bool GpdModel::has_option(std::string_view feature, std::string_view option) const {
  const auto names = options(feature);
  return std::find(names.begin(), names.end(), option) != names.end();
}

Selection GpdModel::defaults() const {
  Selection selected;
  for (const auto& node : root_->children)
    if (node.keyword == "Feature")
      if (const auto* option = find_statement(node, "DefaultOption", {}))
        selected[node.value] = option->value;
  return selected;
}

const GpdNode* GpdModel::selected_option(std::string_view feature, const Selection& selected) const {
  const auto chosen = selected.find(feature);
  const auto* node = find_block(*root_, "Feature", feature, {});
  if (chosen == selected.end() || node == nullptr) return nullptr;
  return find_block(*node, "Option", chosen->second, {});
}

Paper GpdModel::paper(const Selection& selected) const {
  Paper paper;
  const auto* option = selected_option("PaperSize", selected);
  if (option == nullptr) return paper;
  const auto pair = [&](std::string_view keyword, Pair otherwise) {
    const auto* node = find_statement(*option, keyword, selected);
    return node == nullptr ? otherwise : values_->pair(*node).value();
  };
  paper.option = option->value;
  paper.dimensions = pair("PageDimensions", {});
  paper.printable_origin = pair("PrintableOrigin", {});
  paper.printable_area = pair("PrintableArea", paper.dimensions);
  paper.cursor_origin = pair("CursorOrigin", paper.printable_origin);
  return paper;
}

Pair GpdModel::dpi(const Selection& selected) const {
  const auto* option = selected_option("Resolution", selected);
  const auto* node = option == nullptr ? nullptr : find_statement(*option, "DPI", selected);
  return node == nullptr ? Pair{} : values_->pair(*node).value();
}

Result<std::string> GpdModel::ordered(Section section, const Selection& selected,
                                      const CommandVariables& variables) const {
  std::vector<std::pair<Order, const CommandTemplate*>> found;
  const auto collect = [&](const GpdNode& scope) {
    visit_statements(scope, selected, [&](const GpdNode& node) {
      if (node.keyword != "Command") return;
      const auto* bytes = find_statement(node, "Cmd", selected);
      const auto compiled = bytes == nullptr ? commands_.end() : commands_.find(bytes);
      if (compiled == commands_.end() || !compiled->second.order) return;
      if (compiled->second.order->section == section)
        found.emplace_back(*compiled->second.order, &compiled->second.bytes);
    });
  };
  collect(*root_);
  for (const auto& [feature, option] : selected)
    if (const auto* node = selected_option(feature, selected)) collect(*node);
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });

  std::string out;
  for (const auto& [order, bytes] : found) {
    auto text = bytes->expand(variables);
    if (!text) return text.error();
    out += *text;
  }
  return out;
}

const CommandTemplate* GpdModel::command(std::string_view name, const Selection& selected) const {
  const auto* node = find_block(*root_, "Command", name, selected);
  const auto* bytes = node == nullptr ? nullptr : find_statement(*node, "Cmd", selected);
  const auto compiled = bytes == nullptr ? commands_.end() : commands_.find(bytes);
  return compiled == commands_.end() ? nullptr : &compiled->second.bytes;
}

}  // namespace platen::driver
