#include "rpc/transport/memory.hpp"

#include <algorithm>
#include <deque>

#include <boost/asio/post.hpp>

#include "rpc/ndr/octets.hpp"

namespace platen::rpc {
namespace {

// About what Linux gives a Unix socket.
constexpr std::size_t capacity = 208 * 1024;

// One direction. Each write stays a chunk of its own, so that descriptors arrive with the octets they left
// with.
class Pipe : public std::enable_shared_from_this<Pipe> {
 public:
  explicit Pipe(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

  void read(std::shared_ptr<TransportUser> reader) {
    reader_ = std::move(reader);
    if (!chunks_.empty() || closed_) stir();
  }
  void await_room(std::shared_ptr<TransportUser> writer) {
    writer_ = std::move(writer);
    if (held_ < capacity || closed_) stir();
  }
  [[nodiscard]] bool closed() const { return closed_; }

  std::size_t write(std::span<const std::span<const std::byte>> parts, Descriptors& descriptors) {
    const std::size_t before = held_;
    Chunk chunk;
    for (const auto& part : parts) {
      const auto taken = part.first(std::min(part.size(), capacity - held_));
      append(chunk.octets, taken);
      held_ += taken.size();
    }
    if (held_ == before) return 0;
    chunk.descriptors = std::exchange(descriptors, {});
    chunks_.push_back(std::move(chunk));
    stir();
    return held_ - before;
  }

  // `forget`: the reading side closes, and what is under way is lost.
  void close(bool forget) {
    closed_ = true;
    if (forget) {
      chunks_.clear();
      held_ = 0;
    }
    stir();
  }

 private:
  struct Chunk {
    Octets octets;
    Descriptors descriptors;
  };

  void stir() {
    if (std::exchange(stirred_, true)) return;
    boost::asio::post(executor_, [self = shared_from_this()] { self->deliver(); });
  }

  void deliver() {
    stirred_ = false;
    if (reader_ && !chunks_.empty()) {
      Chunk chunk = std::move(chunks_.front());
      chunks_.pop_front();
      held_ -= chunk.octets.size();
      const auto reader = std::exchange(reader_, {});
      if (reader->on_octets(chunk.octets, chunk.descriptors)) read(reader);
    } else if (reader_ && closed_) {
      std::exchange(reader_, {})->on_end(fail(Errc::closed, "read from", "a connection in memory"));
    }
    if (writer_ && (held_ < capacity || closed_)) std::exchange(writer_, {})->on_room();
  }

  boost::asio::any_io_executor executor_;
  std::deque<Chunk> chunks_;
  std::size_t held_ = 0;
  bool closed_ = false;
  bool stirred_ = false;
  std::shared_ptr<TransportUser> reader_;
  std::shared_ptr<TransportUser> writer_;
};

class MemoryTransport final : public Transport {
 public:
  MemoryTransport(std::shared_ptr<Pipe> in, std::shared_ptr<Pipe> out, Peer peer)
      : in_(std::move(in)), out_(std::move(out)), peer_(peer) {}
  ~MemoryTransport() override { close(); }

  [[nodiscard]] const Peer& peer() const override { return peer_; }
  void read(std::shared_ptr<TransportUser> user) override { in_->read(std::move(user)); }
  void await_room(std::shared_ptr<TransportUser> user) override { out_->await_room(std::move(user)); }

  Result<std::size_t> write(std::span<const std::span<const std::byte>> parts,
                            Descriptors& descriptors) override {
    if (out_->closed()) return fail(Errc::closed, "write to", "the connection of " + peer_.text());
    return out_->write(parts, descriptors);
  }

  void close() override {
    if (std::exchange(closed_, true)) return;
    in_->close(true);
    out_->close(false);
  }

 private:
  std::shared_ptr<Pipe> in_;
  std::shared_ptr<Pipe> out_;
  Peer peer_;
  bool closed_ = false;
};

}  // namespace

MemoryPair memory_pair(boost::asio::any_io_executor executor, Peer client_is, Peer server_is) {
  auto up = std::make_shared<Pipe>(executor);
  auto down = std::make_shared<Pipe>(executor);
  return {std::make_unique<MemoryTransport>(down, up, server_is),
          std::make_unique<MemoryTransport>(up, down, client_is)};
}

}  // namespace platen::rpc
