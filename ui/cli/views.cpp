#include "ui/cli/views.hpp"

#include "ui/cli/desk.hpp"

namespace platen::cli {
namespace json = boost::json;

namespace {

std::string counted(std::int64_t count, const std::string& thing) {
  return std::to_string(count) + " " + thing + (count == 1 ? "" : "s");
}

// Levels under zero are the Printer MIB's: -3 is "some", the others "nobody knows".
void add_supply(Table& table, const json::object& supply, Look look) {
  const std::int64_t level = number(supply, "level");
  if (level < 0) {
    table.add({shown(supply, "name"), level == -3 ? "some is left" : "level not known"});
    return;
  }
  std::string text = (flag(supply, "estimated") ? "about " : "") + std::to_string(level) + " %";
  const bool receptacle = raw_text(supply, "type").starts_with("waste");
  if (!receptacle && level <= number(supply, "low")) text += level == 0 ? "  empty" : "  low";
  table.add({shown(supply, "name"),
             bar(static_cast<int>(std::min<std::int64_t>(level, 100)), raw_text(supply, "color"), look) +
                 " " + text});
}

std::string tray_level(const json::object& tray) {
  const std::int64_t level = number(tray, "level");
  const std::int64_t capacity = number(tray, "capacity");
  if (level == 0) return "empty";
  if (level == -3) return "not empty";
  if (level < 0) return "level not known";
  return capacity > 0 ? std::to_string(level) + " of " + counted(capacity, "sheet") : counted(level, "sheet");
}

std::string pages(const json::object& job) {
  const std::string done = std::to_string(number(job, "pagesDone"));
  const std::int64_t all = number(job, "pages");
  return all > 0 ? done + " of " + std::to_string(all) : done;
}

std::string state_of(const json::object& printer) {
  if (flag(printer, "paused")) return "paused";
  return shown(printer, "state");
}

}  // namespace

std::string printer_list(const std::vector<json::object>& printers) {
  Table table({"NAME", "STATE", "QUEUED", "MODEL", "PORT"});
  for (const auto& printer : printers)
    table.add({shown(printer, "name"), state_of(printer), std::to_string(number(printer, "queued")),
               shown(printer, "model"), shown(printer, "uri")});
  return table.text();
}

std::string paused(const std::string& printer) {
  return printer + " is paused: jobs wait. `platen resume " + printer + "` goes on.";
}

std::string printer_status(const json::object& printer, Look look) {
  std::string text = shown(printer, "name") + ": " + shown(printer, "sentence") + "\n";
  if (flag(printer, "paused")) text += "  " + paused(shown(printer, "name")) + "\n";
  for (const auto& reason : list(printer, "reasons"))
    if (const std::string sentence = shown(reason, "sentence");
        !sentence.empty() && sentence != shown(printer, "sentence"))
      text += "  " + shown(reason, "severity") + ": " + sentence + "\n";
  if (const std::string message = shown(printer, "message"); !message.empty())
    text += "  Its display says \"" + message + "\".\n";
  text += ink(printer, look);
  Table trays;
  for (const auto& tray : list(printer, "trays")) {
    std::string what = shown(tray, "size");
    if (const std::string type = shown(tray, "type"); !type.empty())
      what += (what.empty() ? "" : ", ") + type;
    trays.add({shown(tray, "name"), what, tray_level(tray)});
  }
  text += trays.text("  ");
  if (const std::int64_t queued = number(printer, "queued"); queued > 0)
    text += "  " + counted(queued, "job") + (queued == 1 ? " is" : " are") + " queued.\n";
  return text;
}

std::string ink(const json::object& printer, Look look) {
  Table table;
  for (const auto& supply : list(printer, "supplies")) add_supply(table, supply, look);
  return table.text("  ");
}

std::string job_list(const std::vector<json::object>& jobs) {
  Table table({"JOB", "PRINTER", "STATE", "PAGES", "SIZE", "USER", "NAME"});
  for (const auto& job : jobs)
    table.add({std::to_string(number(job, "id")), shown(job, "printer"), shown(job, "state"), pages(job),
               human_size(static_cast<std::uint64_t>(number(job, "size"))), shown(job, "user"),
               shown(job, "name")});
  return table.text();
}

std::string job_details(const json::object& job) {
  std::string text = "Job " + std::to_string(number(job, "id")) + " on " + shown(job, "printer") + ": " +
                     shown(job, "sentence") + "\n";
  Table table;
  table.add({"name", shown(job, "name")});
  table.add({"state", shown(job, "state")});
  table.add({"user", shown(job, "user")});
  table.add({"type", shown(job, "type")});
  table.add({"size", human_size(static_cast<std::uint64_t>(number(job, "size")))});
  table.add({"pages", pages(job)});
  table.add({"copies", std::to_string(number(job, "copies"))});
  table.add({"created", shown(job, "created")});
  if (const std::string finished = shown(job, "finished"); !finished.empty())
    table.add({"finished", finished});
  return text + table.text("  ");
}

bool is_over(const json::object& job) {
  const std::string state = raw_text(job, "state");
  return state == "completed" || state == "canceled" || state == "aborted";
}

}  // namespace platen::cli
