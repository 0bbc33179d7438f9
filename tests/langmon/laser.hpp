// A laser printer at the far end of a MemoryPort: understands as much PJL as a monitor's test needs, and
// misbehaves when told to. A page ends at each form feed of the data.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "port/memory_port.hpp"

namespace platen::langmon {

class Laser {
 public:
  Laser(std::shared_ptr<port::FarEnd> far, Clock& clock, boost::asio::any_io_executor executor);
  void stop();

  struct Printed {
    std::string name;
    std::string language;
    std::string data;
    bool ended = false;  // EOJ was there
  };
  [[nodiscard]] const std::vector<Printed>& jobs() const { return jobs_; }
  [[nodiscard]] int questions() const { return questions_; }
  [[nodiscard]] int ends_told() const { return ends_told_; }  // of jobs
  // How often the printer was asked for its supplies.
  [[nodiscard]] int supply_questions() const { return supply_questions_; }

  void device(int code, const std::string& display, bool online);
  void say(std::string_view bytes) { far_->say(bytes); }
  void forget();       // what was printed
  void power_cycle();  // loses the job, and what it has not read of it; the cable comes off for a moment
  void end_job();      // says the JOB END that says_end = false held back

  bool talks = true;
  bool says_end = true;
  bool knows_echo = true;
  bool tells_supplies = true;
  std::string old_words;  // said once, before the next answer to an ECHO: they were on their way already
  int black = 80;
  std::map<std::string, std::string> kept{{"TIMEOUT", "90"}};  // what DEFAULT can set

 private:
  Task<void> run();
  void line(std::string text);
  void command(const std::string& words);
  [[nodiscard]] std::string condition() const;

  std::shared_ptr<port::FarEnd> far_;
  Clock& clock_;
  bool stopping_ = false;
  int code_ = 10001;
  std::string display_ = "Ready";
  bool online_ = true;
  bool in_job_ = false;
  bool in_data_ = false;
  int pages_ = 0;
  int questions_ = 0;
  int ends_told_ = 0;
  int supply_questions_ = 0;
  std::vector<Printed> jobs_;
};

}  // namespace platen::langmon
