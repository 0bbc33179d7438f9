#include "rough_wire.hpp"

#include <algorithm>
#include <deque>

#include "rpc/ndr/octets.hpp"

namespace platen::rpc::testing {
namespace {

constexpr std::size_t capacity = 64 * 1024;

class RoughPipe : public std::enable_shared_from_this<RoughPipe> {
 public:
  RoughPipe(Clock& clock, Random& random, const Roughness& roughness)
      : clock_(clock), random_(random), roughness_(roughness) {}

  void pair_with(const std::shared_ptr<RoughPipe>& other) { other_ = other; }

  Result<std::size_t> write(std::span<const std::span<const std::byte>> parts) {
    if (!closed_ && chance(random_, roughness_.breaks)) break_both();
    if (closed_) return fail(Errc::closed, "write to", "a rough wire");
    std::size_t offered = 0;
    for (const auto& part : parts) offered += part.size();
    std::size_t room = capacity - std::min(capacity, octets_.size());
    if (chance(random_, roughness_.no_room)) room = 0;
    std::size_t take = std::min(offered, room);
    if (take > 1 && chance(random_, roughness_.in_pieces)) take = pick(random_, 1, take);
    std::size_t left = take;
    for (const auto& part : parts) {
      const auto taken = part.first(std::min(part.size(), left));
      octets_.insert(octets_.end(), taken.begin(), taken.end());
      left -= taken.size();
    }
    stir();
    return take;
  }

  void read(std::shared_ptr<TransportUser> reader) {
    reader_ = std::move(reader);
    stir();
  }
  void await_room(std::shared_ptr<TransportUser> writer) {
    writer_ = std::move(writer);
    stir();
  }
  void close(bool forget) {
    closed_ = true;
    frozen_ = false;
    if (forget) octets_.clear();
    stir();
  }

 private:
  void break_both() {
    close(true);
    if (auto other = other_.lock()) other->close(true);
  }

  void stir() {
    if (alarm_ || frozen_ || (!reader_ && !writer_)) return;
    const auto delay = pick(random_, 0, static_cast<std::uint64_t>(roughness_.longest_delay.count()));
    alarm_ = clock_.set(clock_.now() + Duration(delay), [weak = weak_from_this()] {
      if (auto self = weak.lock()) self->deliver();
    });
  }

  void deliver() {
    alarm_.reset();
    if (!closed_ && chance(random_, roughness_.freezes)) frozen_ = true;
    if (frozen_) return;
    if (!closed_ && chance(random_, roughness_.breaks)) break_both();
    if (reader_ && !octets_.empty()) {
      std::size_t size = octets_.size();
      if (chance(random_, roughness_.in_pieces)) size = pick(random_, 1, size);
      Octets piece = octets_of(std::span<const std::byte>(octets_).first(size));
      octets_.erase(octets_.begin(), octets_.begin() + static_cast<std::ptrdiff_t>(size));
      Descriptors none;
      auto reader = std::exchange(reader_, {});
      if (reader->on_octets(piece, none)) reader_ = std::move(reader);
    } else if (reader_ && closed_) {
      std::exchange(reader_, {})->on_end(fail(Errc::closed, "read from", "a rough wire"));
    }
    if (writer_ && (octets_.size() < capacity || closed_)) std::exchange(writer_, {})->on_room();
    if ((reader_ && (!octets_.empty() || closed_)) || (writer_ && octets_.size() < capacity)) stir();
  }

  Clock& clock_;
  Random& random_;
  Roughness roughness_;
  std::weak_ptr<RoughPipe> other_;
  std::vector<std::byte> octets_;
  bool closed_ = false;
  bool frozen_ = false;
  std::unique_ptr<Alarm> alarm_;
  std::shared_ptr<TransportUser> reader_;
  std::shared_ptr<TransportUser> writer_;
};

class RoughTransport final : public Transport {
 public:
  RoughTransport(std::shared_ptr<RoughPipe> in, std::shared_ptr<RoughPipe> out, Peer peer)
      : in_(std::move(in)), out_(std::move(out)), peer_(peer) {}
  ~RoughTransport() override { close(); }

  [[nodiscard]] const Peer& peer() const override { return peer_; }
  void read(std::shared_ptr<TransportUser> user) override { in_->read(std::move(user)); }
  void await_room(std::shared_ptr<TransportUser> user) override { out_->await_room(std::move(user)); }
  Result<std::size_t> write(std::span<const std::span<const std::byte>> parts, Descriptors&) override {
    return out_->write(parts);
  }
  void close() override {
    if (std::exchange(closed_, true)) return;
    in_->close(true);
    out_->close(false);
  }

 private:
  std::shared_ptr<RoughPipe> in_;
  std::shared_ptr<RoughPipe> out_;
  Peer peer_;
  bool closed_ = false;
};

}  // namespace

MemoryPair rough_pair(Clock& clock, Random& random, Roughness roughness, Peer client_is, Peer server_is) {
  auto up = std::make_shared<RoughPipe>(clock, random, roughness);
  auto down = std::make_shared<RoughPipe>(clock, random, roughness);
  up->pair_with(down);
  down->pair_with(up);
  return {std::make_unique<RoughTransport>(down, up, server_is),
          std::make_unique<RoughTransport>(up, down, client_is)};
}

}  // namespace platen::rpc::testing
