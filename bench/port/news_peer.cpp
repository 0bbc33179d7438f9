#include <array>
#include <mutex>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "news.hpp"

namespace platen::bench {
namespace {

// 16 KiB each 1.3 ms are 100 Mbit/s.
constexpr std::size_t step_bytes = 16 * 1024;
constexpr std::int64_t step_ns = 1'300'000;

void send_all(int socket, const std::string& text) {
  if (::send(socket, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size()))
    give_up("the printer's wire is gone");
}

void sleep_until(std::int64_t when) {
  const timespec at{when / 1'000'000'000, when % 1'000'000'000};
  ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, nullptr);
}

}  // namespace

struct Peer::State {
  int listener = -1;
  int wire = -1;
  std::atomic<std::uint64_t> taken = 0;
  std::atomic<bool> quit = false;
  bool low = false;
  std::mutex saying;
  std::thread thread;

  void serve() {
    wire = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    const int at_once = 1;
    ::setsockopt(wire, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    std::array<char, step_bytes> buffer;
    std::string line;
    std::int64_t next = now_ns();
    for (;;) {
      const ssize_t count = ::recv(wire, buffer.data(), buffer.size(), 0);
      if (count <= 0 || quit) return;
      taken += static_cast<std::uint64_t>(count);
      for (const char c : std::string_view(buffer.data(), static_cast<std::size_t>(count))) {
        if (c == '@') line.clear();
        if (line.size() < 80) line += c;
        if (c != '\n' || !line.starts_with("@PJL ECHO")) continue;
        const std::lock_guard lock(saying);
        send_all(wire, line + "\f");
        line.clear();
      }
      next = std::max(next, now_ns() - step_ns) + step_ns * count / static_cast<ssize_t>(step_bytes);
      sleep_until(next);
    }
  }
};

Peer::Peer() : state_(std::make_unique<State>()) {
  state_->listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(state_->listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(state_->listener, 1) != 0 ||
      ::getsockname(state_->listener, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    give_up("the printer cannot listen");
  port_ = ntohs(address.sin_port);
  state_->thread = std::thread([state = state_.get()] { state->serve(); });
}

Peer::~Peer() {
  state_->quit = true;
  ::shutdown(state_->listener, SHUT_RDWR);
  ::shutdown(state_->wire, SHUT_RDWR);
  state_->thread.join();
  ::close(state_->wire);
  ::close(state_->listener);
}

std::uint64_t Peer::taken() const {
  return state_->taken;
}

std::int64_t Peer::event() {
  state_->low = !state_->low;
  const std::string words =
      state_->low ? "@PJL USTATUS DEVICE\r\nCODE=10006\r\nDISPLAY=\"88 TONER LOW\"\r\nONLINE=TRUE\r\n\f"
                  : "@PJL USTATUS DEVICE\r\nCODE=10001\r\nDISPLAY=\"READY\"\r\nONLINE=TRUE\r\n\f";
  const std::lock_guard lock(state_->saying);
  const std::int64_t at = now_ns();
  send_all(state_->wire, words);
  return at;
}

}  // namespace platen::bench
