#include "spooler/queue/renderer.hpp"

#include <algorithm>
#include <array>

#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/json.hpp>
#include <signal.h>

#include "base/log.hpp"
#include "spooler/model/text.hpp"

namespace platen::spooler {

using namespace std::chrono_literals;

namespace {

// SIGTERM lets it remove its temporary files; it handles nothing that could take longer.
constexpr Duration kPoliteness = 1s;
// What it wrote before it ended is in the pipes already; longer only if a grandchild holds them open.
constexpr Duration kLastWords = 1s;
// Slices of an unbounded wait: the process ends by its own work, by stop(), or with us.
constexpr Duration kRenderSlice = 1h;
// A page takes seconds; one report line has some thirty bytes.
constexpr std::size_t kLongestReport = 1024;
// More than a sheet of each of the colours that a printer may have is no truth.
constexpr double kMostInk = 100;
constexpr std::size_t kMostColors = 16;
// Of what it says, the end is kept: there the sentence is.
constexpr std::size_t kMostWords = 8 << 10;
constexpr std::size_t kLongestSentence = 500;

}  // namespace

class Renderer::Reading {
 public:
  Reading(const boost::asio::any_io_executor& executor, Fd fd) : pipe_(executor, fd.release()) {}
  // Empty at the end.
  Task<std::string_view> some(Clock& clock) {
    for (;;) {
      auto [ec, n] = co_await before(clock, Deadline::in(clock, kRenderSlice), [this](auto token) {
        return pipe_.async_read_some(boost::asio::buffer(buffer_), token);
      });
      if (ec == Errc::timed_out) continue;
      co_return std::string_view(buffer_.data(), ec ? 0 : n);
    }
  }
  void close() { pipe_.close(); }

 private:
  boost::asio::posix::stream_descriptor pipe_;
  std::array<char, 4096> buffer_{};
};

Renderer::Renderer(Clock& clock, boost::asio::any_io_executor executor, std::function<void()> changed)
    : clock_(clock), tasks_(executor), stir_(executor), changed_(std::move(changed)) {}

Renderer::~Renderer() = default;

Result<std::shared_ptr<Renderer>> Renderer::start(Clock& clock, boost::asio::any_io_executor executor,
                                                  Launcher& launcher, RenderPlan plan, Fd document, Fd output,
                                                  std::function<void()> changed) {
  auto words = make_pipe();
  if (!words) return words.error();
  auto reports = make_pipe();
  if (!reports) return reports.error();

  Command command;
  command.program = plan.program.string();
  command.args = {"--gpd",        plan.gpd.string(),
                  "--type",       plan.type,
                  "--title",      plan.title,
                  "--first-page", std::to_string(plan.first_page),
                  "--copies",     std::to_string(plan.copies),
                  "--previews",   plan.previews.string()};
  for (const auto& [key, value] : plan.options) {
    command.args.emplace_back("-o");
    command.args.push_back(key + "=" + value);
  }
  const std::uint32_t first_page = std::max(1U, plan.first_page);
  command.descriptors.emplace(0, std::move(document));
  command.descriptors.emplace(1, std::move(output));
  command.descriptors.emplace(2, std::move(words->write_end));
  command.descriptors.emplace(3, std::move(reports->write_end));
  command.own_session = true;  // a Ctrl-C for platend is not one for the page being printed
  auto process = launcher.launch(std::move(command));
  if (!process) return process.error();

  std::shared_ptr<Renderer> renderer(new Renderer(clock, executor, std::move(changed)));
  renderer->process_ = std::move(*process);
  renderer->words_ = std::make_unique<Reading>(executor, std::move(words->read_end));
  renderer->reports_ = std::make_unique<Reading>(executor, std::move(reports->read_end));
  renderer->open_pipes_ = 2;
  renderer->pages_before_ = first_page - 1;
  renderer->tasks_.start(renderer->read_words());
  renderer->tasks_.start(renderer->read_reports());
  renderer->tasks_.start(renderer->await_exit());
  return renderer;
}

Task<void> Renderer::read_words() {
  auto self = shared_from_this();
  for (;;) {
    const auto piece = co_await words_->some(clock_);
    if (piece.empty()) break;
    said_ += piece;
    if (said_.size() > kMostWords) said_.erase(0, said_.size() - kMostWords);
  }
  --open_pipes_;
  stir_.notify();
}

Task<void> Renderer::read_reports() {
  auto self = shared_from_this();
  std::string line;
  for (;;) {
    auto piece = co_await reports_->some(clock_);
    if (piece.empty()) break;
    for (const char c : piece) {
      if (c == '\n')
        take_report(std::exchange(line, {}));
      else if (line.size() < kLongestReport)
        line += c;
    }
  }
  --open_pipes_;
  stir_.notify();
}

void Renderer::take_report(std::string_view line) {
  boost::system::error_code ec;
  const auto report = boost::json::parse(line, ec);
  if (ec || !report.is_object()) return;
  const auto* page = report.as_object().if_contains("page");
  if (page == nullptr || !page->is_int64() || page->as_int64() < 1 || page->as_int64() > 1'000'000) return;
  const auto number = static_cast<std::uint32_t>(page->as_int64());
  const auto* ink = report.as_object().if_contains("ink");
  if (number > last_page_ && ink != nullptr && ink->is_object()) {
    Told told{number, {}};
    for (const auto& [color, sheets] : ink->as_object())
      if (sheets.is_double() && sheets.as_double() >= 0 && sheets.as_double() <= kMostInk &&
          told.ink.size() < kMostColors)
        told.ink[std::string(color)] = sheets.as_double();
    told_.push_back(std::move(told));
  }
  last_page_ = std::max(last_page_, number);
  tell();
}

Renderer::Ink Renderer::ink_on(std::uint32_t sides) const {
  Ink ink;
  std::uint32_t done = pages_before_;
  for (const Told& told : told_) {
    const std::uint32_t here = std::min(told.last - std::min(told.last, done), sides - ink.sides);
    for (const auto& [color, sheets] : told.ink) ink.sheets[color] += sheets * here;
    ink.sides += here;
    done = std::max(done, told.last);
  }
  return ink;
}

Task<void> Renderer::await_exit() {
  auto self = shared_from_this();
  std::optional<ExitStatus> status;
  while (!status) {
    auto ended = co_await process_->wait(Deadline::in(clock_, kRenderSlice));
    if (ended)
      status = *ended;
    else if (!ended.error().is(Errc::timed_out))
      status = ExitStatus{true, SIGKILL};
  }
  const auto deadline = Deadline::in(clock_, kLastWords);
  while (open_pipes_ > 0) {
    auto woken = co_await stir_.wait(clock_, deadline);
    if (!woken) break;
  }
  words_->close();
  reports_->close();
  exit_ = status;
  stir_.notify();
  tell();
}

void Renderer::tell() {
  if (changed_) changed_();
}

std::string Renderer::sentence() const {
  std::string_view words = said_;
  while (!words.empty() && (words.back() == '\n' || words.back() == '\r' || words.back() == ' '))
    words.remove_suffix(1);
  const auto line = words.rfind('\n');
  if (line != std::string_view::npos) words.remove_prefix(line + 1);
  if (!words.empty()) return clean_name(words, kLongestSentence);
  if (!exit_) return "The page renderer is at work.";
  return "The page renderer " + exit_->sentence() + ".";
}

void Renderer::stop() {
  if (exit_ || std::exchange(stopped_, true)) return;
  process_->signal(SIGTERM);
  tasks_.start(make_it_end());
}

Task<void> Renderer::make_it_end() {
  auto self = shared_from_this();
  const auto deadline = Deadline::in(clock_, kPoliteness);
  while (!exit_) {
    auto woken = co_await stir_.wait(clock_, deadline);
    if (!woken) break;
  }
  if (!exit_) process_->signal(SIGKILL);
}

Task<Result<void>> Renderer::ended(Deadline deadline) {
  auto self = shared_from_this();
  while (!exit_)
    if (auto woken = co_await stir_.wait(clock_, deadline); !woken) co_return woken;
  co_return Result<void>();
}

}  // namespace platen::spooler
