// What we say to a printer in PJL. Everything but prologue() and epilogue() returns one command line;
// envelope() makes lines into something that may be sent between jobs:
//
//   port.write(pjl::envelope(pjl::subscribe() + pjl::info("STATUS") + pjl::echo("platen-1")));
//
//   pjl::Job job{.title = "Report", .language = "PCL"};
//   send(pjl::prologue(job)); send(data); send(pjl::epilogue(job));
//
// Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace platen::bidi::pjl {

// Universal exit language: ends whatever the printer is in, and brings it to PJL.
inline constexpr std::string_view uel = "\x1b%-12345X";
// PJL takes no longer string.
inline constexpr std::size_t max_text = 80;

[[nodiscard]] std::string envelope(std::string_view lines);
[[nodiscard]] std::string subscribe();  // status by itself from now on: device, job and page
// The same with a choice. `verbose` adds the printer's complaints about our own PJL; `timed` (5 to 300
// seconds, 0: never) is for printers that tell no changes by themselves.
struct Subscription {
  bool verbose = false;
  bool job = true;
  bool page = true;
  std::uint32_t timed = 0;
};
[[nodiscard]] std::string subscribe(const Subscription& subscription);
[[nodiscard]] std::string unsubscribe();
// The value that holds for this job, and the one that is kept without power. `variable` may have a modifier
// in front: "LPARM:PCL PITCH".
[[nodiscard]] std::string inquire(std::string_view variable);
[[nodiscard]] std::string inquire_default(std::string_view variable);
// For this job, or for good. A value that is no plain word is quoted.
[[nodiscard]] std::string set(std::string_view variable, std::string_view value);
[[nodiscard]] std::string set_default(std::string_view variable, std::string_view value);
[[nodiscard]] std::string info(std::string_view category);  // "ID", "STATUS", "SUPPLIES" …
[[nodiscard]] std::string echo(std::string_view token);
[[nodiscard]] std::string end_of_any_job();  // harmless when the printer is in none
[[nodiscard]] std::string ready_message(
    std::string_view words);  // on the panel while the printer is ready; empty: its own
[[nodiscard]] std::string operator_message(std::string_view words);

// For a printer that was left in the middle of a block of data, as a row of a picture: PCL's longest is this,
// and without it the UEL that follows would be taken for more of the row. Zeros print nothing.
inline constexpr std::size_t most_binary = 32767;
[[nodiscard]] std::string filler();

struct Job {
  std::string title;
  std::string language;      // "PCL", "PCLXL", "POSTSCRIPT"; empty: the data chooses (RAW)
  std::uint32_t copies = 0;  // 0: say nothing about them
  std::string display;       // on the panel while the job prints; empty: the printer's own
};
[[nodiscard]] std::string prologue(const Job& job);
[[nodiscard]] std::string epilogue(const Job& job);
// The name that the printer will call the job by in its USTATUS JOB messages: text(title), or "Untitled".
[[nodiscard]] std::string job_name(const Job& job);

// What may stand between the quotes of a PJL string: at most max_text ASCII characters without quotes and
// control characters. Accented Latin letters lose their accents, everything else that is not ASCII is left
// out.
[[nodiscard]] std::string text(std::string_view utf8);

}  // namespace platen::bidi::pjl
