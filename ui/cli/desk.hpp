// What every command works with: platend, the terminal, and how answers and failures are told.
//
// Owned by run_platen(); one reactor, one thread.
#pragma once

#include <functional>
#include <ostream>

#include <boost/json/object.hpp>

#include "base/launcher.hpp"
#include "ui/cli/client.hpp"
#include "ui/cli/terminal.hpp"

namespace platen::cli {

// docs/architecture.md and platen(1) promise these.
enum Exit { done = 0, refused = 1, wrong_arguments = 2, unreachable = 3 };

// platend's answer; when it is none, the failure was told already and `exit` is what the command ends with.
struct Answer {
  int exit = Exit::done;
  boost::json::object body;
  explicit operator bool() const { return exit == Exit::done; }
};

class Desk {
 public:
  Desk(Client& server, Clock& time, Launcher& programs, std::ostream& output, std::ostream& errors)
      : client(server), clock(time), launcher(programs), out(output), err(errors) {}

  Client& client;
  Clock& clock;
  Launcher& launcher;
  std::ostream& out;
  std::ostream& err;
  bool json = false;
  Look look;

  Task<Answer> call(Verb verb, std::string target, std::optional<boost::json::value> body = std::nullopt,
                    Duration patience = answer_time);
  Answer understand(Result<Reply> reply);

  // With --json, prints it and returns true: the command has nothing more to say.
  bool show_json(const boost::json::object& body);
  int complain(int exit, const std::string& sentence);

  // Tells each event, from a snapshot on, until it returns an exit code; connects again when platend
  // restarts.
  using OnEvent = std::function<std::optional<int>(std::string_view name, const boost::json::object& data)>;
  Task<int> follow(OnEvent on_event);
};

// Members of platend's objects, for people: never a control character, "" or 0 where a member is missing.
std::string shown(const boost::json::object& object, std::string_view key);
std::string raw_text(const boost::json::object& object, std::string_view key);
std::int64_t number(const boost::json::object& object, std::string_view key);
bool flag(const boost::json::object& object, std::string_view key);
std::vector<boost::json::object> list(const boost::json::object& object, std::string_view key);

}  // namespace platen::cli
