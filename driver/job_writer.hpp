// The commands around pages, section by section as the GPD orders them: job, document, page.
//
//   JobWriter writer(model, output);
//   writer.begin_page(selected, copies);   // begins the job and the document where needed
//   output.write(raster);
//   writer.end_page();
//   writer.end_job();
#pragma once

#include "driver/gpd_model.hpp"
#include "driver/output.hpp"

namespace platen::driver {

class JobWriter {
 public:
  // Both must outlive the writer.
  JobWriter(const GpdModel& model, Output& output) : model_(model), output_(output) {}
  // A page whose selection or copies differ from the page before gets the document's setup again.
  [[nodiscard]] Result<void> begin_page(const Selection& selected, int copies);
  [[nodiscard]] Result<void> end_page();
  // What follows begins on a new sheet with a job of its own.
  [[nodiscard]] Result<void> end_job();

 private:
  [[nodiscard]] Result<void> section(Section which);

  const GpdModel& model_;
  Output& output_;
  Selection selected_;
  CommandVariables variables_;
  bool in_job_ = false;
};

}  // namespace platen::driver
