// The thread that moves a parallel port's lines.
//
// A handshake is a busy wait: a printer may take 35 ms for each answer, and is watched with a system call per
// microsecond. In the reactor that would hold up everything else that the monitor promises to answer at once;
// cut into slices it would break off within bytes. So the lines have a thread of their own, and the reactor
// only leaves and gets mail.
//
//   Worker worker(std::move(lines), {.heard = …, .sent = …, .lost = …});
//   worker.submit([](ParallelHost& host) { … });    // in the worker's turn: open, close, device id, …
//   worker.send(1, bytes);                          // one at a time; `sent` tells how many were taken
//
// The calls are made by the reactor's thread, and return at once, the destructor excepted: it waits for the
// present burst and for leaving the mode, which are a few answer_patience with a printer that does not
// answer, and a millisecond else. The events come on the worker's thread.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "port/parallel/parallel_host.hpp"

namespace platen::port::ieee1284 {

class Worker {
 public:
  struct Events {
    std::function<void(std::string)> heard;
    // The send() of this number is over. Zero bytes only after stop_sending(). None comes after a loss or a
    // close.
    std::function<void(std::uint64_t, std::size_t)> sent;
    std::function<void(Error)> lost;  // the host was closed
  };
  using Job = std::function<void(ParallelHost&)>;

  Worker(std::unique_ptr<ParallelLines> lines, Events events);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void submit(Job job);
  void send(std::uint64_t number, std::vector<std::byte> bytes);
  void stop_sending();
  // Ends the present wait for the printer, so that the next job has its turn.
  void hurry();
  // From a job: the port is open from now on, or is not.
  void set_open(bool open);
  // The reactor has this many bytes that nobody has read; above a limit the printer is not listened to.
  void set_unread(std::size_t count);

 private:
  void run();
  [[nodiscard]] Job next_job();
  void burst();
  void idle();
  void listen();
  void sent(std::size_t count);
  void forget_outgoing();
  void nap(Duration span);

  std::unique_ptr<ParallelLines> lines_;
  Events events_;
  std::atomic<bool> hurry_ = false;
  std::atomic<std::size_t> unread_ = 0;
  ParallelHost host_;

  std::mutex mutex_;
  std::deque<Job> jobs_;
  std::vector<std::byte> outgoing_;
  std::uint64_t outgoing_number_ = 0;
  bool stop_sending_ = false;
  bool quit_ = false;

  // The worker's own.
  bool open_ = false;
  bool interrupts_work_ = false;
  bool interrupts_failed_ = false;
  bool rested_ = false;  // during the last nap the printer could call
  bool interrupted_ = false;
  Instant last_look_{};
  Duration nap_{};

  std::thread thread_;
};

}  // namespace platen::port::ieee1284
