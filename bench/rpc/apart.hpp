// What bench-rpc and a program that calls for it say to each other, over a socket that keeps the borders of
// packets: an Order there, microseconds a call (a double) back.
#pragma once

#include <sys/socket.h>
#include <unistd.h>

namespace platen::bench {

struct Order {
  bool nested;
  int calls;
};

template <typename T>
[[nodiscard]] bool put(int socket, const T& value) {
  return ::send(socket, &value, sizeof value, MSG_NOSIGNAL) == static_cast<ssize_t>(sizeof value);
}

template <typename T>
[[nodiscard]] bool take(int socket, T& value) {
  return ::read(socket, &value, sizeof value) == static_cast<ssize_t>(sizeof value);
}

}  // namespace platen::bench
