// The language monitor: joins what a printer says (bidi/) to how its bytes move (port/). It keeps the port's
// read pending always, the printer's status live, wraps jobs in PJL, and tells how each ended by the
// printer's own word. It knows nothing of processes, sockets or the operating system.
//
//   LanguageMonitor monitor(clock, executor, port, {.keep_open = false}, listener);
//   co_spawn(executor, monitor.run(), …);
//   monitor.start_job({.job = 17, .title = "Report", .language = "PCL"}, std::move(source));
//   monitor.finish_job(17, true);         // … the listener hears job_ended
//   monitor.stop();                       // run() returns soon; then it may be destroyed
//
// Everything is called on the reactor's thread, from within the reactor. The port, the clock and the listener
// outlive the monitor, and the monitor outlives run() and ask().
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "base/log.hpp"
#include "bidi/npap/packet.hpp"
#include "bidi/pjl_sync.hpp"
#include "bidi/schema_set.hpp"
#include "bidi/status_tracker.hpp"
#include "langmon/job.hpp"
#include "langmon/link.hpp"
#include "langmon/status_source.hpp"

namespace platen::langmon {

// Hears what happens, in order. Must not change the monitor from within; status() and job() may be looked at.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void status_changed(const bidi::PrinterStatus& status) = 0;
  virtual void job_progress(const wire::JobProgressReport& progress) = 0;
  virtual void job_ended(const wire::JobEndReport& end) = 0;
  virtual void needs_operator(std::uint32_t job, const bidi::Reason& reason) = 0;
  // What is to be kept of the supplies: bidi::SupplyBook::text().
  virtual void keep_supplies(std::string text) { (void)text; }
};

struct Options {
  // Hold the port open between jobs though nobody watches. Not for network printers, which others want to use
  // too.
  bool keep_open = true;
  // The printer may be asked things. Not for a file, or a printer that prints every question.
  bool bidirectional = true;
};

class LanguageMonitor {
 public:
  LanguageMonitor(Clock& clock, boost::asio::any_io_executor executor, port::Port& port, Options options,
                  Listener& listener);
  ~LanguageMonitor();
  LanguageMonitor(const LanguageMonitor&) = delete;
  LanguageMonitor& operator=(const LanguageMonitor&) = delete;

  // Returns after stop(), with the port closed. A job that is still on the port ends as interrupted.
  Task<void> run();
  // Runs beside run(), and ends after stop() as well: asks the source while somebody wants to know what the
  // printer does not tell by itself, ever more rarely while nothing changes. The source outlives it.
  Task<void> poll(StatusSource& source);
  void stop();

  // Errc::busy while another job is on the port.
  Result<void> start_job(Ticket ticket, std::unique_ptr<ByteSource> data);
  // Whether the data's writer ended well. Errc::not_found when this job is not on the port.
  Result<void> finish_job(std::uint32_t job, bool ok);
  // False when this job is not on the port.
  bool cancel_job(std::uint32_t job);

  // While somebody watches, the port is held open and an offline printer is tried again and again.
  void watch(bool on);
  [[nodiscard]] bidi::PrinterStatus status() const;
  [[nodiscard]] std::optional<wire::JobProgressReport> job() const;
  // NPAP packets that the printer has sent. Nothing is read from them.
  [[nodiscard]] std::uint64_t packets_heard() const { return packets_heard_; }

  // What was kept when the printer was last served; before run().
  void remember(bidi::SupplyBook book);
  void use_ink(const std::vector<wire::InkUse>& uses, std::uint32_t uncounted_pages);

  // Answers from memory at once; `fresh` asks the printer first. What can be set: bidi/schema_set.hpp; what
  // the printer itself keeps is set there and read back, everything else is done at once.
  Task<Result<std::vector<wire::BidiValue>>> ask(wire::BidiAction action, std::string path, std::string value,
                                                 bool fresh, Deadline deadline);
  [[nodiscard]] Result<void> maintain(wire::Maintenance what) const;

 private:
  enum class Sent { all, canceled, data_failed, lost };

  // monitor.cpp: the link's keeper, and what comes in
  [[nodiscard]] bool wanted() const;
  Task<void> back_off();
  [[nodiscard]] port::Port::Arrivals watch_for_printer();
  bool hear(std::span<const std::byte> bytes);
  std::string without_packets(std::span<const std::byte> bytes);
  void heed(const bidi::Message& message);
  void heard_something();
  void lose_place();
  void tell(const bidi::Changes& changes);
  void publish();
  void forget_conditions();
  void call_operator(const std::vector<bidi::Reason>& reasons);

  // session.cpp: between an opened port and its loss
  Task<void> serve();
  Task<void> greet();
  [[nodiscard]] bool may_refresh() const;
  Task<void> refresh();
  Task<bool> question(std::string lines, Duration patience);
  void settled();
  void answered();
  void note_silence();

  // queries.cpp
  using Values = std::vector<wire::BidiValue>;
  static constexpr const char* not_a_setting = "?";
  struct Order;  // to the printer, of somebody who waits for the answer
  [[nodiscard]] Result<void> can_be_asked() const;
  Task<Result<void>> refreshed(Deadline deadline);
  Task<Result<Values>> set(std::string path, std::string value, Deadline deadline);
  Task<Result<std::string>> setting(const bidi::schema::Setting& setting, std::string order,
                                    Deadline deadline);
  [[nodiscard]] Result<Values> from_memory(wire::BidiAction action, const std::string& path) const;
  [[nodiscard]] bool prints_with_ink() const;
  void keep_supplies();
  Task<void> carry_out();

  // polling.cpp
  [[nodiscard]] bool poll_wanted() const;

  // printing.cpp: one job
  Task<void> print();
  Task<Sent> send(Job& job);
  Task<void> abort_job(const Job& job);
  Task<bool> end_aborted_job();  // false: not yet
  Task<Sent> put(Job& job, std::span<const std::byte> bytes);
  Task<bool> may_wait_on(Job& job, Duration stalled);
  Task<void> await_end(Job& job);
  [[nodiscard]] bool disturbed(const Job& job) const;
  void end_job(wire::JobOutcome outcome, std::string sentence = {});

  Clock& clock_;
  boost::asio::any_io_executor executor_;
  port::Port& port_;
  const Options options_;
  Listener& listener_;
  Event changed_;  // anything below changed; every wait in here is on it
  Link link_;
  std::shared_ptr<spdlog::logger> log_;
  bool in_packets_ = false;  // the back channel has NPAP packets in it
  bidi::npap::PacketReader packets_;
  std::uint64_t packets_heard_ = 0;
  bidi::PostscriptReader
      postscript_;  // takes its own out of what the printer says, and leaves the rest to PJL
  bidi::PjlReader reader_;
  bidi::StatusTracker tracker_;
  bidi::PrinterStatus published_;

  bool stopping_ = false;
  bool watched_ = false;
  bool hurry_ = false;     // a job or the printer came: do not wait for the back-off to pass
  bool printing_ = false;  // print() has the job
  StatusSource* source_ = nullptr;
  int asking_ = 0;  // callers of ask() that wait for the printer
  std::deque<std::shared_ptr<Order>> orders_;
  std::map<std::string, std::string, std::less<>> settings_;  // PJL variables, as the printer last told them
  std::uint64_t kept_revision_ = 0;
  Duration back_off_;
  std::unique_ptr<Job> job_;

  bool greeting_due_ = false;
  std::optional<bidi::pjl::Job> unended_;  // aborted, but the printer knows nothing of it
  bool settling_ = false;  // what the printer said before is forgotten, and it was not yet asked again
  bool refresh_due_ = false;
  Instant next_refresh_{};
  bool ever_heard_ = false;  // this printer talks back
  bool heard_since_open_ = false;
  Instant last_heard_{};
  bool silent_ = false;      // it did not answer the last question
  bool said_ready_ = false;  // its last answer to INFO STATUS: it does nothing, and nothing is wrong
  Duration silence_;
  Instant next_question_{};
  unsigned questions_ = 0;
  std::string echo_heard_;
  bool knows_echo_ = false;  // it has answered one
  bool place_lost_ = false;  // what it says may be old or broken: the next question begins with an ECHO
  Instant place_lost_at_{};
  Duration resync_gap_;
  bidi::PjlSync sync_;
  unsigned answers_ = 0;  // how many questions were answered
};

}  // namespace platen::langmon
