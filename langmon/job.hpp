// One job on the port: what it is, how far it came, and what others want of it. A record with a voice; the
// monitor does the work.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "bidi/pjl_reader.hpp"
#include "bidi/pjl_writer.hpp"
#include "bidi/postscript_status.hpp"
#include "langmon/data_pump.hpp"
#include "langmon/wire/values.hpp"

namespace platen::langmon {

// What the spooler says of a job that it starts.
struct Ticket {
  std::uint32_t job = 0;
  std::string title;
  std::string language;     // "PCL", "PCLXL", "POSTSCRIPT"; empty: the data chooses
  bool more_to_say = true;  // finish_job() follows: the data's end alone is not yet a success
};

class Job {
 public:
  using Tell = std::function<void(const wire::JobProgressReport&)>;

  Job(Clock& clock, Ticket ticket, std::unique_ptr<ByteSource> source, Tell tell);
  ~Job();
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  [[nodiscard]] std::uint32_t id() const { return progress_.job; }
  [[nodiscard]] const bidi::pjl::Job& pjl() const { return pjl_; }
  [[nodiscard]] const wire::JobProgressReport& progress() const { return progress_; }
  [[nodiscard]] wire::JobEndReport end(wire::JobOutcome outcome, std::string sentence) const;

  void enter(wire::JobPhase phase);
  void sent(std::size_t bytes);
  // The printer's words about jobs and pages; those about other computers' jobs change nothing.
  void told(const bidi::JobNews& news);
  void page_out(std::uint32_t number);
  // What a PostScript interpreter says of the program that it runs.
  void told(const bidi::PostscriptMessage& message);
  // For a person: why the printer threw the rest of this job away. Set once it did.
  [[nodiscard]] const std::optional<std::string>& flushed() const { return flushed_; }
  // Set once the printer said how this job ended.
  [[nodiscard]] const std::optional<bidi::JobNews>& printers_end() const { return printers_end_; }

  // Reads its data from now on.
  DataPump& pump(boost::asio::any_io_executor executor, std::function<void()> news);

  enum class Verdict { open, good, bad };
  Verdict verdict = Verdict::open;  // the spooler's word about the data's end
  bool cancel_asked = false;
  bool begun = false;        // the printer got something of it
  bool reconnected = false;  // all was sent over a connection that then fell silent; this is the next one

 private:
  void changed(bool at_once);

  Clock& clock_;
  bidi::pjl::Job pjl_;
  std::unique_ptr<ByteSource> source_;
  Tell tell_;
  std::shared_ptr<DataPump> pump_;
  wire::JobProgressReport progress_;
  std::optional<bidi::JobNews> printers_end_;
  std::string trouble_;  // the interpreter's error, which a program may have caught
  std::optional<std::string> flushed_;
  bool another_prints_ = false;
  Instant told_at_{};
  bool tell_later_ = false;
  std::unique_ptr<Alarm> later_;
};

}  // namespace platen::langmon
