// What a job asks for, in the printer's terms.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "driver/gpd_model.hpp"
#include "driver/input/page_source.hpp"

namespace platen::driver {

enum class Scaling { fit, fill, none };

struct JobOptions {
  Selection selected;        // the model's defaults, and what was asked for
  bool paper_given = false;  // a raster's own size counts only when nobody asked for another
  std::optional<Sides> sides;
  Scaling scaling = Scaling::fit;
  std::optional<int>
      quarter_turns;  // counter-clockwise, from orientation-requested; pictures choose for themselves
  int copies = 1;
  bool collated = true;
  std::vector<std::string> notes;  // what could not be had, in sentences
};

// From -o key=value pairs with IPP's names. What the printer lacks becomes a note, what has no meaning an
// Error.
[[nodiscard]] Result<JobOptions> read_options(const GpdModel& model,
                                              const std::vector<std::pair<std::string, std::string>>& options,
                                              int copies);

}  // namespace platen::driver
