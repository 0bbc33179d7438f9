// One wire into the printer: a stream of PJL and printer languages in, PJL replies out. It knows nothing of
// sockets; TCP, USB and parallel wires each feed one.
//
//   Channel channel(printer, {.say = ..., .may_go_on = ...});
//   used = channel.take(bytes);      // fewer than given: keep the rest until may_go_on
//   channel.end_of_input();          // or channel.lost()
//   channel.done();                  // everything that came in has been dealt with
//
// `say` and `may_go_on` are called from within calls of the printer and of the channel; they must only note
// and return, and not call back.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "virtual/npap/npap_side.hpp"
#include "virtual/pcl_interpreter.hpp"
#include "virtual/pjl_session.hpp"
#include "virtual/printer.hpp"

namespace platen::vprinter {

// The job that a channel is in.
struct ChannelJob {
  JobRecord record;
  bool wrapped = false;  // by @PJL JOB and EOJ
  PjlJob limits;
  int seen_pages = 0;
};

class Channel final : public PageOwner, private PclHost, private PjlHost {
 public:
  struct Wires {
    std::function<void(std::string_view)> say;
    std::function<void()> may_go_on;
  };

  Channel(Printer& printer, Wires wires);
  ~Channel() override;  // as lost()
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  [[nodiscard]] std::size_t take(std::span<const std::uint8_t> bytes);
  // The paper path holds back only who has a job: others may ask for the status meanwhile.
  [[nodiscard]] bool held() const {
    return printer_.stalled() || (printer_.full() && (job_ || mode_ == Mode::pcl));
  }
  void end_of_input();  // the host closed its side in order
  void lost();          // the wire broke: an unfinished job is thrown away
  [[nodiscard]] bool done() const { return ended_ && !job_ && !held() && ahead_.empty(); }

  // PageOwner
  [[nodiscard]] PageRecord describe() const override;
  void page_landed() override;
  void may_go_on() override;
  void cancel() override;
  void babble(std::string_view bytes) override;

 private:
  enum class Mode {
    between,  // after a UEL: PJL, or the first bytes of a language
    line,     // in a line of PJL
    pcl,
    discard,  // a language that is not spoken, or a job that was cancelled: until the next UEL
  };
  using Bytes = std::span<const std::uint8_t>;

  void run(Bytes& bytes);
  void take_between(std::uint8_t byte);
  void take_line_byte(std::uint8_t byte);
  void take_pcl(Bytes& bytes);
  void take_discard(Bytes& bytes);
  void settle();
  void settle_end();
  void begin_language(std::string_view language);
  void begin_job(PjlJob job, bool wrapped);
  void end_job(JobResult result);
  void count(std::uint64_t bytes);

  // PclHost
  void page_finished(Page page) override;
  [[nodiscard]] bool full() const override { return held(); }
  void complain(std::uint64_t offset, std::string what) override;
  // PjlHost
  void say(std::string_view message) override;
  void job_begins(PjlJob job) override;
  void job_ends(const std::optional<std::string>& name) override;
  void language_begins(std::string_view language) override;

  Printer& printer_;
  Wires wires_;
  PjlSession pjl_;
  NpapSide npap_;
  PclInterpreter pcl_;
  std::optional<ChannelJob> job_;

  Mode mode_ = Mode::between;
  std::string collected_;  // between: what may become PJL; line: the line
  bool line_cut_ = false;  // the line was longer than any may be
  std::string ahead_;      // bytes that are read again, before any others
  std::size_t uel_matched_ = 0;
  std::uint64_t language_base_ = 0;  // the job's bytes before this language began
  bool language_over_ = false;
  bool ended_ = false;
};

}  // namespace platen::vprinter
