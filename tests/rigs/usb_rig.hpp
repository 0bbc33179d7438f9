// A test's end of the line to usb_server (usb_desk.hpp lists the words). A test that is not started under the
// rig fails, and says so.
//
//   UsbRig rig;
//   rig.tell("plug 1 E250d");
//   ...
//   EXPECT_EQ(rig.heard(1), job);
#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

namespace platen::rig {

class UsbRig {
 public:
  UsbRig() {
    const char* number = std::getenv("PLATEN_USB_RIG");
    if (!number) throw std::runtime_error("this test runs under usb_server only: usb_server TEST");
    line_ = std::atoi(number);
    constexpr timeval patience{20, 0};
    ::setsockopt(line_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  // Leaves the desk empty for the next test.
  ~UsbRig() {
    for (char socket = '1'; socket <= '9'; ++socket) (void)say(std::string("unplug ") + socket);
  }
  UsbRig(const UsbRig&) = delete;
  UsbRig& operator=(const UsbRig&) = delete;

  // The answer without its "ok ".
  std::string tell(const std::string& words) {
    const std::string answer = say(words);
    if (!answer.starts_with("ok")) throw std::runtime_error("\"" + words + "\": " + answer);
    return answer.size() > 3 ? answer.substr(3) : "";
  }

  std::string heard(int socket) {
    const std::string path = "/tmp/platen-usb-rig-" + std::to_string(::getpid());
    tell("heard " + std::to_string(socket) + " " + path);
    std::ifstream file(path, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(file), {}};
    ::unlink(path.c_str());
    return bytes;
  }

  std::map<std::string, long> counts(int socket) {
    std::istringstream words(tell("counts " + std::to_string(socket)));
    std::map<std::string, long> counts;
    for (std::string word; words >> word;)
      counts[word.substr(0, word.find('='))] = std::stol(word.substr(word.find('=') + 1));
    return counts;
  }

  void say_from(int socket, const std::string& bytes) {
    std::ostringstream words;
    words << "say " << socket << " " << std::hex;
    for (const char c : bytes)
      words << (static_cast<unsigned char>(c) < 16 ? "0" : "") << int{static_cast<unsigned char>(c)};
    tell(words.str());
  }

  struct Ran {
    int code;
    std::string out;  // and what it said on stderr
  };
  // Runs a program of somebody else's, which sees the same USB; without our sanitizers. One that hangs is
  // ended after 40 seconds, with code 124.
  static Ran run(const std::string& command) {
    const char* ours = std::getenv("LD_PRELOAD");
    const std::string kept = ours ? ours : "";
    ::setenv("LD_PRELOAD", kept.substr(kept.rfind(':') + 1).c_str(), 1);
    FILE* pipe = ::popen(("timeout --kill-after=2 40 env " + command + " 2>&1").c_str(), "r");
    ::setenv("LD_PRELOAD", kept.c_str(), 1);
    if (!pipe) return {-1, "cannot start " + command};
    Ran ran{};
    std::array<char, 4096> buffer;
    for (std::size_t n = 0; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
      ran.out.append(buffer.data(), n);
    const int status = ::pclose(pipe);
    ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return ran;
  }

 private:
  std::string say(const std::string& words) {
    const std::string out = words + "\n";
    if (::send(line_, out.data(), out.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(out.size()))
      throw std::runtime_error("the rig is gone");
    std::string answer;
    for (char c = 0; ::recv(line_, &c, 1, 0) == 1;) {
      if (c == '\n') return answer;
      answer += c;
    }
    throw std::runtime_error("the rig does not answer");
  }

  int line_ = -1;
};

}  // namespace platen::rig
