#include <cstdlib>

#include "spooler/ipp/attributes.hpp"
#include "spooler/ipp/job_options.hpp"

namespace platen::spooler::ipp {
namespace {

void write_time(Writer& writer, const std::string& what, const std::optional<WallTime>& time) {
  if (time) {
    writer.number(IPP_TAG_INTEGER, "time-at-" + what, seconds(*time));
    writer.date("date-time-at-" + what, *time);
  } else {
    writer.no_value("time-at-" + what);
    writer.no_value("date-time-at-" + what);
  }
}

void write_options(Writer& writer, const Job& job) {
  writer.aspect(Aspect::job_template);
  writer.number(IPP_TAG_INTEGER, "copies", job.copies);
  writer.text(IPP_TAG_KEYWORD, "job-hold-until",
              job.state == JobState::held && !job.incoming ? "indefinite" : "no-hold");
  for (const JobOption& option : job_options()) {
    const std::string name(option.name);
    const auto found = job.options.find(name);
    if (found == job.options.end()) continue;
    if (option.syntax == Syntax::keyword)
      writer.text(IPP_TAG_KEYWORD, name, found->second);
    else
      writer.number(IPP_TAG_ENUM, name, std::atoi(found->second.c_str()));
  }
}

}  // namespace

void write_job(Writer& writer, const Job& job, const Place& place) {
  constexpr std::uint64_t kilo = 1024;
  writer.aspect(Aspect::description);
  writer.number(IPP_TAG_INTEGER, "job-id", job.id);
  writer.text(IPP_TAG_URI, "job-uri", place.job_uri(job));
  writer.text(IPP_TAG_URI, "job-printer-uri", place.printer_uri(job.printer));
  writer.text(IPP_TAG_URI, "job-uuid", place.uuid(job.printer, job.id));
  writer.text(IPP_TAG_URI, "job-more-info", place.page_uri());
  writer.text(IPP_TAG_NAME, "job-name", clip(job.name, text_limit));
  writer.text(IPP_TAG_NAME, "job-originating-user-name", clip(job.user, text_limit));
  writer.number(IPP_TAG_ENUM, "job-state", static_cast<int>(job.state));
  writer.text(IPP_TAG_KEYWORD, "job-state-reasons", job.reason.empty() ? "none" : job.reason);
  writer.text(IPP_TAG_TEXT, "job-state-message", clip(job.sentence, text_limit));
  writer.number(IPP_TAG_INTEGER, "number-of-documents", job.incoming ? 0 : 1);
  if (!job.type.empty()) writer.text(IPP_TAG_MIMETYPE, "document-format", job.type);
  writer.number(IPP_TAG_INTEGER, "job-k-octets", static_cast<std::int64_t>((job.size + kilo - 1) / kilo));
  writer.number(IPP_TAG_INTEGER, "job-impressions-completed", job.pages_done);
  writer.number(IPP_TAG_INTEGER, "job-media-sheets-completed", job.pages_done);
  if (job.pages)
    writer.number(IPP_TAG_INTEGER, "job-impressions", *job.pages);
  else
    writer.no_value("job-impressions");
  write_time(writer, "creation", job.created);
  write_time(writer, "processing", job.started);
  write_time(writer, "completed", job.finished);
  writer.number(IPP_TAG_INTEGER, "job-printer-up-time", seconds(place.now));
  write_options(writer, job);
}

}  // namespace platen::spooler::ipp
