// What became of one attempt to print a job, and what that makes of the job. Pure; the scheduler's decisions
// in one place.
#pragma once

#include <optional>
#include <string>

#include "base/launcher.hpp"
#include "langmon/wire/monitor_interface.hpp"
#include "spooler/store/records.hpp"

namespace platen::spooler {

// A renderer that fails this often on one job will fail again: the job is at fault.
inline constexpr std::uint32_t most_render_failures = 3;
// A monitor that dies this often under one job without a new page being printed: the same.
inline constexpr std::uint32_t most_monitor_losses = 10;

// The reason of a job that is being cancelled (IPP job-state-reasons); kept on disk, so that a restart does
// not forget.
inline constexpr const char* being_canceled = "processing-to-stop-point";

// The reason of a job that is being taken back from a monitor, to go on with it from the first page not out.
inline constexpr const char* being_resumed = "job-suspended-by-system";

struct AttemptEnd {
  std::optional<langmon::wire::JobEndReport> report;  // none: the monitor was lost with the job
  std::uint32_t pages_out = 0;                        // by the monitor's last word when there is no report
  std::optional<ExitStatus> renderer;                 // none: RAW, or not ours to know
  std::string renderer_sentence;
  std::optional<std::uint32_t> pages;  // how many the whole job has, once rendered to its end
};

// Changes the record (which is `processing`) to what follows: over, or pending again.
void conclude(JobRecord& record, const AttemptEnd& end, WallTime now);

// The first page that this job's next attempt has to send, copies counted, as the printer puts them out.
[[nodiscard]] std::uint32_t first_page(const Job& job);
[[nodiscard]] bool is_raw(const Job& job);
// "Printing page 2 of 5.", or "Printing, 1 page so far." until the renderer knows how many come; and the
// note.
[[nodiscard]] std::string progress_sentence(const JobRecord& record,
                                            const langmon::wire::JobProgressReport& progress);

}  // namespace platen::spooler
