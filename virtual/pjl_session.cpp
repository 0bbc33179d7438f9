#include "virtual/pjl_session.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace platen::vprinter {
namespace {

constexpr int kUnsupportedCommand = 20002, kUnsupportedLanguage = 20004, kUnsupportedOption = 25006,
              kMissingOption = 20022, kEojWithoutJob = 27002;
constexpr int kOperatorMessage = 40048, kStopMessage = 40049;
constexpr int kLargestJobId = 32767;

int to_int(const std::string* text, int otherwise) {
  int value = otherwise;
  if (text) std::from_chars(text->data(), text->data() + text->size(), value);
  return value;
}

std::string full_name(const PjlCommand& command, const std::string& option) {
  return command.modifier.empty() ? option : command.modifier + " " + option;
}

}  // namespace

PjlSession::PjlSession(Printer& printer, PjlHost& host)
    : printer_(printer), host_(host), environment_(printer.defaults()) {
  watch_ = printer_.device().watch([this](const Status& status) {
    if (ustatus_.device != DeviceStatus::off) host_.say(pjl_message("USTATUS DEVICE", status_lines(status)));
  });
}

PjlSession::~PjlSession() {
  printer_.device().unwatch(watch_);
}

PjlSession::Handler PjlSession::handler_for(std::string_view command) {
  struct Row {
    std::string_view name;
    Handler handler;
  };
  static constexpr std::array rows = {
      Row{"", &PjlSession::ignore},
      Row{"COMMENT", &PjlSession::ignore},
      Row{"ECHO", &PjlSession::echo},
      Row{"INFO", &PjlSession::info},
      Row{"INQUIRE", &PjlSession::inquire},
      Row{"DINQUIRE", &PjlSession::dinquire},
      Row{"SET", &PjlSession::set},
      Row{"DEFAULT", &PjlSession::set_default},
      Row{"INITIALIZE", &PjlSession::initialize},
      Row{"RESET", &PjlSession::reset},
      Row{"JOB", &PjlSession::job},
      Row{"EOJ", &PjlSession::eoj},
      Row{"ENTER", &PjlSession::enter},
      Row{"USTATUS", &PjlSession::ustatus},
      Row{"USTATUSOFF", &PjlSession::ustatus_off},
      Row{"RDYMSG", &PjlSession::ready_message},
      Row{"OPMSG", &PjlSession::operator_message},
      Row{"STMSG", &PjlSession::operator_message},
  };
  auto found = std::ranges::find(rows, command, &Row::name);
  return found == rows.end() ? nullptr : found->handler;
}

void PjlSession::take_line(std::string_view line) {
  const PjlCommand command = parse_pjl(line);
  if (command.problem) {
    warn(command.problem, "PJL syntax");
    return;
  }
  if (Handler handler = handler_for(command.name))
    (this->*handler)(command);
  else
    warn(kUnsupportedCommand, "unsupported PJL command");
}

void PjlSession::warn(int code, std::string_view text) {
  if (ustatus_.device != DeviceStatus::verbose) return;
  host_.say(pjl_message("USTATUS DEVICE",
                        status_lines({code, std::string(text), printer_.device().status().online})));
}

void PjlSession::ignore(const PjlCommand&) {}

void PjlSession::echo(const PjlCommand& command) {
  host_.say(pjl_message("ECHO " + command.words, ""));
}

void PjlSession::info(const PjlCommand& command) {
  const std::string category = command.options.empty() ? "" : command.options.front().name;
  auto body = info_body(category, printer_.device(), printer_.pages(), environment_, ustatus_);
  host_.say(pjl_message("INFO " + upper(command.words), body.value_or("?\r\n")));
}

void PjlSession::answer_value(const PjlCommand& command, bool from_defaults) {
  std::optional<std::string> value;
  if (!command.options.empty()) {
    const std::string name = full_name(command, command.options.front().name);
    value = from_defaults ? environment_.get_default(name) : environment_.get(name);
  }
  host_.say(
      pjl_message((from_defaults ? "DINQUIRE " : "INQUIRE ") + command.words, value.value_or("?") + "\r\n"));
}

void PjlSession::inquire(const PjlCommand& command) {
  answer_value(command, false);
}

void PjlSession::dinquire(const PjlCommand& command) {
  answer_value(command, true);
}

void PjlSession::set(const PjlCommand& command) {
  for (const PjlOption& option : command.options)
    if (const int problem = environment_.set(full_name(command, option.name), option.value.value_or("")))
      warn(problem, "value not accepted");
}

void PjlSession::set_default(const PjlCommand& command) {
  for (const PjlOption& option : command.options)
    if (const int problem =
            environment_.defaults().set(full_name(command, option.name), option.value.value_or("")))
      warn(problem, "value not accepted");
}

void PjlSession::initialize(const PjlCommand&) {
  environment_.defaults().initialize();
  environment_.reset();
}

void PjlSession::reset(const PjlCommand&) {
  environment_.reset();
}

void PjlSession::job(const PjlCommand& command) {
  if (++level_ > 1) return;
  environment_.reset();
  PjlJob job;
  if (const std::string* name = command.find("NAME")) job.name = *name;
  job.first_page = std::max(1, to_int(command.find("START"), 1));
  job.last_page = std::max(0, to_int(command.find("END"), 0));
  host_.job_begins(std::move(job));
}

void PjlSession::eoj(const PjlCommand& command) {
  if (level_ == 0) {
    warn(kEojWithoutJob, "EOJ without JOB");
    return;
  }
  if (--level_ > 0) return;
  std::optional<std::string> name;
  if (const std::string* given = command.find("NAME")) name = *given;
  host_.job_ends(name);
  environment_.reset();
}

void PjlSession::enter(const PjlCommand& command) {
  const std::string* language = command.find("LANGUAGE");
  if (!language) {
    warn(kMissingOption, "ENTER without LANGUAGE");
    return;
  }
  if (upper(*language) != "PCL") warn(kUnsupportedLanguage, "unsupported personality");
  host_.language_begins(upper(*language));
}

void PjlSession::ustatus(const PjlCommand& command) {
  for (const PjlOption& option : command.options) {
    const std::string value = upper(option.value.value_or(""));
    const bool on = value == "ON", off = value == "OFF";
    if (option.name == "DEVICE" && (on || off || value == "VERBOSE"))
      ustatus_.device = on ? DeviceStatus::on : off ? DeviceStatus::off : DeviceStatus::verbose;
    else if (option.name == "JOB" && (on || off))
      ustatus_.job = on;
    else if (option.name == "PAGE" && (on || off))
      ustatus_.page = on;
    else if (option.name == "TIMED" && !value.empty()) {
      const int seconds = to_int(&value, 0);
      ustatus_.timed = seconds <= 0 ? 0 : std::clamp(seconds, 5, 300);
      timed_.reset();
      tell_timed();
    } else
      warn(kUnsupportedOption, "unsupported option");
  }
}

void PjlSession::tell_timed() {
  if (ustatus_.timed == 0) return;
  if (timed_) host_.say(pjl_message("USTATUS TIMED", status_lines(printer_.device().status())));
  timed_ = printer_.clock().set(printer_.clock().now() + std::chrono::seconds(ustatus_.timed),
                                [this] { tell_timed(); });
}

void PjlSession::ustatus_off(const PjlCommand&) {
  ustatus_ = {};
  timed_.reset();
}

void PjlSession::ready_message(const PjlCommand& command) {
  if (const std::string* text = command.find("DISPLAY")) printer_.device().set_ready_message(*text);
}

void PjlSession::operator_message(const PjlCommand& command) {
  const std::string* text = command.find("DISPLAY");
  if (text)
    printer_.device().set_operator_message(command.name == "OPMSG" ? kOperatorMessage : kStopMessage, *text);
}

void PjlSession::tell_job(std::string_view what, std::string_view name, int job, std::optional<int> pages) {
  if (!ustatus_.job) return;
  std::string body(what);
  body += "\r\nNAME=\"";
  body += name;
  body += "\"\r\n";
  if (environment_.get("JOBID") == "ON") body += "ID=" + std::to_string(job & kLargestJobId) + "\r\n";
  if (pages) body += "PAGES=" + std::to_string(*pages) + "\r\n";
  host_.say(pjl_message("USTATUS JOB", body));
}

void PjlSession::tell_job_start(std::string_view name, int job) {
  tell_job("START", name, job, std::nullopt);
}

void PjlSession::tell_job_end(std::string_view name, int job, int pages) {
  tell_job("END", name, job, pages);
}

void PjlSession::tell_job_canceled(std::string_view name, int job, int pages) {
  tell_job("CANCELED", name, job, pages);
}

void PjlSession::tell_page(int page) {
  if (ustatus_.page) host_.say(pjl_message("USTATUS PAGE", std::to_string(page) + "\r\n"));
}

}  // namespace platen::vprinter
