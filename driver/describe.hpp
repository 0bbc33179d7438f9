// What the model can do, as the JSON of `platen-render --describe` (docs/architecture.md).
#pragma once

#include <string>

#include "driver/gpd_model.hpp"

namespace platen::driver {

[[nodiscard]] std::string describe(const GpdModel& model);

}  // namespace platen::driver
