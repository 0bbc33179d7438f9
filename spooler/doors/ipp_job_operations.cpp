// The operations on jobs that are there.
#include <algorithm>
#include <limits>

#include "spooler/doors/ipp_operations.hpp"

namespace platen::spooler::ipp {
namespace {

template <Task<Result<Job>> (Spooler::*Action)(std::uint32_t)>
Task<Verdict> act(Desk& desk, Call& call) {
  auto job = co_await (desk.spooler.*Action)(call.job->id);
  co_return job ? Verdict() : verdict_of(job.error());
}

Task<Verdict> get_job_attributes(Desk&, Call& call) {
  const Requested requested(call.request, {"all"});
  Writer writer(call.reply, IPP_TAG_JOB, requested);
  write_job(writer, *call.job, call.place);
  co_return Verdict();
}

struct WhichJobs {
  const char* keyword;
  bool over;
  bool waiting;
};
constexpr WhichJobs which_jobs[] = {
    {"not-completed", false, true}, {"completed", true, false}, {"all", true, true}};

Task<Verdict> get_jobs(Desk& desk, Call& call) {
  const WhichJobs* which = &which_jobs[0];
  if (ipp_attribute_t* asked = ippFindAttribute(call.request, "which-jobs", IPP_TAG_KEYWORD)) {
    which =
        std::ranges::find(which_jobs, std::string_view(ippGetString(asked, 0, nullptr)), &WhichJobs::keyword);
    if (which == std::end(which_jobs)) {
      if (ipp_attribute_t* copy = ippCopyAttribute(call.reply, asked, 0))
        ippSetGroupTag(call.reply, &copy, IPP_TAG_UNSUPPORTED_GROUP);
      co_return Verdict{IPP_STATUS_ERROR_ATTRIBUTES_OR_VALUES,
                        "which-jobs is not-completed, completed or all."};
    }
  }
  ipp_attribute_t* mine = ippFindAttribute(call.request, "my-jobs", IPP_TAG_BOOLEAN);
  const bool only_mine = mine && ippGetBoolean(mine, 0);
  ipp_attribute_t* limit = ippFindAttribute(call.request, "limit", IPP_TAG_INTEGER);
  if (limit && ippGetInteger(limit, 0) < 1)
    co_return Verdict{IPP_STATUS_ERROR_BAD_REQUEST, "The limit must be at least 1."};
  int left = limit ? ippGetInteger(limit, 0) : std::numeric_limits<int>::max();

  std::vector<Job> jobs = desk.spooler.jobs();
  if (!which->waiting) std::ranges::reverse(jobs);  // what ended last is what people look for
  const Requested requested(call.request, {"job-id", "job-uri"});
  bool first = true;
  for (const Job& job : jobs) {
    if (job.printer != call.printer.name || (only_mine && job.user != call.user)) continue;
    if (is_over(job.state) ? !which->over : !which->waiting) continue;
    if (left-- == 0) break;
    if (!std::exchange(first, false)) ippAddSeparator(call.reply);
    Writer writer(call.reply, IPP_TAG_JOB, requested);
    write_job(writer, job, call.place);
  }
  co_return Verdict();
}

Task<Verdict> cancel_my_jobs(Desk& desk, Call& call) {
  std::vector<std::uint32_t> chosen;
  if (ipp_attribute_t* ids = ippFindAttribute(call.request, "job-ids", IPP_TAG_INTEGER)) {
    for (int i = 0; i < ippGetCount(ids); ++i) {
      const auto id = static_cast<std::uint32_t>(ippGetInteger(ids, i));
      const auto job = desk.spooler.job(id);
      if (!job || job->printer != call.printer.name)
        co_return Verdict{IPP_STATUS_ERROR_NOT_FOUND, "There is no job " + std::to_string(id) + " here."};
      if (job->user != call.user)
        co_return Verdict{IPP_STATUS_ERROR_NOT_AUTHORIZED,
                          "The job " + std::to_string(id) + " is somebody else's."};
      chosen.push_back(id);
    }
  } else {
    for (const Job& job : desk.spooler.jobs())
      if (job.printer == call.printer.name && job.user == call.user && !is_over(job.state))
        chosen.push_back(job.id);
  }
  Verdict verdict;
  for (const std::uint32_t id : chosen) {
    auto job = co_await desk.spooler.cancel(id);
    if (!job) verdict = verdict_of(job.error());
  }
  co_return verdict;
}

constexpr Operation on_job[] = {
    {IPP_OP_CANCEL_JOB, Needs::job, act<&Spooler::cancel>},
    {IPP_OP_GET_JOB_ATTRIBUTES, Needs::job, get_job_attributes},
    {IPP_OP_GET_JOBS, Needs::printer, get_jobs},
    {IPP_OP_HOLD_JOB, Needs::job, act<&Spooler::hold>},
    {IPP_OP_RELEASE_JOB, Needs::job, act<&Spooler::release>},
    {IPP_OP_RESTART_JOB, Needs::job, act<&Spooler::restart>},
    {IPP_OP_CANCEL_MY_JOBS, Needs::printer, cancel_my_jobs},
};

}  // namespace

std::span<const Operation> job_operations() {
  return on_job;
}

}  // namespace platen::spooler::ipp
