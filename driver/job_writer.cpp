#include "driver/job_writer.hpp"

namespace platen::driver {

Result<void> JobWriter::section(Section which) {
  auto bytes = model_.ordered(which, selected_, variables_);
  if (!bytes) return bytes.error();
  return output_.write(*bytes);
}

Result<void> JobWriter::begin_page(const Selection& selected, int copies) {
  const bool same = in_job_ && selected == selected_ && variables_[Variable::NumOfCopies] == copies;
  if (in_job_ && !same)
    if (auto done = section(Section::doc_finish); !done) return done;
  if (!same) {
    selected_ = selected;
    const Paper paper = model_.paper(selected);
    variables_[Variable::NumOfCopies] = copies;
    variables_[Variable::PhysPaperWidth] = paper.dimensions.x;
    variables_[Variable::PhysPaperLength] = paper.dimensions.y;
    if (!in_job_)
      if (auto done = section(Section::job_setup); !done) return done;
    in_job_ = true;
    if (auto done = section(Section::doc_setup); !done) return done;
  }
  ++variables_[Variable::PageNumber];
  return section(Section::page_setup);
}

Result<void> JobWriter::end_page() {
  if (auto done = section(Section::page_finish); !done) return done;
  const auto* form_feed = model_.command("CmdFF", selected_);
  if (!model_.ejects_with_form_feed() || form_feed == nullptr) return {};
  auto bytes = form_feed->expand(variables_);
  if (!bytes) return bytes.error();
  return output_.write(*bytes);
}

Result<void> JobWriter::end_job() {
  if (!in_job_) return {};
  in_job_ = false;
  if (auto done = section(Section::doc_finish); !done) return done;
  return section(Section::job_finish);
}

}  // namespace platen::driver
