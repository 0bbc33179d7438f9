// The printer as a whole, without its wires: the machine, the paper path, and what its channels share.
//
//   Printer printer(clock, *model_by_name("Lexmark T640"), output, {});
//   Channel channel(printer, wires);            // channel.hpp: one per wire
//   channel.take(bytes) …
//
// One reactor, one thread. It waits by its Clock only, so that it runs on simulated time as well.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>

#include "base/clock.hpp"
#include "virtual/device.hpp"
#include "virtual/glyphs.hpp"
#include "virtual/output.hpp"
#include "virtual/pjl_variables.hpp"

namespace platen::vprinter {

// What the printer knows of a channel: whoever sends pages, and is told when they have come out.
class PageOwner {
 public:
  virtual ~PageOwner() = default;
  [[nodiscard]] virtual PageRecord describe() const = 0;
  virtual void page_landed() = 0;
  virtual void may_go_on() = 0;  // the paper path is free again; never called from within offer()
  virtual void cancel() = 0;     // the operator pressed Cancel
  virtual void babble(std::string_view bytes) = 0;  // a faulty line: noise towards the host
};

class Printer {
 public:
  struct Options {
    int pages_per_minute = 0;  // 0: at once
    int pages_before = 0;      // the page counter's and the job counter's start
    int jobs_before = 0;
  };

  Printer(Clock& clock, const Model& model, Output& output, Options options);

  [[nodiscard]] Clock& clock() { return clock_; }
  [[nodiscard]] Device& device() { return device_; }
  [[nodiscard]] const Device& device() const { return device_; }
  [[nodiscard]] Output& output() { return output_; }
  [[nodiscard]] PjlDefaults& defaults() { return defaults_; }
  [[nodiscard]] Glyphs& glyphs() { return glyphs_; }

  void attach(PageOwner& owner) { owners_.insert(&owner); }
  void detach(PageOwner& owner);

  // One page is on its way at a time; while it is, full() holds and nobody may offer another.
  [[nodiscard]] bool full() const { return pending_.has_value(); }
  void offer(Page page, PageOwner& owner);
  void withdraw(PageOwner& owner);

  // Takes no data at all, as a controller that is stuck.
  void stall(bool stalled);
  [[nodiscard]] bool stalled() const { return stalled_; }

  // Says nothing: what would be said meanwhile is lost.
  void silence(bool silent) { silent_ = silent; }
  [[nodiscard]] bool silent() const { return silent_; }
  void babble(std::string_view bytes);

  // To be called after the device was changed from outside, so that a waiting page looks again.
  void look_again();
  void cancel();

  int next_job() { return ++jobs_; }
  [[nodiscard]] int jobs() const { return jobs_; }
  [[nodiscard]] int pages() const { return pages_; }
  void begin_work();  // shown as busy until each has been ended
  void end_work();

 private:
  struct Pending {
    Page page;
    PageOwner* owner;
    int copies_left;
    bool back_side = false;
  };
  void advance();
  [[nodiscard]] bool put_out_one();

  Clock& clock_;
  Device device_;
  Output& output_;
  Options options_;
  PjlDefaults defaults_;
  Glyphs glyphs_;
  std::set<PageOwner*> owners_;
  std::optional<Pending> pending_;
  PageOwner* half_sheet_ = nullptr;  // whose duplex sheet has its front side only
  Instant next_out_{};
  std::unique_ptr<Alarm> pace_;
  bool stalled_ = false;
  bool silent_ = false;
  int jobs_ = 0;
  int pages_ = 0;
  int working_ = 0;
};

}  // namespace platen::vprinter
