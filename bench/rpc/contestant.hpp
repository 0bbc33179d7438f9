// One way of calling another process over a Unix socket, as it is measured: the other end is a process of its
// own, on the same processor.
#pragma once

#include <memory>
#include <string>

#include "child.hpp"

namespace platen::bench {

inline constexpr std::size_t payload = 64;  // octets, there and back

class Contestant {
 public:
  virtual ~Contestant() = default;
  // Microseconds a call, over so many.
  [[nodiscard]] virtual double flat(int calls) = 0;
  // The same, where the callee calls the caller back before it answers.
  [[nodiscard]] virtual double nested(int calls) = 0;
};

// Blocking reads and writes of the bare octets: the floor.
[[nodiscard]] std::unique_ptr<Contestant> make_raw();
[[nodiscard]] std::unique_ptr<Contestant> make_platen();
// sd-bus from peer to peer, without a daemon.
[[nodiscard]] std::unique_ptr<Contestant> make_sdbus();
// Cap'n Proto, two parties; the callback is a capability that is passed with the call.
[[nodiscard]] std::unique_ptr<Contestant> make_capnp();
// gRPC; a bidirectional stream stands for the callback, which it has not.
[[nodiscard]] std::unique_ptr<Contestant> make_grpc();

// One that calls from a program of its own, beside this one: a library that starts threads, takes signals or
// wakes up by itself does so where it slows down nobody else's calls. In this program they
// made sd-bus 2 to 3 % slower.
[[nodiscard]] std::unique_ptr<Contestant> make_apart(const std::string& program);

// Prints what only Platen's runtime is asked: bulk, memory of idle connections, allocations of small calls.
void measure_platen_itself();

}  // namespace platen::bench
