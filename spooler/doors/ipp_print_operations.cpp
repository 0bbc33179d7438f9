// The operations that bring documents: Print-Job, Validate-Job, Create-Job, Send-Document, Close-Job.
#include <array>

#include "spooler/doors/ipp_operations.hpp"
#include "spooler/ipp/ticket.hpp"

namespace platen::spooler::ipp {
namespace {

// The printer's yes or no to a ticket, before a byte of the document is looked at.
Verdict judge(const Desk& desk, const Call& call, const Ticket& ticket) {
  if (!call.printer.accepting)
    return {IPP_STATUS_ERROR_NOT_ACCEPTING_JOBS, "The printer " + call.printer.name + " takes no jobs now."};
  if (!ticket.ignored.empty()) {
    std::string names;
    for (ipp_attribute_t* each : ticket.ignored)
      names += (names.empty() ? "" : ", ") + std::string(ippGetName(each));
    write_ignored(ticket, call.reply);
    if (ticket.fidelity)
      return {IPP_STATUS_ERROR_ATTRIBUTES_OR_VALUES,
              "The printer cannot do what these ask for: " + names + "."};
    auto valid = desk.spooler.validate(ticket.job);
    if (!valid) return verdict_of(valid.error());
    return {IPP_STATUS_OK_IGNORED_OR_SUBSTITUTED, "These were not obeyed: " + names + "."};
  }
  auto valid = desk.spooler.validate(ticket.job);
  return valid ? Verdict() : verdict_of(valid.error());
}

bool may_go_on(const Verdict& verdict) {
  return verdict.status <= IPP_STATUS_OK_CONFLICTING;
}

// The ticket, with the user whom the Unix socket vouches for.
boost::system::result<Ticket, Verdict> ticket_of(const Call& call) {
  auto ticket = read_ticket(call.request, call.printer);
  if (ticket) {
    ticket->job.user = call.user;
  } else if (ticket.error().status == IPP_STATUS_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED) {
    if (ipp_attribute_t* format = ippFindAttribute(call.request, "document-format", IPP_TAG_MIMETYPE))
      if (ipp_attribute_t* copy = ippCopyAttribute(call.reply, format, 0))
        ippSetGroupTag(call.reply, &copy, IPP_TAG_UNSUPPORTED_GROUP);
  }
  return ticket;
}

Task<Verdict> validate_job(Desk& desk, Call& call) {
  auto ticket = ticket_of(call);
  if (!ticket) co_return ticket.error();
  co_return judge(desk, call, *ticket);
}

Task<Verdict> print_job(Desk& desk, Call& call) {
  auto ticket = ticket_of(call);
  if (!ticket) co_return ticket.error();
  Verdict verdict = judge(desk, call, *ticket);
  if (!may_go_on(verdict)) co_return verdict;
  auto job = co_await desk.spooler.submit(ticket->job, *call.document,
                                          Deadline::in(desk.clock, http::document_time));
  if (!job) co_return verdict_of(job.error());
  write_job_summary(call, *job);
  co_return verdict;
}

Task<Verdict> create_job(Desk& desk, Call& call) {
  auto ticket = ticket_of(call);
  if (!ticket) co_return ticket.error();
  Verdict verdict = judge(desk, call, *ticket);
  if (!may_go_on(verdict)) co_return verdict;
  auto job = co_await desk.spooler.create(ticket->job);
  if (!job) co_return verdict_of(job.error());
  write_job_summary(call, *job);
  co_return verdict;
}

Task<Verdict> send_document(Desk& desk, Call& call) {
  ipp_attribute_t* last = ippFindAttribute(call.request, "last-document", IPP_TAG_BOOLEAN);
  if (!last)
    co_return Verdict{IPP_STATUS_ERROR_BAD_REQUEST,
                      "Send-Document must say whether this is the last-document."};
  auto format = read_document_format(call.request, call.printer);
  if (!format) co_return format.error();
  const std::uint32_t id = call.job->id;
  if (call.job->incoming) {
    auto job = co_await desk.spooler.add_document(id, *format, *call.document,
                                                  Deadline::in(desk.clock, http::document_time));
    if (!job) co_return verdict_of(job.error());
    write_job_summary(call, *job);
    co_return Verdict();
  }
  if (call.job->state == JobState::canceled)
    co_return Verdict{IPP_STATUS_ERROR_JOB_CANCELED, "The job was cancelled."};
  // Its one document is there; an empty one says only that no other will come.
  std::array<std::byte, 1> first;
  auto more = co_await call.document->read_some(first, Deadline::in(desk.clock, http::body_idle));
  if (!more) co_return verdict_of(more.error());
  if (*more != 0 || !ippGetBoolean(last, 0))
    co_return Verdict{IPP_STATUS_ERROR_MULTIPLE_JOBS_NOT_SUPPORTED,
                      "A job has one document here; send each document as a job of its own."};
  write_job_summary(call, *call.job);
  co_return Verdict();
}

Task<Verdict> close_job(Desk& desk, Call& call) {
  if (!call.job->incoming) {
    write_job_summary(call, *call.job);
    co_return Verdict();
  }
  auto job = co_await desk.spooler.cancel(call.job->id);
  if (!job) co_return verdict_of(job.error());
  write_job_summary(call, *job);
  co_return Verdict{IPP_STATUS_OK, "The job was closed without a document, and so has ended."};
}

constexpr Operation on_print[] = {
    {IPP_OP_PRINT_JOB, Needs::printer, print_job},   {IPP_OP_VALIDATE_JOB, Needs::printer, validate_job},
    {IPP_OP_CREATE_JOB, Needs::printer, create_job}, {IPP_OP_SEND_DOCUMENT, Needs::job, send_document},
    {IPP_OP_CLOSE_JOB, Needs::job, close_job},
};

}  // namespace

std::span<const Operation> print_operations() {
  return on_print;
}

void write_job_summary(Call& call, const Job& job) {
  const Requested summary(
      nullptr, {"job-id", "job-uri", "job-state", "job-state-reasons", "job-state-message", "job-uuid"});
  Writer writer(call.reply, IPP_TAG_JOB, summary);
  write_job(writer, job, call.place);
}

}  // namespace platen::spooler::ipp
