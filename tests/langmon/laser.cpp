#include "laser.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace platen::langmon {
namespace {

constexpr std::string_view kUel = "\x1b%-12345X";
// How long it listens before it looks whether it is to stop: rarely, for simulated weekends pass in here.
constexpr Duration kListens = std::chrono::seconds(10);

std::string quoted_part(const std::string& words) {
  const auto from = words.find('"');
  const auto to = words.rfind('"');
  return from == to ? std::string() : words.substr(from + 1, to - from - 1);
}

}  // namespace

Laser::Laser(std::shared_ptr<port::FarEnd> far, Clock& clock, boost::asio::any_io_executor executor)
    : far_(std::move(far)), clock_(clock) {
  boost::asio::co_spawn(executor, run(), boost::asio::detached);
}

void Laser::stop() {
  stopping_ = true;
  far_->stall(false);  // wakes run()
}

Task<void> Laser::run() {
  while (!stopping_) {
    auto text = co_await far_->hear_until("\n", Deadline::in(clock_, kListens));
    if (text) line(*text);
  }
}

void Laser::line(std::string text) {
  if (const auto at = text.rfind(kUel); at != std::string::npos) {
    if (in_data_ && !jobs_.empty()) jobs_.back().data += text.substr(0, text.find(kUel));
    in_data_ = false;
    text.erase(0, at + kUel.size());
  }
  if (in_data_) {
    jobs_.back().data += text;
    for (const char c : text)
      if (c == '\f' && talks) far_->say("@PJL USTATUS PAGE\r\n" + std::to_string(++pages_) + "\r\n\f");
    return;
  }
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  if (text.starts_with("@PJL ")) command(text.substr(5));
}

void Laser::command(const std::string& words) {
  if (words.starts_with("JOB ")) {
    jobs_.push_back({.name = quoted_part(words), .language = {}, .data = {}, .ended = false});
    in_job_ = true;
    pages_ = 0;
    if (talks) far_->say("@PJL USTATUS JOB\r\nSTART\r\nNAME=\"" + jobs_.back().name + "\"\r\n\f");
  } else if (words.starts_with("ENTER LANGUAGE=")) {
    jobs_.back().language = words.substr(15);
    in_data_ = true;
  } else if (words.starts_with("EOJ") && in_job_) {
    if (!in_job_) return;
    in_job_ = false;
    jobs_.back().ended = true;
    if (talks && says_end) end_job();
  }
  if (const auto equals = words.find('='); words.starts_with("DEFAULT ") && equals != std::string::npos)
    if (const auto at = kept.find(words.substr(8, equals - 8)); at != kept.end())
      at->second = words.substr(equals + 1);
  if (words.starts_with("INFO ") || words.starts_with("ECHO ")) ++questions_;
  if (words == "INFO SUPPLIES") ++supply_questions_;
  if (!talks) return;
  if (words.starts_with("ECHO ") && knows_echo)
    far_->say(std::exchange(old_words, {}) + "@PJL " + words + "\r\n\f");
  if (words.starts_with("DINQUIRE "))
    far_->say("@PJL " + words + "\r\n" + (kept.contains(words.substr(9)) ? kept[words.substr(9)] : "?") +
              "\r\n\f");
  if (words == "INFO ID") far_->say("@PJL INFO ID\r\n\"Lexmark T640\"\r\n\f");
  if (words == "INFO STATUS") far_->say("@PJL INFO STATUS\r\n" + condition() + "\f");
  if (words == "INFO PAGECOUNT") far_->say("@PJL INFO PAGECOUNT\r\nPAGECOUNT=1234\r\n\f");
  if (words == "INFO CONFIG") far_->say("@PJL INFO CONFIG\r\nIN TRAYS [1 ENUMERATED]\r\n\tINTRAY1 PC\r\n\f");
  if (words == "INFO SUPPLIES" && tells_supplies)
    far_->say("@PJL INFO SUPPLIES\r\nSUPPLY NAME=\"Black Toner\" COLORANT=BLACK LEVEL=" +
              std::to_string(black) + "\r\n\f");
}

std::string Laser::condition() const {
  return "CODE=" + std::to_string(code_) + "\r\nDISPLAY=\"" + display_ +
         "\"\r\nONLINE=" + (online_ ? "TRUE" : "FALSE") + "\r\n";
}

void Laser::device(int code, const std::string& display, bool online) {
  code_ = code;
  display_ = display;
  online_ = online;
  if (talks) far_->say("@PJL USTATUS DEVICE\r\n" + condition() + "\f");
}

void Laser::forget() {
  if (jobs_.size() > 1) jobs_.erase(jobs_.begin(), jobs_.end() - 1);
  if (!jobs_.empty()) jobs_.back().data.clear();
}

void Laser::power_cycle() {
  far_->disconnect();
  static_cast<void>(far_->take_heard());
  in_job_ = in_data_ = false;
  code_ = 10001;
  display_ = "Ready";
  online_ = true;
}

void Laser::end_job() {
  ++ends_told_;
  far_->say("@PJL USTATUS JOB\r\nEND\r\nNAME=\"" + jobs_.back().name +
            "\"\r\nPAGES=" + std::to_string(pages_) + "\r\n\f");
}

}  // namespace platen::langmon
