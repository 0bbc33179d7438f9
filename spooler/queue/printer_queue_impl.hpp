// What is behind class PrinterQueue: one attempt to print one job, as its parts share it. Private to
// printer_queue*.cpp.
#pragma once

#include "spooler/queue/attempt.hpp"
#include "spooler/queue/printer_queue.hpp"
#include "spooler/queue/renderer.hpp"

namespace platen::spooler {

// When we stop: a short document's renderer ends meanwhile, and the monitor can finish the job without us.
inline constexpr Duration kStopGrace = std::chrono::seconds(3);
// The watchdogs look this often.
inline constexpr Duration kWatchdog = std::chrono::seconds(10);

// One attempt to print one job. Lives in the frame of print() or take_over().
struct PrinterQueue::Attempt {
  std::uint32_t job = 0;
  std::uint64_t session = 0;           // the link's, in which the monitor got the job
  std::shared_ptr<Renderer> renderer;  // none for RAW, and for a job that was taken over
  bool data_ok = true;                 // when there is no renderer to say so
  std::string trouble;                 // why not
  bool resume = false;                 // taken over half-way: taken back, to go on from there
  bool said_finish = false;
  bool said_cancel = false;
  std::optional<Instant> ending_since;  // we have asked for the end, or nothing else can come
  std::optional<wire::JobEndReport> report;
  bool left = false;  // we stop, the monitor goes on
  std::uint64_t bytes_sent = 0;
  std::uint32_t pages_out = 0;
  // The printer's own page counter before the first page. One that was not told yet is 0 and explains no
  // pages, since what comes later is too far from it.
  std::uint64_t count_before = 0;
  Instant advanced{};  // when its data or its pages last came further
  Instant leave_at = Instant::max();
};

}  // namespace platen::spooler
