// The spooler's nouns, as its front doors see them: values, copied out of the spooler at a moment.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "bidi/printer_status.hpp"

namespace platen::spooler {

using Options = std::map<std::string, std::string>;  // IPP names: "media", "sides", "print-quality" …

// The numbers are IPP's job-state.
enum class JobState {
  pending = 3,
  held = 4,
  processing = 5,
  stopped = 6,
  canceled = 7,
  aborted = 8,
  completed = 9
};
[[nodiscard]] constexpr bool is_over(JobState state) {
  return state >= JobState::canceled;
}

struct Job {
  std::uint32_t id = 0;
  std::string printer;
  std::string name;
  std::string user;
  std::string type;  // MIME media type, "application/octet-stream" is RAW
  std::uint64_t size = 0;
  JobState state = JobState::pending;
  bool incoming = false;               // created, and its document is not complete yet
  std::string reason = "none";         // IPP job-state-reasons keyword
  std::string sentence;                // for a person; "Printing page 2 of 5."
  std::uint32_t pages_done = 0;        // in the output bin, by the printer's own word
  std::optional<std::uint32_t> pages;  // known once rendered
  std::uint32_t copies = 1;
  std::uint32_t attempts = 0;
  Options options;
  std::uint32_t previews = 0;  // how many page pictures there are
  WallTime created{};
  std::optional<WallTime> started;
  std::optional<WallTime> finished;
};

struct Media {
  std::string name;           // PWG self-describing, "iso_a4_210x297mm"
  int width = 0, height = 0;  // hundredths of a millimetre, as all of these
  int left = 0, right = 0, top = 0, bottom = 0;
};

// What a model can do, told by `platen-render --describe`.
struct Capabilities {
  std::string personality;  // for StartDoc: "PCL"
  bool color = false;
  bool duplex = false;
  int ppm = 0;
  std::vector<int> resolutions;
  std::vector<Media> media;
  std::string media_default;
  std::vector<std::string> sources;
  std::vector<std::string> types;
};

struct Printer {
  std::string name;
  std::string uri;
  std::string model;
  bool accepting = true;
  bool paused = false;  // by a person; never by an error
  Capabilities can;
  bidi::PrinterStatus status;
  std::string sentence;      // "Ready.", "Tray 1 is out of paper. Load A4 paper."
  std::uint32_t queued = 0;  // jobs that are not over
  WallTime changed{};
};

struct JobRequest {
  std::string printer;
  std::string name;
  std::string user;
  std::string type;  // empty: looked for in the document's first bytes
  std::uint32_t copies = 1;
  bool hold = false;
  Options options;
};

struct InstallRequest {
  std::string inf;                   // path of the printer INF
  std::string uri;                   // port
  std::optional<std::string> model;  // otherwise matched by the printer's own IEEE 1284 id
  std::optional<std::string> name;
};

}  // namespace platen::spooler
