// Follows one printer: fed with what it says and with what happens to the cable, it keeps the PrinterStatus.
//
//   StatusTracker tracker;
//   tracker.connected();
//   for (const Message& message : reader.feed(bytes))
//     if (Changes changes = tracker.told(message)) tell_the_spooler(tracker.status(), changes.begun);
//
// A printer names one condition at a time: its newest word is the whole truth about what stops it. Notes (low
// toner, another tray that is empty) last until it says that it is ready; what supply levels tell lasts as
// long as the level.
//
// Pure: no I/O, no clock. One thread at a time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bidi/conditions.hpp"
#include "bidi/device_id.hpp"
#include "bidi/pjl_reader.hpp"
#include "bidi/postscript_status.hpp"
#include "bidi/printer_status.hpp"
#include "bidi/supply_book.hpp"

namespace platen::bidi {

// What one event changed.
struct Changes {
  bool any = false;  // something in the status
  bool state = false;
  bool supplies = false;
  bool trays = false;
  std::vector<Reason> begun;  // true now, and not before
  std::vector<Reason> ended;  // the other way round
  explicit operator bool() const { return any; }
};

class StatusTracker {
 public:
  [[nodiscard]] const PrinterStatus& status() const { return status_; }
  // It has answered what is in its trays and cartridges, in its own language.
  [[nodiscard]] bool tells_supplies() const { return told_supplies_; }

  // What is kept of the supplies: thresholds, and estimates where the printer tells no level. After a change
  // of it call reconsider(). A supply that the printer called empty, and that it is ready without a word of,
  // was replaced: the book is told.
  [[nodiscard]] SupplyBook& book() { return book_; }
  [[nodiscard]] const SupplyBook& book() const { return book_; }
  Changes reconsider();

  Changes told(const Message& message);
  Changes told(const PostscriptMessage& message);
  // What the printer told when it was asked in another way (the Printer MIB, by SNMP): a whole status, as old
  // as the answer. What it says by itself in its own language is newer and wins; of the poll then only the
  // rest counts: supplies and trays that it does not tell, and reasons beside its own. A printer that says
  // nothing itself is what the poll says.
  Changes polled(const PrinterStatus& answer);
  // The cable. After connected() the printer is asked again; what it said before the cable was lost is
  // forgotten, except what it consists of (model, supplies, trays).
  Changes connected();
  Changes lost(std::string_view uri);
  // The printer takes no data and says nothing; ends with the next thing it says.
  Changes silent();
  // From the wire (USB, parallel), with or without length bytes. Ignored when it makes no sense.
  Changes device_id(std::string_view bytes);

 private:
  enum class Link : std::uint8_t { unknown, up, lost, silent };

  void hear(const Unsolicited& message);
  void hear(const Reply& reply);
  void hear(const Echo&) {}
  void hear(const Noise&) {}
  void hear_status(const std::vector<Field>& fields);
  void hear_condition(Condition heard, std::string_view words);
  void hear_supplies(const Reply& reply);
  void drop_stale_notes();
  void drop_rest();
  void hear_config(const Reply& reply);
  void hear_variables(const Reply& reply);
  void hear_name(std::string_view name);
  void take(DeviceId id);
  void imply_supplies();
  void heed_empty(Effect effect);
  void heed_complaints();
  void imply_tray_levels(const std::vector<Reason>& before);
  [[nodiscard]] std::vector<Reason> all_reasons() const;
  [[nodiscard]] State state() const;
  void forget();
  Changes conclude(const PrinterStatus& before);

  PrinterStatus status_;
  SupplyBook book_;
  std::vector<std::string> called_empty_;  // supplies, until the printer is ready
  Link link_ = Link::unknown;
  std::string uri_;
  bool heard_ = false;   // the printer has told its status since it was connected
  bool polled_ = false;  // the same, asked in another way
  std::vector<Reason> polled_reasons_;
  Condition now_;
  std::vector<Reason> notes_;
  bool job_open_ = false;
  bool told_supplies_ = false;  // it has an INFO SUPPLIES
  bool told_by_poll_ = false;   // the same, asked in another way
  bool id_from_wire_ = false;
  std::vector<std::string> languages_;  // from INFO CONFIG
};

}  // namespace platen::bidi
