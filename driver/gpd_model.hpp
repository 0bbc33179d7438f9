// What a GPD file says about its printer: features and their options, paper, resolution, and the commands of
// a job.
//
//   auto model = GpdModel::read(text, "pltmono.gpd");
//   Selection selected = model->defaults();
//   selected["PaperSize"] = "A4";
//   model->ordered(Section::doc_setup, selected, variables)   // every command of that section, in *Order
//   model->command("CmdSendBlockData", selected)              // a template without *Order
//
// A *switch is resolved by the selection each time, so anything may depend on any feature. read() checks the
// whole file once (each Error says file:line); after it the questions below cannot meet a malformed part.
// Immutable, any thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "driver/gpd_command.hpp"
#include "driver/gpd_tree.hpp"
#include "driver/gpd_value.hpp"

namespace platen::driver {

using Selection = std::map<std::string, std::string, std::less<>>;  // feature -> option

// All in master units. Origins count from the top left corner of the sheet.
struct Paper {
  std::string option;
  Pair dimensions;
  Pair printable_origin;
  Pair printable_area;
  Pair cursor_origin;  // where the printer's coordinates begin
};

class GpdModel {
 public:
  [[nodiscard]] static Result<GpdModel> read(std::string_view text, std::string_view file);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& personality() const { return personality_; }
  [[nodiscard]] Pair master_units() const { return master_units_; }  // per inch
  [[nodiscard]] int pages_per_minute() const { return pages_per_minute_; }
  [[nodiscard]] int max_copies() const { return max_copies_; }
  [[nodiscard]] bool color() const { return color_; }
  [[nodiscard]] bool ejects_with_form_feed() const { return ejects_with_form_feed_; }

  // In the file's order; empty when the printer lacks the feature.
  [[nodiscard]] std::vector<std::string> options(std::string_view feature) const;
  [[nodiscard]] bool has_option(std::string_view feature, std::string_view option) const;
  [[nodiscard]] Selection defaults() const;

  [[nodiscard]] Paper paper(const Selection& selected) const;
  [[nodiscard]] Pair dpi(const Selection& selected) const;
  // The bytes of all commands with an *Order in this section: the selected options' and the printer's own.
  [[nodiscard]] Result<std::string> ordered(Section section, const Selection& selected,
                                            const CommandVariables& variables) const;
  // nullptr when the printer has no such command.
  [[nodiscard]] const CommandTemplate* command(std::string_view name, const Selection& selected) const;

 private:
  friend class GpdChecker;
  GpdModel() = default;

  struct Compiled {
    CommandTemplate bytes;
    std::optional<Order> order;
  };
  [[nodiscard]] const GpdNode* selected_option(std::string_view feature, const Selection& selected) const;

  std::unique_ptr<const GpdNode> root_;  // its nodes are the keys below, so it never moves
  std::shared_ptr<const GpdValues> values_;
  std::map<const GpdNode*, Compiled> commands_;  // by their *Cmd
  std::string name_;
  std::string personality_;
  Pair master_units_;
  int pages_per_minute_ = 0;
  int max_copies_ = 1;
  bool color_ = false;
  bool ejects_with_form_feed_ = false;
};

}  // namespace platen::driver
