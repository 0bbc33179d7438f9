// GpdModel::read: one walk over the whole file, so that a mistake is found when the printer is installed and
// not when somebody prints on an envelope for the first time.
#include <algorithm>
#include <limits>

#include "driver/gpd_scope.hpp"

namespace platen::driver {
namespace {

// A sheet larger than this is a slip of the pen: 40 inches is wider than A0 and longer than any banner tray.
constexpr int kLargestSheetInches = 40;
constexpr int kFinestUnits = 4800;

}  // namespace

class GpdChecker {
 public:
  GpdChecker(GpdModel& model, const GpdNode& root, const GpdValues& values)
      : model_(model), root_(root), values_(values) {}

  Result<void> check() {
    if (auto done = printable(); !done) return done;
    if (auto done = general(); !done) return done;
    if (auto done = features(); !done) return done;
    if (auto done = walk(root_); !done) return done;
    for (const auto* wanted : {"CmdBeginRaster", "CmdEndRaster", "CmdSendBlockData"})
      if (model_.command(wanted, model_.defaults()) == nullptr)
        return values_.wrong(root_, std::string("The file lacks *Command: ") + wanted + ".");
    if (auto done = papers(); !done) return done;
    return resolutions();
  }

 private:
  // A model whose page language Platen does not make yet says so in its file: refused here, it gets no queue.
  Result<void> printable() {
    const auto* renderer = statement("Platen_Renderer");
    if (renderer == nullptr) return {};
    auto named = values_.string(*renderer);
    if (!named) return named.error();
    if (*named != "none") return {};
    const auto* sentence = statement("Platen_Sentence");
    auto told = sentence == nullptr ? Result<std::string>(std::string()) : values_.string(*sentence);
    if (!told) return told.error();
    Error refused = values_.wrong(*renderer, *told);
    refused.code = make_error_code(Errc::unsupported);
    refused.operation = "print with";
    return refused;
  }

  Result<void> general() {
    for (const auto* wanted : {"GPDSpecVersion", "ModelName", "MasterUnits"})
      if (statement(wanted) == nullptr)
        return values_.wrong(root_, std::string("The file lacks *") + wanted + "; is it a GPD file?");
    auto name = values_.string(*statement("ModelName"));
    if (!name) return name.error();
    model_.name_ = *name;
    auto units = values_.pair(*statement("MasterUnits"));
    if (!units) return units.error();
    if (units->x < 1 || units->y < 1 || units->x > kFinestUnits || units->y > kFinestUnits)
      return values_.wrong(*statement("MasterUnits"),
                           "Master units are parts of an inch, such as PAIR(1200, 1200).");
    model_.master_units_ = *units;
    if (const auto* node = statement("Personality")) {
      auto text = values_.string(*node);
      if (!text) return text.error();
      model_.personality_ = *text;
    }
    if (const auto* node = statement("EjectPageWithFF?")) {
      auto word = values_.word(*node);
      if (!word) return word.error();
      if (*word != "TRUE" && *word != "FALSE") return values_.wrong(*node, "It is TRUE or FALSE.");
      model_.ejects_with_form_feed_ = *word == "TRUE";
    }
    if (auto done = count("PrintRate", model_.pages_per_minute_); !done) return done;
    return count("MaxCopies", model_.max_copies_);
  }

  Result<void> count(std::string_view keyword, int& out) {
    const auto* node = statement(keyword);
    if (node == nullptr) return {};
    auto number = values_.number(*node);
    if (!number) return number.error();
    if (*number < 1 || *number > 32767) return values_.wrong(*node, "It is a number from 1 to 32767.");
    out = *number;
    return {};
  }

  Result<void> features() {
    for (const auto* wanted : {"PaperSize", "Resolution"})
      if (find_block(root_, "Feature", wanted, {}) == nullptr)
        return values_.wrong(root_, std::string("The file lacks *Feature: ") + wanted + ".");
    for (const auto& node : root_.children) {
      if (node.keyword != "Feature") continue;
      if (find_block(root_, "Feature", node.value, {}) != &node)
        return values_.wrong(node, "The feature " + node.value + " is described twice.");
      const auto* chosen = find_statement(node, "DefaultOption", {});
      if (chosen == nullptr)
        return values_.wrong(node, "The feature " + node.value + " lacks a *DefaultOption.");
      if (!model_.has_option(node.value, chosen->value))
        return values_.wrong(*chosen, "The feature " + node.value + " has no option " + chosen->value + ".");
    }
    if (const auto* color = find_block(root_, "Feature", "ColorMode", {}))
      for (const auto& option : color->children)
        if (const auto* color_flag = find_statement(option, "Color?", {}))
          if (option.keyword == "Option" && color_flag->value == "TRUE") model_.color_ = true;
    return {};
  }

  // Every command compiles, every switch names what exists.
  Result<void> walk(const GpdNode& scope) {
    for (const auto& node : scope.children) {
      if (node.keyword == "switch") {
        if (find_block(root_, "Feature", node.value, {}) == nullptr)
          return values_.wrong(node, "There is no feature " + node.value + " to switch on.");
        for (const auto& option : node.children) {
          if (option.keyword != "case" && option.keyword != "default")
            return values_.wrong(option, "A *switch holds *case and *default only.");
          if (option.keyword == "case" && !model_.has_option(node.value, option.value))
            return values_.wrong(option,
                                 "The feature " + node.value + " has no option " + option.value + ".");
        }
      }
      if (node.keyword == "Command")
        if (auto done = command(node, node); !done) return done;
      if (auto done = walk(node); !done) return done;
    }
    return {};
  }

  Result<void> command(const GpdNode& node, const GpdNode& scope) {
    std::optional<Order> order;
    for (const auto& child : node.children) {
      if (child.keyword != "Order") continue;
      auto read = values_.order(child);
      if (!read) return read.error();
      order = *read;
    }
    return command_bytes(scope, order);
  }

  Result<void> command_bytes(const GpdNode& scope, const std::optional<Order>& order) {
    for (const auto& child : scope.children) {
      if (child.keyword == "Cmd") {
        auto text = values_.quoted(child);
        if (!text) return text.error();
        auto compiled = CommandTemplate::compile(*text);
        if (!compiled) return values_.wrong(child, compiled.error().advice);
        model_.commands_[&child] = {std::move(*compiled), order};
      } else if (child.keyword == "switch" || child.keyword == "case" || child.keyword == "default") {
        if (auto done = command_bytes(child, order); !done) return done;
      }
    }
    return {};
  }

  // Calls check(selection) for every option of the feature, and within it for every option that a *switch
  // there asks about, so that no branch stays unread.
  template <class Check>
  Result<void> each_option(std::string_view feature, const Check& check) {
    const auto* block = find_block(root_, "Feature", feature, {});
    for (const auto& option : block->children) {
      if (option.keyword != "Option") continue;
      Selection selected = model_.defaults();
      selected.insert_or_assign(std::string(feature), option.value);
      if (auto done = check(option, selected); !done) return done;
      for (const auto& inner : option.children) {
        if (inner.keyword != "switch") continue;
        for (const auto& other : model_.options(inner.value)) {
          Selection varied = selected;
          varied[inner.value] = other;
          if (auto done = check(option, varied); !done) return done;
        }
      }
    }
    return {};
  }

  Result<void> papers() {
    return each_option("PaperSize", [this](const GpdNode& option, const Selection& selected) -> Result<void> {
      for (const auto* keyword : {"PageDimensions", "PrintableArea", "PrintableOrigin", "CursorOrigin"}) {
        const auto* node = find_statement(option, keyword, selected);
        if (node == nullptr) {
          if (std::string_view(keyword) == "CursorOrigin") continue;
          return values_.wrong(option, "The paper " + option.value + " lacks *" + keyword + ".");
        }
        if (auto pair = values_.pair(*node); !pair) return pair.error();
      }
      const Paper paper = model_.paper(selected);
      const Pair largest{kLargestSheetInches * model_.master_units_.x,
                         kLargestSheetInches * model_.master_units_.y};
      const auto inside = [](int size, int origin, int area, int limit) {
        return size > 0 && size <= limit && origin >= 0 && area > 0 && origin <= size &&
               area <= size - origin;
      };
      if (!inside(paper.dimensions.x, paper.printable_origin.x, paper.printable_area.x, largest.x) ||
          !inside(paper.dimensions.y, paper.printable_origin.y, paper.printable_area.y, largest.y))
        return values_.wrong(
            option, "The printable area of " + option.value + " does not lie on a sheet of a possible size.");
      if (paper.cursor_origin.x < 0 || paper.cursor_origin.x > paper.dimensions.x ||
          paper.cursor_origin.y < 0 || paper.cursor_origin.y > paper.dimensions.y)
        return values_.wrong(option, "The *CursorOrigin of " + option.value + " does not lie on the sheet.");
      return {};
    });
  }

  Result<void> resolutions() {
    return each_option(
        "Resolution", [this](const GpdNode& option, const Selection& selected) -> Result<void> {
          const auto* node = find_statement(option, "DPI", selected);
          if (node == nullptr)
            return values_.wrong(option, "The resolution " + option.value + " lacks *DPI.");
          auto dpi = values_.pair(*node);
          if (!dpi) return dpi.error();
          if (dpi->x < 50 || dpi->y < 50 || dpi->x > 1200 || dpi->y > 1200)
            return values_.wrong(*node, "A resolution from 50 to 1200 dots per inch is wanted here.");
          return {};
        });
  }

  [[nodiscard]] const GpdNode* statement(std::string_view keyword) const {
    return find_statement(root_, keyword, {});
  }

  GpdModel& model_;
  const GpdNode& root_;
  const GpdValues& values_;
};

Result<GpdModel> GpdModel::read(std::string_view text, std::string_view file) {
  auto tree = parse_gpd(text, file);
  if (!tree) return tree.error();
  tree->line = 1;  // where a missing statement is reported
  GpdModel model;
  model.root_ = std::make_unique<const GpdNode>(std::move(*tree));
  model.values_ = std::make_shared<const GpdValues>(*model.root_, std::string(file));
  if (auto done = GpdChecker(model, *model.root_, *model.values_).check(); !done) return done.error();
  return model;
}

}  // namespace platen::driver
