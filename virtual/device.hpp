// The printer as a machine: its trays, supplies and faults, and the one status that all of them add up to, as
// the display and PJL tell it.
//
// Used from the reactor's thread only. Watchers are called for every change of status(), from within the call
// that caused it; they may read the device, and nothing else.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "virtual/page.hpp"

namespace platen::vprinter {

struct Status {
  int code = 0;
  std::string display;
  bool online = true;
  friend bool operator==(const Status&, const Status&) = default;
};

struct Supply {
  const SupplyModel* model;
  double percent = 100;  // what is left; of a waste box: the room left in it
  [[nodiscard]] int level() const;
  [[nodiscard]] bool low() const { return percent < kLowPercent; }
  [[nodiscard]] bool empty() const { return percent <= 0; }
};

struct Tray {
  const TrayModel* model;
  int sheets;
  const Paper* paper;
};

// What somebody did to the printer, or a host asked it to show. In the order of severity, the gravest first.
enum class Fault { cover_open, jam, operator_message, offline };

// What it does when it does nothing. Work ends it.
enum class Rest { none, warm_up, sleep };

class Device {
 public:
  using Watcher = std::function<void(const Status&)>;

  explicit Device(const Model& model);

  [[nodiscard]] const Model& model() const { return *model_; }
  [[nodiscard]] const Status& status() const { return status_; }
  [[nodiscard]] const std::vector<Supply>& supplies() const { return supplies_; }
  [[nodiscard]] const std::vector<Tray>& trays() const { return trays_; }
  [[nodiscard]] bool can_print() const;  // paper aside
  [[nodiscard]] bool busy() const { return busy_; }

  // Returns a number for unwatch().
  int watch(Watcher watcher);
  void unwatch(int number);

  void set_fault(Fault fault, bool present);
  void set_operator_message(int code, std::string text);  // until "online"
  void set_ready_message(std::string text);               // empty: the usual one
  void set_busy(bool busy);
  void set_canceling(bool canceling);
  void set_rest(Rest rest);
  // Whether it answers INFO SUPPLIES; many printers do not.
  void set_tells_supplies(bool tells) { tells_supplies_ = tells; }
  [[nodiscard]] bool tells_supplies() const { return tells_supplies_; }

  // `name` as people write it: "tray 1", "Tray1", "tray-1", "black", "Black Toner Cartridge". False: no such
  // thing.
  bool set_supply(std::string_view name, double percent);
  bool take_paper_out(std::string_view tray);
  bool put_paper_in(std::string_view tray, std::optional<int> sheets);

  // The tray that a page would be fed from now; without one, the status asks the operator to load it.
  [[nodiscard]] std::optional<std::size_t> feed_for(const Page& page);
  void wait_for_nothing();  // the page that wanted paper is gone
  void use_sheet(std::size_t tray);
  void use_supplies(const Page& page);

 private:
  struct Wanted {
    std::size_t tray;
    const Paper* paper;
    friend bool operator==(const Wanted&, const Wanted&) = default;
  };
  [[nodiscard]] Status worst() const;
  [[nodiscard]] Tray* find_tray(std::string_view name);
  void want(std::optional<Wanted> wanted);
  void refresh();

  const Model* model_;
  std::vector<Supply> supplies_;
  std::vector<Tray> trays_;
  std::set<Fault> faults_;
  std::optional<Wanted> wanted_;
  bool tells_supplies_ = true;
  Status operator_message_;
  std::string ready_message_;
  bool busy_ = false;
  bool canceling_ = false;
  Rest rest_ = Rest::none;
  Status status_;
  std::map<int, Watcher> watchers_;
  int next_watcher_ = 0;
};

}  // namespace platen::vprinter
