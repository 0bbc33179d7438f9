// A whole job: pages of a source through scaling, halftone and encoder to the output, with reports and
// previews.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "driver/gpd_model.hpp"
#include "driver/input/document.hpp"
#include "driver/input/document_type.hpp"
#include "driver/input/page_source.hpp"
#include "driver/job_options.hpp"
#include "driver/output.hpp"

namespace platen::driver {

struct RenderJob {
  JobOptions options;
  // Counts sides as the printer puts them out, copies included; those before are not sent.
  int first_page = 1;
  std::string previews;  // a folder; empty for none
  // Called when all bytes of a page are written. `black`: the dots on each of its copies, in A4 sheets of
  // solid black.
  std::function<void(int page, std::uint64_t bytes, double black)> report;
};

// The sheet that the job asked for, in the pixels of its resolution.
[[nodiscard]] Sheet sheet_of(const GpdModel& model, const Selection& selected);

// Printer language goes through as it is; everything else becomes pages.
[[nodiscard]] Result<void> pass_through(Document& document, Output& output);
[[nodiscard]] Result<void> render(const GpdModel& model, const RenderJob& job, PageSource& source,
                                  Output& output);

}  // namespace platen::driver
