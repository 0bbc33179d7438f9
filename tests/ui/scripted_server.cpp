#include "scripted_server.hpp"

#include <algorithm>
#include <cstring>

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace platen::cli {
namespace {

constexpr std::size_t kept_of_body = 1 << 20;

// Bytes of one connection, with what was read too far kept.
class Reader {
 public:
  explicit Reader(int fd) : fd_(fd) {}
  bool more() {
    char piece[65536];
    const ssize_t got = ::read(fd_, piece, sizeof piece);
    if (got > 0) held_.append(piece, static_cast<std::size_t>(got));
    return got > 0;
  }
  std::string until(const std::string& mark) {
    std::size_t at = 0;
    while ((at = held_.find(mark)) == std::string::npos)
      if (!more()) return {};
    return take(at + mark.size());
  }
  // Up to `most` bytes.
  std::string some(std::size_t most) {
    if (held_.empty() && !more()) return {};
    return take(std::min(most, held_.size()));
  }

 private:
  std::string take(std::size_t size) {
    std::string taken = held_.substr(0, size);
    held_.erase(0, size);
    return taken;
  }
  int fd_;
  std::string held_;
};

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (put <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
}

std::string header(const std::string& head, const std::string& name) {
  const std::size_t at = head.find("\r\n" + name + ": ");
  if (at == std::string::npos) return {};
  const std::size_t start = at + name.size() + 4;
  return head.substr(start, head.find("\r\n", start) - start);
}

}  // namespace

ScriptedServer::ScriptedServer() {
  std::string pattern = (std::filesystem::temp_directory_path() / "platen-cli-XXXXXX").string();
  folder_ = ::mkdtemp(pattern.data());
  path_ = folder_ / "platend.sock";
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path_.c_str(), sizeof address.sun_path - 1);
  EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(::listen(listener_, 8), 0);
  thread_ = std::thread([this] { serve(); });
}

ScriptedServer::~ScriptedServer() {
  ending_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  if (const int open = connection_; open >= 0) ::shutdown(open, SHUT_RDWR);
  thread_.join();
  ::close(listener_);
  std::error_code ec;
  std::filesystem::remove_all(folder_, ec);
}

void ScriptedServer::answer(const std::string& line, unsigned status, const std::string& body) {
  answer(line, ScriptedAnswer{http_reply(status, body)});
}

void ScriptedServer::answer(const std::string& line, ScriptedAnswer answer) {
  const std::lock_guard lock(mutex_);
  answers_[line].push_back(std::move(answer));
}

std::vector<SeenRequest> ScriptedServer::requests() {
  const std::lock_guard lock(mutex_);
  return seen_;
}

void ScriptedServer::serve() {
  while (!ending_) {
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    connection_ = connection;
    serve_one(connection);
    connection_ = -1;
    ::close(connection);
  }
}

void ScriptedServer::serve_one(int connection) {
  Reader reader(connection);
  SeenRequest request;
  request.head = reader.until("\r\n\r\n");
  if (request.head.empty()) return;
  request.line = request.head.substr(0, request.head.find(" HTTP/1.1"));
  ScriptedAnswer answer{http_reply(404, R"({"error":{"code":"not-found","sentence":"Not in the script."}})")};
  {
    const std::lock_guard lock(mutex_);
    std::size_t longest = 0;
    for (auto& [line, answers] : answers_) {
      if (!request.line.starts_with(line) || line.size() < longest) continue;
      longest = line.size();
      answer = answers.front();
    }
    for (auto& [line, answers] : answers_)
      if (line.size() == longest && request.line.starts_with(line) && answers.size() > 1) answers.pop_front();
  }
  if (answer.after > 0) {
    if (header(request.head, "Expect") == "100-continue")
      write_all(connection, "HTTP/1.1 100 Continue\r\n\r\n");
    const auto keep = [&request](const std::string& bytes) {
      request.size += bytes.size();
      request.body += bytes.substr(0, kept_of_body - std::min(kept_of_body, request.body.size()));
    };
    const bool chunked = header(request.head, "Transfer-Encoding") == "chunked";
    const std::string length = header(request.head, "Content-Length");
    std::size_t left = chunked || length.empty() ? 0 : std::stoull(length);
    while (request.size < answer.after) {
      if (left == 0 && chunked) {
        left = std::stoull("0" + reader.until("\r\n"), nullptr, 16);
        if (left == 0) break;
        left += 2;  // its line's end
      }
      if (left == 0) break;
      std::string bytes = reader.some(left);
      if (bytes.empty()) break;
      left -= bytes.size();
      if (chunked && left < 2) bytes.resize(bytes.size() - (2 - std::min<std::size_t>(left, 2)));
      keep(bytes);
    }
  }
  {
    const std::lock_guard lock(mutex_);
    seen_.push_back(std::move(request));
  }
  write_all(connection, answer.bytes);
}

std::string http_reply(unsigned status, const std::string& body) {
  return "HTTP/1.1 " + std::to_string(status) +
         " X\r\nContent-Type: application/json\r\nConnection: close\r\n" +
         (status == 204 ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n") + "\r\n" + body;
}

std::string event_reply(const std::string& text) {
  return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n" + text;
}

}  // namespace platen::cli
