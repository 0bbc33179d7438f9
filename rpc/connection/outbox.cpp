#include "rpc/connection/outbox.hpp"

#include <algorithm>

namespace platen::rpc {

Outgoing::Outgoing(const StubHeader& front, const CallHeader* header, Octets body, Descriptors descriptors,
                   std::uint16_t fragment)
    : front_(front), front_size_(front.size()), body_(std::move(body)), descriptors_(std::move(descriptors)) {
  if (header != nullptr) {
    encode_call_header(*header, call_header_);
    call_header_size_ = CallHeader::size;
  }
  room_ = (fragment - front_size_) / 8U * 8U;
  const std::size_t stub = call_header_size_ + body_.size();
  const std::size_t fragments = std::max<std::size_t>((stub + room_ - 1) / room_, 1);
  left_ = fragments * front_size_ + stub;
}

Result<std::size_t> Outgoing::send(Transport& transport) {
  std::array<std::span<const std::byte>, 3 * most_fragments> parts;
  std::array<std::array<std::byte, longest_header>, most_fragments> fronts;
  std::size_t count = 0;
  if (front_size_ == 0) {
    parts[count++] = std::span<const std::byte>(body_).subspan(sent_);
  } else {
    const std::size_t stub = call_header_size_ + body_.size();
    const std::size_t last = stub == 0 ? 0 : (stub - 1) / room_;
    std::size_t fragment = sent_ / (front_size_ + room_);
    std::size_t skip = sent_ % (front_size_ + room_);
    const auto add = [&parts, &count, &skip](std::span<const std::byte> part) {
      const std::size_t skipped = std::min(skip, part.size());
      skip -= skipped;
      if (skipped < part.size()) parts[count++] = part.subspan(skipped);
    };
    for (std::size_t i = 0; i < most_fragments && fragment <= last; ++i, ++fragment) {
      const std::size_t from = fragment * room_;
      const std::size_t size = std::min(room_, stub - from);
      auto& front = fronts[i];
      const int flags = (fragment == 0 ? first_fragment : 0) | (fragment == last ? last_fragment : 0);
      encode_header(front_, static_cast<std::uint8_t>(flags), size, stub - from, front.data());
      add(std::span<const std::byte>(front).first(front_size_));
      std::size_t begin = from;
      if (begin < call_header_size_) {
        add(std::span<const std::byte>(call_header_)
                .subspan(begin, std::min(size, call_header_size_ - begin)));
        begin = std::min(from + size, call_header_size_);
      }
      if (begin < from + size)
        add(std::span<const std::byte>(body_).subspan(begin - call_header_size_, from + size - begin));
    }
  }
  auto took = transport.write(std::span(parts).first(count), descriptors_);
  if (!took) return took.error();
  sent_ += *took;
  left_ -= *took;
  return *took;
}

Result<Outbox::Put> Outbox::put(Transport& transport, Outgoing message) {
  if (closed_) return Put::sent;
  if (items_.empty()) {
    for (;;) {
      auto took = message.send(transport);
      if (!took) return took.error();
      if (message.left() == 0) return Put::sent;
      if (*took == 0) break;
    }
  }
  if (held_ + message.left() > limits_.queue_limit) return Put::too_much;
  held_ += message.left();
  items_.push_back(std::move(message));
  return Put::waits;
}

Result<bool> Outbox::send_on(Transport& transport) {
  while (first_ < items_.size()) {
    auto took = items_[first_].send(transport);
    if (!took) return took.error();
    held_ -= *took;
    if (items_[first_].left() == 0) {
      items_[first_++] = Outgoing();
    } else if (*took == 0) {
      changed_.notify();
      return false;
    }
  }
  items_ = std::vector<Outgoing>();
  first_ = 0;
  changed_.notify();
  return true;
}

Task<Result<void>> Outbox::wait_for_room(Clock& clock, Deadline deadline) {
  while (full() && !closed_)
    if (auto woken = co_await changed_.wait(clock, deadline); !woken) co_return woken.error();
  co_return Result<void>();
}

void Outbox::close() {
  closed_ = true;
  items_ = std::vector<Outgoing>();
  first_ = 0;
  held_ = 0;
  changed_.notify();
}

}  // namespace platen::rpc
