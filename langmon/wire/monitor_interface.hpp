// The contract between the spooler and a language monitor. The spooler (client) calls; the monitor (server)
// calls back while the spooler's Watch is outstanding, on the same connection, so that status never needs a
// way back of its own.
//
//   spooler → monitor   Hello, StartDoc, CancelDoc, Snapshot, Watch, Bidi, Maintain, UseInk, Quit
//   monitor → spooler   StatusChanged, JobProgress, JobEnded, NeedsOperator      (callbacks)
//
// No callback carries anything that Snapshot does not hold too: a spooler that restarts, or that lost its
// connection, asks for the Snapshot and has missed nothing. A finished job stays in the Snapshot until the
// spooler acknowledges it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.hpp"
#include "bidi/printer_status.hpp"
#include "langmon/wire/values.hpp"
#include "rpc/interface.hpp"

namespace platen::langmon::wire {

// By number, as their types below.
inline constexpr std::array<std::string_view, 11> kMonitorOperations{
    "Hello", "StartDoc", "FinishDoc", "CancelDoc", "Snapshot", "Acknowledge",
    "Watch", "Bidi",     "Maintain",  "Quit",      "UseInk"};
inline constexpr std::array<std::string_view, 4> kSpoolerOperations{"StatusChanged", "JobProgress",
                                                                    "JobEnded", "NeedsOperator"};

inline constexpr rpc::InterfaceId kMonitor{
    {0x7d1c2f40, 0x9a3e, 0x4b52, {0x8f, 0x06, 0x50, 0x6c, 0x61, 0x74, 0x65, 0x6e}},
    1,
    0,
    "platen-monitor",
    kMonitorOperations};
inline constexpr rpc::InterfaceId kSpoolerCallbacks{
    {0x7d1c2f41, 0x9a3e, 0x4b52, {0x8f, 0x06, 0x50, 0x6c, 0x61, 0x74, 0x65, 0x6e}},
    1,
    0,
    "platend-callbacks",
    kSpoolerOperations};

// --- spooler → monitor ---

struct HelloRequest {
  std::string spooler_version;
};
struct HelloReply {
  std::string monitor_version;
  std::string port_uri;
  std::int64_t pid = 0;
};

// Starts a job and returns as soon as the monitor has accepted it (JobEnded tells the rest). Errc::busy while
// another job is on the port. The data is read from `data` until its end; the monitor wraps it in the
// printer's language of jobs. A writer that ends before its time writes nothing more and the spooler then
// calls CancelDoc or FailDoc.
struct StartDocRequest {
  std::uint32_t job = 0;
  std::string title;
  std::string user;
  std::string language;  // PJL personality of the data: "PCL", "PCLXL", "POSTSCRIPT"; empty: as the printer
                         // likes (RAW)
  Fd data;               // read end of a pipe, or a file
  bool more_to_say = true;  // the spooler will call FinishDoc: the data's end alone is not yet a success
};
struct StartDocReply {};

// The writer of a job's data ended well (ok) or not. Until then, the end of the data does not end the job on
// the printer; a broken document is thus never taken for a short one.
struct FinishDocRequest {
  std::uint32_t job = 0;
  bool ok = true;
};
struct FinishDocReply {};

struct CancelDocRequest {
  std::uint32_t job = 0;
};
struct CancelDocReply {
  bool was_active = false;
};

struct SnapshotRequest {};
struct SnapshotReply {
  bidi::PrinterStatus status;
  std::optional<JobProgressReport> job;  // the one on the port now
  std::vector<JobEndReport> ended;       // not yet acknowledged
};

struct AcknowledgeRequest {
  std::uint32_t job = 0;
};
struct AcknowledgeReply {};

// Parked: returns when its deadline comes near; callbacks arrive meanwhile, beginning with the present
// status.
struct WatchRequest {};
struct WatchReply {};

struct BidiRequest {
  BidiAction action = BidiAction::get;
  std::string path;
  std::string value;
  bool fresh = false;
};
struct BidiReply {
  std::vector<BidiValue> values;
};

struct MaintainRequest {
  Maintenance what = Maintenance::clean;
};
struct MaintainReply {};

// What the pages of a job that came out have used, once per attempt; for the estimate where the printer
// cannot tell. Pages whose dots nobody counted (RAW) are taken for ordinary ones.
struct UseInkRequest {
  std::vector<InkUse> uses;
  std::uint32_t uncounted_pages = 0;
};
struct UseInkReply {};

struct QuitRequest {};
struct QuitReply {};

using Hello = rpc::Operation<kMonitor, 0, HelloRequest, HelloReply>;
using StartDoc = rpc::Operation<kMonitor, 1, StartDocRequest, StartDocReply>;
using FinishDoc = rpc::Operation<kMonitor, 2, FinishDocRequest, FinishDocReply>;
using CancelDoc = rpc::Operation<kMonitor, 3, CancelDocRequest, CancelDocReply>;
using Snapshot = rpc::Operation<kMonitor, 4, SnapshotRequest, SnapshotReply>;
using Acknowledge = rpc::Operation<kMonitor, 5, AcknowledgeRequest, AcknowledgeReply>;
using Watch = rpc::Operation<kMonitor, 6, WatchRequest, WatchReply>;
using Bidi = rpc::Operation<kMonitor, 7, BidiRequest, BidiReply>;
using Maintain = rpc::Operation<kMonitor, 8, MaintainRequest, MaintainReply>;
using Quit = rpc::Operation<kMonitor, 9, QuitRequest, QuitReply>;
using UseInk = rpc::Operation<kMonitor, 10, UseInkRequest, UseInkReply>;

// --- monitor → spooler, nested in Watch

struct StatusChangedRequest {
  bidi::PrinterStatus status;
};
struct JobProgressRequest {
  JobProgressReport progress;
};
struct JobEndedRequest {
  JobEndReport end;
};
// The job waits for a person: "Tray 1 is out of paper. Load A4 paper."
struct NeedsOperatorRequest {
  std::uint32_t job = 0;
  bidi::Reason reason;
};
struct CallbackReply {};

using StatusChanged = rpc::Operation<kSpoolerCallbacks, 0, StatusChangedRequest, CallbackReply>;
using JobProgress = rpc::Operation<kSpoolerCallbacks, 1, JobProgressRequest, CallbackReply>;
using JobEnded = rpc::Operation<kSpoolerCallbacks, 2, JobEndedRequest, CallbackReply>;
using NeedsOperator = rpc::Operation<kSpoolerCallbacks, 3, NeedsOperatorRequest, CallbackReply>;

}  // namespace platen::langmon::wire
