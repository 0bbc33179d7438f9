#include "rpc/memory_transport.hpp"

#include <algorithm>
#include <deque>

#include "base/event.hpp"

namespace platen::rpc {
namespace {

// About what Linux gives a Unix socket.
constexpr std::size_t capacity = 208 * 1024;

// One direction. Each write stays a chunk of its own, so that descriptors arrive with the octets they left
// with.
struct Pipe {
  explicit Pipe(const boost::asio::any_io_executor& executor) : changed(executor) {}
  struct Chunk {
    std::vector<std::byte> octets;
    std::size_t taken = 0;
    std::vector<Fd> descriptors;
  };
  std::deque<Chunk> chunks;
  std::size_t held = 0;
  bool closed = false;
  Event changed;
};

class MemoryTransport final : public Transport {
 public:
  MemoryTransport(Clock& clock, std::shared_ptr<Pipe> in, std::shared_ptr<Pipe> out, Peer peer)
      : clock_(clock), in_(std::move(in)), out_(std::move(out)), peer_(peer) {}
  ~MemoryTransport() override { close(); }

  [[nodiscard]] const Peer& peer() const override { return peer_; }

  Task<Result<std::size_t>> read_some(std::span<std::byte> into, std::vector<Fd>& descriptors,
                                      Deadline deadline) override {
    auto pipe = in_;
    while (pipe->chunks.empty()) {
      if (closed_) co_return error("read from");
      if (pipe->closed) co_return std::size_t{0};
      if (auto woken = co_await pipe->changed.wait(clock_, deadline); !woken) co_return woken.error();
    }
    auto& chunk = pipe->chunks.front();
    for (auto& fd : chunk.descriptors) descriptors.push_back(std::move(fd));
    chunk.descriptors.clear();
    const std::size_t count = std::min(into.size(), chunk.octets.size() - chunk.taken);
    std::copy_n(chunk.octets.begin() + static_cast<std::ptrdiff_t>(chunk.taken), count, into.begin());
    chunk.taken += count;
    if (chunk.taken == chunk.octets.size()) pipe->chunks.pop_front();
    pipe->held -= count;
    pipe->changed.notify();
    co_return count;
  }

  Task<Result<std::size_t>> write_some(std::span<const std::byte> from, std::vector<Fd>& descriptors,
                                       Deadline deadline) override {
    auto pipe = out_;
    while (pipe->held >= capacity && !pipe->closed)
      if (auto woken = co_await pipe->changed.wait(clock_, deadline); !woken) co_return woken.error();
    if (pipe->closed) co_return error("write to");
    const std::size_t count = std::min(from.size(), capacity - pipe->held);
    Pipe::Chunk chunk;
    chunk.octets.assign(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(count));
    chunk.descriptors = std::exchange(descriptors, {});
    pipe->chunks.push_back(std::move(chunk));
    pipe->held += count;
    pipe->changed.notify();
    co_return count;
  }

  void close() override {
    if (std::exchange(closed_, true)) return;
    for (auto* pipe : {in_.get(), out_.get()}) {
      pipe->closed = true;
      pipe->changed.notify();
    }
    in_->chunks.clear();
    in_->held = 0;
  }

 private:
  [[nodiscard]] Error error(const char* verb) const {
    return fail(Errc::closed, verb, "the connection of " + peer_.text());
  }

  Clock& clock_;
  std::shared_ptr<Pipe> in_;
  std::shared_ptr<Pipe> out_;
  Peer peer_;
  bool closed_ = false;
};

}  // namespace

MemoryPair memory_pair(Clock& clock, boost::asio::any_io_executor executor, Peer client_is, Peer server_is) {
  auto up = std::make_shared<Pipe>(executor);
  auto down = std::make_shared<Pipe>(executor);
  return {std::make_unique<MemoryTransport>(clock, down, up, server_is),
          std::make_unique<MemoryTransport>(clock, up, down, client_is)};
}

}  // namespace platen::rpc
