// platend as a test plays it: HTTP on a Unix socket, each answer written down beforehand. One request per
// connection.
//
//   ScriptedServer server;
//   server.answer("GET /api/jobs", 200, R"({"jobs":[]})");
//   … run the command with server.socket() …
//   EXPECT_EQ(server.requests()[0].head, …);
//
// Serves on a thread of its own until destroyed.
#pragma once

#include <atomic>
#include <deque>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace platen::cli {

struct SeenRequest {
  std::string line;  // "POST /api/printers/T640/jobs?name=x"
  std::string head;  // all header lines
  std::string body;  // decoded; at most its first megabyte
  std::size_t size = 0;
};

struct ScriptedAnswer {
  std::string bytes;  // as they go out
  std::size_t after =
      SIZE_MAX;  // answers when so much of the body has come, and closes; 0: without taking any
};

class ScriptedServer {
 public:
  ScriptedServer();
  ~ScriptedServer();

  // The answers to requests whose line begins so, one after the other; the last one is given again and again.
  void answer(const std::string& line, unsigned status, const std::string& body);
  void answer(const std::string& line, ScriptedAnswer answer);

  [[nodiscard]] std::string socket() const { return path_.string(); }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] std::vector<SeenRequest> requests();

 private:
  void serve();
  void serve_one(int connection);

  std::filesystem::path folder_;
  std::filesystem::path path_;
  int listener_ = -1;
  std::atomic<int> connection_{-1};
  std::atomic<bool> ending_{false};
  std::mutex mutex_;
  std::map<std::string, std::deque<ScriptedAnswer>> answers_;
  std::vector<SeenRequest> seen_;
  std::thread thread_;
};

std::string http_reply(unsigned status, const std::string& body);
// An event stream that ends when the text does.
std::string event_reply(const std::string& text);

}  // namespace platen::cli
