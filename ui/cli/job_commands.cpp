#include <algorithm>
#include <array>

#include "ui/cli/commands.hpp"
#include "ui/cli/desk.hpp"
#include "ui/cli/views.hpp"

namespace platen::cli {
namespace json = boost::json;

namespace {

// A key and a value around the first '='; nothing when there is none.
std::optional<std::pair<std::string, std::string>> key_and_value(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) return std::nullopt;
  return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

struct Chosen {
  int exit = Exit::done;
  std::string name;
};

Task<Chosen> choose_printer(Desk& desk, std::string named) {
  Chosen chosen;
  chosen.name = std::move(named);
  if (!chosen.name.empty()) co_return chosen;
  const Answer answer = co_await desk.call(Verb::get, "/api/printers");
  chosen.exit = answer.exit;
  if (!answer) co_return chosen;
  const auto printers = list(answer.body, "printers");
  if (printers.size() == 1) {
    chosen.name = raw_text(printers.front(), "name");
    co_return chosen;
  }
  std::string names;
  for (const auto& printer : printers) names += (names.empty() ? "" : ", ") + raw_text(printer, "name");
  chosen.exit = printers.empty()
                    ? desk.complain(Exit::refused,
                                    "No printer is installed. `platen install INF --port URI` installs one.")
                    : desk.complain(Exit::wrong_arguments,
                                    "There are several printers; choose one with -p: " + names + ".");
  co_return chosen;
}

int outcome(const json::object& job) {
  return raw_text(job, "state") == "completed" ? Exit::done : Exit::refused;
}

// Tells each new sentence of the job until it has ended.
Task<int> wait_for(Desk& desk, std::int64_t id) {
  const auto told = std::make_shared<std::string>();
  const auto look = [&desk, id, told](const json::object& job) -> std::optional<int> {
    if (number(job, "id") != id) return std::nullopt;
    const std::string sentence = shown(job, "sentence");
    if (!desk.json && !sentence.empty() && std::exchange(*told, sentence) != sentence)
      desk.out << "Job " << id << ": " << sentence << "\n" << std::flush;
    if (!is_over(job)) return std::nullopt;
    desk.show_json(job);
    return outcome(job);
  };
  Desk::OnEvent on_event = [&desk, id, look](std::string_view event,
                                             const json::object& data) -> std::optional<int> {
    if (event == "job") return look(data);
    if (event == "job-removed" && number(data, "id") == id)
      return desk.complain(Exit::refused, "Job " + std::to_string(id) + " was removed.");
    if (event != "snapshot") return std::nullopt;
    for (const auto& job : list(data, "jobs"))
      if (number(job, "id") == id) return look(job);
    return desk.complain(Exit::refused, "Job " + std::to_string(id) + " is gone.");
  };
  const int exit = co_await desk.follow(std::move(on_event));
  co_return exit;
}

// Says that a job is queued, and stays until it has ended when asked to.
Task<int> after_queueing(Desk& desk, json::object job, bool wait) {
  const std::int64_t id = number(job, "id");
  if (!desk.json)
    desk.out << "Job " << id << " queued on " << shown(job, "printer") << ".\n" << std::flush;
  else if (!wait)
    desk.show_json(job);
  if (!wait) co_return Exit::done;
  const int exit = co_await wait_for(desk, id);
  co_return exit;
}

}  // namespace

Task<int> print(Desk& desk, const CommandLine& line) {
  std::string query;
  for (const auto& option :
       line.options.contains("option") ? line.options.at("option") : std::vector<std::string>()) {
    const auto pair = key_and_value(option);
    if (!pair)
      co_return desk.complain(Exit::wrong_arguments,
                              "An option is written KEY=VALUE, not \"" + option + "\".");
    query += "&" + percent_encoded(pair->first) + "=" + percent_encoded(pair->second);
  }
  if (line.has("copies")) query += "&copies=" + percent_encoded(line.value("copies"));
  auto document = Document::open(line.argument(0));
  if (!document) co_return desk.complain(Exit::refused, document.error().sentence());
  const Chosen printer = co_await choose_printer(desk, line.value("printer"));
  if (printer.exit != Exit::done) co_return printer.exit;
  const std::string title = line.has("title") ? line.value("title") : document->name();
  const std::string type = line.has("type") ? line.value("type") : document->type();
  std::string target =
      "/api/printers/" + percent_encoded(printer.name) + "/jobs?name=" + percent_encoded(title);
  if (!type.empty()) target += "&type=" + percent_encoded(type);
  auto reply = co_await desk.client.send_document(target + query, *document);
  const Answer answer = desk.understand(std::move(reply));
  if (!answer) co_return answer.exit;
  const int exit = co_await after_queueing(desk, answer.body, line.has("wait"));
  co_return exit;
}

Task<int> test_page(Desk& desk, const CommandLine& line) {
  const Answer answer =
      co_await desk.call(Verb::post, "/api/printers/" + percent_encoded(line.argument(0)) + "/test-page");
  if (!answer) co_return answer.exit;
  const int exit = co_await after_queueing(desk, answer.body, line.has("wait"));
  co_return exit;
}

Task<int> list_jobs(Desk& desk, const CommandLine& line) {
  std::string target = "/api/jobs";
  if (!line.argument(0).empty()) target += "?printer=" + percent_encoded(line.argument(0));
  const Answer answer = co_await desk.call(Verb::get, target);
  if (!answer || desk.show_json(answer.body)) co_return answer.exit;
  const auto jobs = list(answer.body, "jobs");
  desk.out << (jobs.empty() ? "There are no jobs.\n" : job_list(jobs));
  co_return Exit::done;
}

Task<int> job(Desk& desk, const CommandLine& line) {
  const std::string id = line.argument(0);
  const std::string action = line.argument(1);
  if (id.empty() || id.find_first_not_of("0123456789") != std::string::npos)
    co_return desk.complain(Exit::wrong_arguments,
                            "A job is named by its number, not \"" + id + "\"; `platen jobs` lists them.");
  constexpr std::array<std::string_view, 4> simple = {"hold", "release", "cancel", "restart"};
  const bool is_simple = std::find(simple.begin(), simple.end(), action) != simple.end();
  if (!is_simple && action != "show" && action != "alter")
    co_return desk.complain(
        Exit::wrong_arguments,
        "A job can be held, released, cancelled, restarted, shown or altered; there is no \"" + action +
            "\".");
  if ((action == "alter") != (line.arguments.size() > 2))
    co_return desk.complain(Exit::wrong_arguments,
                            action == "alter" ? "Say what to alter: KEY=VALUE."
                                              : "`platen job ID " + action + "` takes nothing more.");
  const std::string target = "/api/jobs/" + id;
  Answer answer;
  if (action == "alter") {
    json::object changes;
    for (std::size_t i = 2; i < line.arguments.size(); ++i) {
      const auto pair = key_and_value(line.argument(i));
      if (!pair)
        co_return desk.complain(Exit::wrong_arguments,
                                "A change is written KEY=VALUE, not \"" + line.argument(i) + "\".");
      changes[pair->first] = pair->second;
    }
    answer = co_await desk.call(Verb::patch, target, std::move(changes));
  } else if (is_simple) {
    answer = co_await desk.call(Verb::post, target + "/" + action);
  } else {
    answer = co_await desk.call(Verb::get, target);
  }
  if (!answer || desk.show_json(answer.body)) co_return answer.exit;
  if (is_simple)
    desk.out << "Job " << number(answer.body, "id") << ": " << shown(answer.body, "sentence") << "\n";
  else
    desk.out << job_details(answer.body);
  co_return Exit::done;
}

}  // namespace platen::cli
