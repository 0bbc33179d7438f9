#include "langmon/job.hpp"

#include "langmon/timing.hpp"

namespace platen::langmon {

Job::Job(Clock& clock, Ticket ticket, std::unique_ptr<ByteSource> source, Tell tell)
    : clock_(clock), source_(std::move(source)), tell_(std::move(tell)) {
  if (!ticket.more_to_say) verdict = Verdict::good;
  pjl_.title = std::move(ticket.title);
  pjl_.language = std::move(ticket.language);
  progress_.job = ticket.job;
  told_at_ = clock.now() - progress_gap;
}

Job::~Job() {
  if (pump_) pump_->abandon();
}

wire::JobEndReport Job::end(wire::JobOutcome outcome, std::string sentence) const {
  return {.job = progress_.job,
          .outcome = outcome,
          .pages_out = progress_.pages_out,
          .bytes_sent = progress_.bytes_sent,
          .sentence = std::move(sentence)};
}

void Job::enter(wire::JobPhase phase) {
  if (progress_.phase == phase) return;
  progress_.phase = phase;
  changed(true);
}

void Job::sent(std::size_t bytes) {
  progress_.bytes_sent += bytes;
  changed(false);
}

void Job::told(const bidi::JobNews& news) {
  const bool ours = begun && (news.name.empty() || news.name == bidi::pjl::job_name(pjl_));
  if (news.what == bidi::JobNews::What::started) {
    another_prints_ = !ours;
    if (!ours) return;
    // What came before the start was about an earlier attempt of the same name.
    printers_end_.reset();
    trouble_.clear();
    flushed_.reset();
    progress_.pages_out = 0;
    return;
  }
  if (!ours) {
    another_prints_ = false;
    return;
  }
  if (news.what == bidi::JobNews::What::ended && progress_.phase != wire::JobPhase::finishing) return;
  printers_end_ = news;
  if (news.pages && *news.pages != progress_.pages_out) {
    progress_.pages_out = *news.pages;
    changed(true);
  }
}

// An error alone is no end: a program may catch it and go on. Flushing is one, and then the error before it
// is the cause.
void Job::told(const bidi::PostscriptMessage& message) {
  if (!begun || another_prints_ || flushed_) return;
  const auto trouble = bidi::job_trouble(message);
  if (!trouble) return;
  if (message.kind != bidi::PostscriptMessage::Kind::flushing)
    trouble_ = *trouble;
  else
    flushed_ = (trouble_.empty() ? *trouble : trouble_) + " The printer said: \"" + message.text + "\".";
}

void Job::page_out(std::uint32_t number) {
  if (!begun || another_prints_ || number <= progress_.pages_out) return;
  progress_.pages_out = number;
  changed(true);
}

DataPump& Job::pump(boost::asio::any_io_executor executor, std::function<void()> news) {
  if (!pump_) pump_ = DataPump::start(clock_, std::move(executor), std::move(source_), std::move(news));
  return *pump_;
}

void Job::changed(bool at_once) {
  const Instant now = clock_.now();
  if (at_once || now - told_at_ >= progress_gap) {
    told_at_ = now;
    tell_later_ = false;
    tell_(progress_);
  } else if (!tell_later_) {
    tell_later_ = true;
    later_ = clock_.set(told_at_ + progress_gap, [this] {
      if (tell_later_) changed(true);
    });
  }
}

}  // namespace platen::langmon
