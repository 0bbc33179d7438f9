// The plain values of the contract between the spooler and a language monitor: what a job is doing, how it
// ended, and what may be asked of a printer. Apart from monitor_interface.hpp, because the monitor's core
// uses them too and knows nothing of RPC.
#pragma once

#include <cstdint>
#include <string>

namespace platen::langmon::wire {

enum class JobPhase : std::uint16_t {
  connecting,  // waits for the printer to be reachable; nothing of this attempt has been sent
  sending,     // data is on its way
  finishing,   // all sent; the printer still works on it
};

struct JobProgressReport {
  std::uint32_t job = 0;
  JobPhase phase = JobPhase::connecting;
  std::uint64_t bytes_sent = 0;
  std::uint32_t pages_out = 0;  // in the output bin, by the printer's own word, in this attempt
};

enum class JobOutcome : std::uint16_t {
  completed,    // the printer said so
  unconfirmed,  // all was sent and taken, but this printer cannot say that it printed
  canceled,
  interrupted,     // device lost or reset mid-job: pages_out says how far it came; send the rest again
  data_failed,     // the data's writer ended in the middle; the printer was brought back to a clean start
  not_understood,  // the printer said that it threw the data away, and why; sent again, it would do the same
};

struct JobEndReport {
  std::uint32_t job = 0;
  JobOutcome outcome = JobOutcome::completed;
  std::uint32_t pages_out = 0;
  std::uint64_t bytes_sent = 0;
  std::string sentence;  // for a person; empty when completed
};

// --- What may be asked of a printer

enum class BidiAction : std::uint16_t { get, set, enumerate, get_all };
struct BidiValue {
  std::string path;
  std::string type;
  std::string value;
};

// Ink or toner of one colour ("black") that was put on paper, in A4 sheets of solid colour.
struct InkUse {
  std::string color;
  double sheets = 0;
};

enum class Maintenance : std::uint16_t { clean, align, test_page };

}  // namespace platen::langmon::wire
