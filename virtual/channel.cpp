#include "virtual/channel.hpp"

#include <algorithm>
#include <utility>

namespace platen::vprinter {
namespace {

constexpr std::string_view kUel = "\x1B%-12345X";
constexpr std::string_view kPjl = "@PJL";
// Longer lines than any host writes are cut, and so are longer runs of blanks between jobs.
constexpr std::size_t kLongestLine = 4096;
constexpr std::size_t kMostBlanks = 1024;
constexpr std::size_t kMostErrors = 100;
constexpr int kLineTooLong = 25003, kLineEndedByUel = 20006;

bool is_blank(char c) {
  return c == '\0' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::span<const std::uint8_t> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

Channel::Channel(Printer& printer, Wires wires)
    : printer_(printer),
      wires_(std::move(wires)),
      pjl_(printer, *this),
      npap_(printer.device(), {}),
      pcl_(*this, printer.glyphs()) {
  printer_.attach(*this);
}

Channel::~Channel() {
  lost();
  printer_.detach(*this);
}

std::size_t Channel::take(Bytes bytes) {
  const std::size_t given = bytes.size();
  while (!held()) {
    settle();
    if (!ahead_.empty()) {
      const std::string again = std::exchange(ahead_, {});
      Bytes rest = as_bytes(again);
      run(rest);
      ahead_.append(reinterpret_cast<const char*>(rest.data()), rest.size());
    } else if (!bytes.empty()) {
      run(bytes);
    } else {
      break;
    }
  }
  return given - bytes.size();
}

// One step: a byte, or as many as one language takes at once.
void Channel::run(Bytes& bytes) {
  switch (mode_) {
    case Mode::pcl:
      take_pcl(bytes);
      return;
    case Mode::discard:
      take_discard(bytes);
      return;
    case Mode::between:
    case Mode::line: {
      const std::uint8_t byte = bytes.front();
      bytes = bytes.subspan(1);
      if (mode_ == Mode::between)
        take_between(byte);
      else
        take_line_byte(byte);
    }
  }
}

void Channel::take_between(std::uint8_t byte) {
  // Between jobs, packets of NPAP may stand as well.
  if (collected_.empty()) {
    std::string native;
    static_cast<void>(npap_.take({&byte, 1}, native));
    if (!npap_.inside()) say(npap_.read(std::string::npos));
    npap_.at_boundary();
    if (native.empty()) return;
    if (native.size() > 1) {  // it only looked like a packet
      ahead_ = std::move(native);
      begin_language("PCL");
      return;
    }
  }
  collected_ += static_cast<char>(byte);
  std::string_view content = collected_;
  while (!content.empty() && is_blank(content.front())) content.remove_prefix(1);
  if (content.empty() && collected_.size() < kMostBlanks) return;
  if (content == kUel) {
    collected_.clear();
  } else if (content == kPjl) {
    collected_ = kPjl;
    mode_ = Mode::line;
  } else if (content.empty() || !(kUel.starts_with(content) || kPjl.starts_with(content))) {
    // Neither: a language that begins without ENTER LANGUAGE. Its leading blanks belong to it.
    ahead_ = std::exchange(collected_, {});
    begin_language("PCL");
  }
}

void Channel::take_line_byte(std::uint8_t byte) {
  if (byte == '\n') {
    const std::string line = std::exchange(collected_, {});
    mode_ = Mode::between;
    if (std::exchange(line_cut_, false))
      pjl_.warn(kLineTooLong, "PJL line too long");
    else
      pjl_.take_line(line);
    return;
  }
  if (collected_.size() >= kLongestLine) {
    // The end is kept, for it may be a UEL.
    collected_.erase(0, kLongestLine / 2);
    line_cut_ = true;
  }
  collected_ += static_cast<char>(byte);
  if (byte == 'X' && collected_.ends_with(kUel)) {
    collected_.clear();
    line_cut_ = false;
    mode_ = Mode::between;
    pjl_.warn(kLineEndedByUel, "PJL line ended by UEL");
  }
}

void Channel::take_pcl(Bytes& bytes) {
  const std::size_t before = bytes.size();
  const bool over = pcl_.take(bytes);
  count(before - bytes.size());
  if (!over) return;
  if (job_) job_->record.bytes -= std::min<std::uint64_t>(job_->record.bytes, kUel.size());
  mode_ = Mode::between;
  language_over_ = true;
  pcl_.finish();
}

void Channel::take_discard(Bytes& bytes) {
  while (!bytes.empty()) {
    const char c = static_cast<char>(bytes.front());
    bytes = bytes.subspan(1);
    count(1);
    uel_matched_ = c == kUel[uel_matched_] ? uel_matched_ + 1 : c == kUel[0] ? 1 : 0;
    if (uel_matched_ < kUel.size()) continue;
    if (job_) job_->record.bytes -= std::min<std::uint64_t>(job_->record.bytes, kUel.size());
    uel_matched_ = 0;
    mode_ = Mode::between;
    language_over_ = true;
    return;
  }
}

void Channel::count(std::uint64_t bytes) {
  if (job_) job_->record.bytes += bytes;
}

void Channel::settle() {
  if (!std::exchange(language_over_, false)) return;
  if (!job_ || job_->wrapped) return;
  end_job(job_->record.result);
  pjl_.environment().reset();
}

void Channel::begin_language(std::string_view language) {
  if (!job_) begin_job({}, false);
  language_base_ = job_->record.bytes;
  uel_matched_ = 0;
  const bool canceled = job_->record.result == JobResult::canceled;
  mode_ = language == "PCL" && !canceled ? Mode::pcl : Mode::discard;
  if (mode_ == Mode::pcl)
    pcl_.begin(pjl_.environment().for_pcl(printer_.device().model().color));
  else if (!canceled)
    complain(0, "the language " + std::string(language) + " is not spoken here");
}

void Channel::begin_job(PjlJob limits, bool wrapped) {
  job_.emplace();
  job_->wrapped = wrapped;
  job_->record.job = printer_.next_job();
  job_->record.name = limits.name;
  job_->limits = std::move(limits);
  printer_.begin_work();
}

void Channel::end_job(JobResult result) {
  ChannelJob job = std::move(*job_);
  job_.reset();
  job.record.result = result;
  printer_.output().job_ended(job.record);
  printer_.device().set_canceling(false);
  printer_.end_work();
}

void Channel::end_of_input() {
  ended_ = true;
  settle_end();
}

void Channel::settle_end() {
  if (held() || take({}) != 0 || held()) return;
  npap_.lost();
  if (mode_ == Mode::between && std::ranges::any_of(collected_, [](char c) { return !is_blank(c); })) {
    ahead_ = std::exchange(collected_, {});
    begin_language("PCL");
    if (static_cast<void>(take({})), held()) return;
  }
  if (!job_) return;
  if (job_->wrapped || (mode_ == Mode::pcl && pcl_.inside_command())) {
    lost();
    return;
  }
  if (mode_ == Mode::pcl) {
    mode_ = Mode::between;
    pcl_.finish();
  }
  language_over_ = true;
  if (!held()) settle();
}

void Channel::lost() {
  ended_ = true;
  ahead_.clear();
  collected_.clear();
  npap_.lost();
  printer_.withdraw(*this);
  pcl_.abandon();
  mode_ = Mode::between;
  if (job_)
    end_job(job_->record.result == JobResult::canceled ? JobResult::canceled : JobResult::disconnected);
}

PageRecord Channel::describe() const {
  return job_ ? PageRecord{0, job_->record.job, job_->record.name} : PageRecord{};
}

void Channel::page_landed() {
  if (!job_) return;
  ++job_->record.pages;
  pjl_.tell_page(job_->record.pages);
}

void Channel::may_go_on() {
  if (ended_) settle_end();
  if (wires_.may_go_on) wires_.may_go_on();
}

void Channel::cancel() {
  if (!job_ || job_->record.result == JobResult::canceled) return;
  job_->record.result = JobResult::canceled;
  printer_.withdraw(*this);
  pcl_.abandon();
  if (mode_ == Mode::pcl) mode_ = Mode::discard;
  printer_.device().set_canceling(true);
  pjl_.tell_job_canceled(job_->record.name, job_->record.job, job_->record.pages);
  may_go_on();
}

void Channel::babble(std::string_view bytes) {
  say(bytes);
}

void Channel::page_finished(Page page) {
  if (!job_) return;
  const int number = ++job_->seen_pages;
  if (number < job_->limits.first_page || (job_->limits.last_page > 0 && number > job_->limits.last_page))
    return;
  printer_.offer(std::move(page), *this);
}

void Channel::complain(std::uint64_t offset, std::string what) {
  if (job_ && job_->record.errors.size() < kMostErrors)
    job_->record.errors.push_back("byte " + std::to_string(language_base_ + offset) + ": " + what);
}

void Channel::say(std::string_view message) {
  if (!message.empty() && !printer_.silent() && wires_.say) wires_.say(message);
}

void Channel::job_begins(PjlJob job) {
  begin_job(std::move(job), true);
  pjl_.tell_job_start(job_->record.name, job_->record.job);
}

void Channel::job_ends(const std::optional<std::string>& name) {
  if (!job_) return;
  if (job_->record.result == JobResult::completed)
    pjl_.tell_job_end(name.value_or(""), job_->record.job, job_->record.pages);
  end_job(job_->record.result);
}

void Channel::language_begins(std::string_view language) {
  begin_language(language);
}

}  // namespace platen::vprinter
