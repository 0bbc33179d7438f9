// One channel's PJL: takes lines, answers them, and tells without being asked what the channel has asked to
// be told.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "virtual/pjl_replies.hpp"
#include "virtual/pjl_syntax.hpp"
#include "virtual/printer.hpp"

namespace platen::vprinter {

struct PjlJob {
  std::string name;
  int first_page = 1;  // START and END: only these pages are put out
  int last_page = 0;   // 0: to the end
};

class PjlHost {
 public:
  virtual ~PjlHost() = default;
  virtual void say(std::string_view message) = 0;
  virtual void job_begins(PjlJob job) = 0;  // the outermost JOB and EOJ only
  virtual void job_ends(const std::optional<std::string>& name) = 0;
  virtual void language_begins(std::string_view language) = 0;
};

class PjlSession {
 public:
  PjlSession(Printer& printer, PjlHost& host);
  ~PjlSession();
  PjlSession(const PjlSession&) = delete;
  PjlSession& operator=(const PjlSession&) = delete;

  // Without its line end.
  void take_line(std::string_view line);
  void warn(int code, std::string_view text);  // a 2xxxx, for channels that asked for VERBOSE

  [[nodiscard]] bool in_job() const { return level_ > 0; }
  [[nodiscard]] PjlEnvironment& environment() { return environment_; }

  void tell_job_start(std::string_view name, int job);
  void tell_job_end(std::string_view name, int job, int pages);
  void tell_job_canceled(std::string_view name, int job, int pages);
  void tell_page(int page);

 private:
  using Handler = void (PjlSession::*)(const PjlCommand&);
  static Handler handler_for(std::string_view command);
  void echo(const PjlCommand& command);
  void info(const PjlCommand& command);
  void inquire(const PjlCommand& command);
  void dinquire(const PjlCommand& command);
  void set(const PjlCommand& command);
  void set_default(const PjlCommand& command);
  void initialize(const PjlCommand& command);
  void reset(const PjlCommand& command);
  void job(const PjlCommand& command);
  void eoj(const PjlCommand& command);
  void enter(const PjlCommand& command);
  void ustatus(const PjlCommand& command);
  void ustatus_off(const PjlCommand& command);
  void ready_message(const PjlCommand& command);
  void operator_message(const PjlCommand& command);
  void ignore(const PjlCommand& command);

  void answer_value(const PjlCommand& command, bool from_defaults);
  void tell_job(std::string_view what, std::string_view name, int job, std::optional<int> pages);
  void tell_timed();

  Printer& printer_;
  PjlHost& host_;
  PjlEnvironment environment_;
  PjlUstatus ustatus_;
  int level_ = 0;
  int watch_ = 0;
  std::unique_ptr<Alarm> timed_;
};

}  // namespace platen::vprinter
