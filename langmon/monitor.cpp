#include "langmon/monitor.hpp"

#include <algorithm>

#include "bidi/conditions.hpp"
#include "bidi/pjl_info.hpp"
#include "langmon/timing.hpp"

namespace platen::langmon {

using bidi::Severity;
using bidi::State;

namespace {

bool says_ready(const bidi::Reply& reply) {
  const std::string* code = bidi::find(reply.fields, "CODE");
  const std::string* words = bidi::find(reply.fields, "DISPLAY");
  const std::string* online = bidi::find(reply.fields, "ONLINE");
  const auto now = bidi::condition(code ? bidi::number(*code).value_or(0) : 0, words ? *words : "",
                                   !online || !bidi::same_word(*online, "FALSE"));
  return now.effect == bidi::Effect::ready || now.effect == bidi::Effect::resting ||
         now.effect == bidi::Effect::note;
}

}  // namespace

LanguageMonitor::LanguageMonitor(Clock& clock, boost::asio::any_io_executor executor, port::Port& port,
                                 Options options, Listener& listener)
    : clock_(clock),
      executor_(executor),
      port_(port),
      options_(options),
      listener_(listener),
      changed_(executor),
      link_(
          clock, executor, port, [this](std::span<const std::byte> bytes) { return hear(bytes); }, changed_),
      log_(named_log("printer " + port.uri())),
      back_off_(first_back_off),
      silence_(first_silence),
      resync_gap_(refresh_gap),
      // Another program at this printer should say other words; the time at which we began will do.
      sync_(static_cast<std::uint32_t>(clock.wall().time_since_epoch().count())) {}

LanguageMonitor::~LanguageMonitor() = default;

Task<void> LanguageMonitor::run() {
  // From the first loss on, and then for good: each beginning tells of a printer that is there already, which
  // must not undo the back-off of one that is there and fails.
  port::Port::Arrivals arrivals;
  while (!stopping_) {
    if (!wanted()) {
      (void)co_await changed_.wait(clock_, Deadline::in(clock_, far_away));
      continue;
    }
    hurry_ = false;
    auto opened = co_await link_.open();
    if (opened) {
      const Instant began = clock_.now();
      if (job_ && job_->progress().phase == wire::JobPhase::finishing) job_->reconnected = true;
      co_await serve();
      co_await link_.close();
      // A printer that takes a connection only to drop it is as good as off line.
      if (clock_.now() - began >= longest_back_off) back_off_ = first_back_off;
      if (!link_.lost()) continue;
    } else if (opened.error().is(Errc::canceled)) {
      continue;
    }
    tell(tracker_.lost(port_.uri()));
    // One more connection may still tell how a job ended whose printer fell silent; not more.
    if (job_ && job_->progress().phase == wire::JobPhase::finishing && (!opened || job_->reconnected))
      end_job(wire::JobOutcome::interrupted, (opened ? *link_.lost() : opened.error()).sentence());
    if (!arrivals) arrivals = watch_for_printer();
    co_await back_off();
  }
  if (job_) end_job(wire::JobOutcome::interrupted, "The language monitor was stopped.");
}

void LanguageMonitor::stop() {
  stopping_ = true;
  if (source_) source_->stop();
  link_.interrupt();
  changed_.notify();
}

bool LanguageMonitor::wanted() const {
  return options_.keep_open || watched_ || job_ || asking_ > 0;
}

Task<void> LanguageMonitor::back_off() {
  const Deadline until = Deadline::in(clock_, back_off_);
  back_off_ = std::min(back_off_ * 2, longest_back_off);
  while (!stopping_ && !hurry_ && wanted() && !until.passed(clock_))
    (void)co_await changed_.wait(clock_, until);
}

port::Port::Arrivals LanguageMonitor::watch_for_printer() {
  return port_.on_arrival([this] {
    hurry_ = true;
    back_off_ = first_back_off;  // it may need a moment before it can be opened
    changed_.notify();
  });
}

Result<void> LanguageMonitor::start_job(Ticket ticket, std::unique_ptr<ByteSource> data) {
  if (stopping_ || job_)
    return fail(
        Errc::busy, "start job " + std::to_string(ticket.job), "on " + port_.uri(),
        job_ ? "Job " + std::to_string(job_->id()) + " is still on this port." : "The monitor is ending.");
  job_ = std::make_unique<Job>(
      clock_, std::move(ticket), std::move(data),
      [this](const wire::JobProgressReport& progress) { listener_.job_progress(progress); });
  hurry_ = true;
  changed_.notify();
  publish();
  call_operator(tracker_.status().reasons);
  return {};
}

Result<void> LanguageMonitor::finish_job(std::uint32_t job, bool ok) {
  if (!job_ || job_->id() != job)
    return fail(Errc::not_found, "finish job " + std::to_string(job), "on " + port_.uri());
  if (job_->verdict == Job::Verdict::open) job_->verdict = ok ? Job::Verdict::good : Job::Verdict::bad;
  if (!ok && printing_) link_.interrupt();
  if (!ok && !printing_ && !job_->begun)
    end_job(wire::JobOutcome::data_failed, "The document's data ended before its end.");
  changed_.notify();
  return {};
}

bool LanguageMonitor::cancel_job(std::uint32_t job) {
  if (!job_ || job_->id() != job) return false;
  job_->cancel_asked = true;
  if (printing_) {
    link_.interrupt();
  } else {
    // The printer is not reached, or not yet asked to print; when the job was sent before, its rest cannot be
    // taken back.
    end_job(wire::JobOutcome::canceled);
  }
  changed_.notify();
  return true;
}

void LanguageMonitor::watch(bool on) {
  if (on && !watched_) hurry_ = true;
  watched_ = on;
  changed_.notify();
}

std::optional<wire::JobProgressReport> LanguageMonitor::job() const {
  if (!job_) return std::nullopt;
  return job_->progress();
}

bidi::PrinterStatus LanguageMonitor::status() const {
  bidi::PrinterStatus status = tracker_.status();
  if (link_.up() && !settling_ && status.state == State::unknown) {
    // It takes a connection and does not tell its state: as far as anybody can know it is ready.
    status.state = State::idle;
    status.online = true;
  }
  if (link_.up() && job_ && job_->begun && status.state == State::idle) status.state = State::processing;
  return status;
}

bool LanguageMonitor::hear(std::span<const std::byte> bytes) {
  std::string rest;
  const std::string text = without_packets(bytes);
  const auto statuses = postscript_.feed(text, rest);
  if (bytes.empty()) postscript_.flush(rest);
  auto messages = reader_.feed(rest);
  if (bytes.empty())
    for (bidi::Message& message : reader_.flush()) messages.push_back(std::move(message));
  if (!bytes.empty()) last_heard_ = clock_.now();
  for (const bidi::Message& message : messages) heed(message);
  for (const bidi::PostscriptMessage& status : statuses) {
    heard_something();
    if (job_) job_->told(status);
    tell(tracker_.told(status));
  }
  if (!messages.empty() || !statuses.empty()) changed_.notify();
  return reader_.open() || postscript_.open() || packets_.open();
}

// Nobody knows what NPAP's replies mean, so none changes the status. But they are taken from the wire, or
// some printers would stop, and they are kept from PJL, to which they are garbage.
std::string LanguageMonitor::without_packets(std::span<const std::byte> bytes) {
  std::string rest;
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!in_packets_) return std::string(text);
  auto packets = packets_.feed(text, rest);
  if (bytes.empty())
    for (auto& packet : packets_.flush(rest)) packets.push_back(std::move(packet));
  for (const auto& packet : packets) {
    ++packets_heard_;
    log_->debug("{}", bidi::npap::describe(packet));
  }
  return rest;
}

void LanguageMonitor::heard_something() {
  ever_heard_ = heard_since_open_ = true;
  silent_ = false;
  silence_ = first_silence;
}

void LanguageMonitor::heed(const bidi::Message& message) {
  if (!std::holds_alternative<bidi::Noise>(message)) heard_something();
  if (const auto* echo = std::get_if<bidi::Echo>(&message)) echo_heard_ = echo->words;
  const auto* reply = std::get_if<bidi::Reply>(&message);
  if (sync_.waiting() && !std::holds_alternative<bidi::Unsolicited>(message)) {
    // What it says by itself is news all the same.
    (void)sync_.passes(message);
    if (!sync_.waiting()) place_lost_ = false;
    return;
  }
  if (std::holds_alternative<bidi::Noise>(message) || (reply && reply->truncated)) lose_place();
  if (reply)
    for (const bidi::schema::Setting& setting : bidi::schema::settings())
      if (reply->answers("DINQUIRE " + std::string(setting.variable)))
        settings_.insert_or_assign(std::string(setting.variable),
                                   bidi::inquired(*reply, setting.variable).value_or(not_a_setting));
  if (reply && reply->answers("INFO STATUS")) said_ready_ = says_ready(*reply);
  const bidi::Changes changes = tracker_.told(message);
  if (const auto* news = std::get_if<bidi::Unsolicited>(&message)) {
    if (changes && news->kind == bidi::Unsolicited::Kind::device) refresh_due_ = true;
    if (job_) {
      if (const auto about = bidi::job_news(*news)) job_->told(*about);
      if (const auto page = bidi::page_news(*news)) job_->page_out(*page);
    }
  }
  tell(changes);
}

// Garbage on the wire, or an answer that is broken: perhaps there is more of the same on its way. So the
// printer is asked anew, ever more rarely while that goes on, for some noise is no accident.
void LanguageMonitor::lose_place() {
  if (!knows_echo_ || place_lost_) return;
  const Instant now = clock_.now();
  if (now - place_lost_at_ > 2 * resync_gap_) resync_gap_ = refresh_gap;
  place_lost_ = true;
  place_lost_at_ = now;
  refresh_due_ = true;
  next_refresh_ = std::max(next_refresh_, now + resync_gap_);
  resync_gap_ = std::min(2 * resync_gap_, longest_resync_gap);
  changed_.notify();
}

void LanguageMonitor::tell(const bidi::Changes& changes) {
  publish();
  call_operator(changes.begun);
  keep_supplies();
}

void LanguageMonitor::publish() {
  bidi::PrinterStatus now = status();
  if (now == published_ || (settling_ && now.state == State::unknown)) return;
  published_ = std::move(now);
  listener_.status_changed(published_);
}

void LanguageMonitor::forget_conditions() {
  settling_ = true;
  tell(tracker_.connected());
}

// Several reasons that begin together are sides of one matter; the first tells most.
void LanguageMonitor::call_operator(const std::vector<bidi::Reason>& reasons) {
  if (job_ && !reasons.empty() && reasons.front().severity == Severity::error)
    listener_.needs_operator(job_->id(), reasons.front());
}

}  // namespace platen::langmon
