// The Spooler's doings with jobs: taking them, and what people want of them afterwards.
#include <charconv>

#include "spooler/model/document_type.hpp"
#include "spooler/model/requests.hpp"
#include "spooler/model/text.hpp"
#include "spooler/queue/attempt.hpp"
#include "spooler/spooler_impl.hpp"

namespace platen::spooler {
namespace {

constexpr const char* kIncoming = "job-incoming";
constexpr const char* kHeld = "job-hold-until-specified";
constexpr const char* kWaiting = "Waiting to be printed.";

void put_in_line(Job& job, bool hold) {
  job.state = hold ? JobState::held : JobState::pending;
  job.reason = hold ? kHeld : "none";
  job.sentence = hold ? "Held; release it to print it." : kWaiting;
}

Error wrong_state(const std::string& operation, const Job& job, std::string advice) {
  return fail(Errc::conflict, operation, "job " + std::to_string(job.id), std::move(advice));
}

// Whether a document that could not be taken may be sent once more, or the job is at its end.
bool may_come_again(const Error& error) {
  return !(error.is(Errc::unsupported) || error.is(Errc::malformed) || error.is(Errc::too_large));
}

// Looks at a document's first bytes; `type` becomes what it is kept as.
Documents::Accept sniffer(std::shared_ptr<std::string> type, const Printer& printer) {
  return [type, printer](std::string_view head) -> Result<void> {
    auto settled = settle_type(*type, head, printer);
    if (!settled) return settled.error();
    *type = *settled;
    return {};
  };
}

}  // namespace

Result<const JobRecord*> Spooler::Impl::job_of(std::uint32_t id, const std::string& operation) const {
  if (const auto* record = book_.find_job(id)) return record;
  return fail(Errc::not_found, operation, "job " + std::to_string(id), "It is no longer in the list.");
}

Task<Result<Job>> Spooler::Impl::apply(std::uint32_t id, Book::JobEdit edit) {
  auto self = shared_from_this();
  auto saved = co_await book_.change_job(id, std::move(edit));
  if (!saved) co_return saved.error();
  auto record = job_of(id, "change");
  if (!record) co_return record.error();
  Job job = (*record)->job;
  stir(job.printer);
  if (is_over(job.state) && tools_) tools_->job_over();
  co_return job;
}

Result<void> Spooler::Impl::validate(const JobRequest& request) const {
  auto printer = printer_of(request.printer, "print on");
  if (!printer) return printer.error();
  return check(tidy(request), (*printer)->printer);
}

JobRecord Spooler::Impl::new_record(const JobRequest& request) const {
  JobRecord record;
  Job& job = record.job;
  job.printer = request.printer;
  job.name = request.name;
  job.user = request.user;
  job.type = request.type;
  job.copies = request.copies;
  job.options = request.options;
  job.created = clock_.wall();
  return record;
}

Task<Result<Job>> Spooler::Impl::create(JobRequest request) {
  auto self = shared_from_this();
  if (auto valid = validate(request); !valid) co_return valid.error();
  request = tidy(std::move(request));
  JobRecord record = new_record(request);
  Job& job = record.job;
  job.id = book_.next_job_id();
  job.state = JobState::held;
  job.incoming = true;
  job.reason = request.hold ? kHeld : kIncoming;
  job.sentence = "Waiting for its document.";
  auto added = co_await book_.add_job(record);
  if (!added) co_return added.error();
  incoming_since_[job.id] = clock_.now();
  co_return job;
}

Task<Result<Job>> Spooler::Impl::add_document(std::uint32_t id, std::string type, ByteSource& document,
                                              Deadline deadline) {
  auto self = shared_from_this();
  auto record = job_of(id, "add a document to");
  if (!record) co_return record.error();
  if (!(*record)->job.incoming || receiving_.contains(id))
    co_return wrong_state("add a document to", (*record)->job, "It has its document, or has ended.");
  auto printer = printer_of((*record)->job.printer, "print on");
  if (!printer) co_return printer.error();
  auto kept_as = std::make_shared<std::string>(plain_type(type));
  if (kept_as->empty()) *kept_as = (*record)->job.type;

  receiving_.insert(id);
  auto size = co_await documents_.receive(id, document, sniffer(kept_as, (*printer)->printer), deadline);
  receiving_.erase(id);

  record = job_of(id, "add a document to");
  const bool wanted = record && (*record)->job.incoming;
  if (!size && (!wanted || may_come_again(size.error()))) co_return size.error();
  if (!wanted) {
    std::vector<std::uint32_t> gone{id};
    co_await documents_.remove(std::move(gone));
    if (!record) co_return record.error();
    co_return wrong_state("add a document to", (*record)->job, "It was cancelled meanwhile.");
  }
  incoming_since_.erase(id);
  if (!size) {
    Book::JobEdit give_up = [error = size.error(), now = clock_.wall()](JobRecord& changed) {
      changed.job.incoming = false;
      changed.job.state = JobState::aborted;
      changed.job.reason = error.is(Errc::unsupported) ? "unsupported-document-format" : "aborted-by-system";
      changed.job.sentence = error.sentence();
      changed.job.finished = now;
    };
    (void)co_await apply(id, give_up);
    co_return size.error();
  }
  Book::JobEdit complete = [bytes = *size, name = *kept_as](JobRecord& changed) {
    changed.job.incoming = false;
    changed.job.size = bytes;
    changed.job.type = name;
    put_in_line(changed.job, changed.job.reason == kHeld);
  };
  co_return co_await apply(id, complete);
}

Task<Result<Job>> Spooler::Impl::submit(JobRequest request, ByteSource& document, Deadline deadline) {
  auto self = shared_from_this();
  if (auto valid = validate(request); !valid) co_return valid.error();
  request = tidy(std::move(request));
  JobRecord record = new_record(request);
  record.job.id = book_.next_job_id();
  auto kept_as = std::make_shared<std::string>(request.type);
  const auto* printer = book_.find_printer(request.printer);
  auto size =
      co_await documents_.receive(record.job.id, document, sniffer(kept_as, printer->printer), deadline);
  if (!size) co_return size.error();
  record.job.size = *size;
  record.job.type = *kept_as;
  put_in_line(record.job, request.hold);
  auto added = co_await book_.add_job(record);
  if (!added) {
    std::vector<std::uint32_t> gone{record.job.id};
    co_await documents_.remove(std::move(gone));
    co_return added.error();
  }
  stir(record.job.printer);
  co_return record.job;
}

Task<Result<Job>> Spooler::Impl::cancel(std::uint32_t id) {
  auto self = shared_from_this();
  auto record = job_of(id, "cancel");
  if (!record) co_return record.error();
  const Job& job = (*record)->job;
  if (is_over(job.state)) co_return wrong_state("cancel", job, "It is over already.");
  incoming_since_.erase(id);
  Book::JobEdit edit = [now = clock_.wall()](JobRecord& changed) {
    Job& it = changed.job;
    if (it.state == JobState::processing) {
      // The queue closes what is open, and only then is the job over. Written down, so that no restart
      // forgets it.
      it.reason = being_canceled;
      it.sentence = "Being cancelled.";
      return;
    }
    it.incoming = false;
    it.state = JobState::canceled;
    it.reason = "job-canceled-by-user";
    it.sentence = "Cancelled.";
    it.finished = now;
  };
  // Before the disk: the printer is to fall silent at once.
  const std::string printer = job.printer;
  book_.touch_job(id, edit);
  stir(printer);
  Book::JobEdit as_it_is = [](JobRecord&) {};
  co_return co_await apply(id, as_it_is);
}

Task<Result<Job>> Spooler::Impl::hold(std::uint32_t id) {
  auto self = shared_from_this();
  auto record = job_of(id, "hold");
  if (!record) co_return record.error();
  const Job& job = (*record)->job;
  if (job.state != JobState::pending && job.state != JobState::held)
    co_return wrong_state("hold", job, "Only a job that waits can be held.");
  Book::JobEdit edit = [](JobRecord& changed) {
    if (changed.job.incoming)
      changed.job.reason = kHeld;
    else
      put_in_line(changed.job, true);
  };
  co_return co_await apply(id, edit);
}

Task<Result<Job>> Spooler::Impl::release(std::uint32_t id) {
  auto self = shared_from_this();
  auto record = job_of(id, "release");
  if (!record) co_return record.error();
  if ((*record)->job.state != JobState::held)
    co_return wrong_state("release", (*record)->job, "It is not held.");
  Book::JobEdit edit = [](JobRecord& changed) {
    if (changed.job.incoming)
      changed.job.reason = kIncoming;
    else
      put_in_line(changed.job, false);
  };
  co_return co_await apply(id, edit);
}

Task<Result<Job>> Spooler::Impl::restart(std::uint32_t id) {
  auto self = shared_from_this();
  auto record = job_of(id, "restart");
  if (!record) co_return record.error();
  if (!is_over((*record)->job.state)) co_return wrong_state("restart", (*record)->job, "It is not over yet.");
  auto document = documents_.open(id);
  if (!document) co_return document.error();
  Book::JobEdit edit = [](JobRecord& changed) {
    Job& job = changed.job;
    job.pages_done = changed.pages_before = changed.pages_out = 0;
    job.attempts = 0;
    job.started.reset();
    job.finished.reset();
    changed.rendered = false;
    changed.note.clear();
    put_in_line(job, false);
  };
  co_return co_await apply(id, edit);
}

Task<Result<Job>> Spooler::Impl::alter(std::uint32_t id, Options changes) {
  auto self = shared_from_this();
  auto record = job_of(id, "alter");
  if (!record) co_return record.error();
  const Job& job = (*record)->job;
  if (is_over(job.state)) co_return wrong_state("alter", job, "It is over already.");
  auto printer = printer_of(job.printer, "alter a job on");
  if (!printer) co_return printer.error();

  std::string name = job.name;
  std::uint32_t copies = job.copies;
  Options options = job.options;
  for (const auto& [key, value] : changes) {
    if (key == "name" || key == "job-name") {
      name = clean_name(value);
    } else if (key == "copies") {
      const auto [stop, wrong] = std::from_chars(value.data(), value.data() + value.size(), copies);
      if (wrong != std::errc() || stop != value.data() + value.size())
        co_return fail(Errc::malformed, "print", clean_name(value) + " copies", "Give a number.");
    } else if (value.empty()) {
      options.erase(key);
    } else {
      options[key] = value;
    }
  }
  if (job.state == JobState::processing && (copies != job.copies || options != job.options))
    co_return wrong_state("alter", job, "It is being printed; only its name can be changed now.");
  if (auto fits = check_options(options, copies, (*printer)->printer); !fits) co_return fits.error();
  Book::JobEdit edit = [name, copies, options](JobRecord& changed) {
    changed.job.name = name;
    changed.job.copies = copies;
    changed.job.options = options;
  };
  co_return co_await apply(id, edit);
}

}  // namespace platen::spooler
