#include "virtual/dot4/wire_format.hpp"

#include <utility>

namespace platen::vprinter::dot4 {
namespace {

constexpr std::string_view kMagic{"\0\0\0\x1b\x01@EJL 1284.4\n", 17};

}  // namespace

PacketIntake::Step PacketIntake::take(std::uint8_t byte, std::size_t largest) {
  if (got_ < head_.size()) {
    head_[got_++] = byte;
    if (got_ < head_.size()) return Step::more;
    if (length() < head_.size() || length() > largest) return Step::malformed;
  } else {
    body_ += static_cast<char>(byte);
  }
  return head_.size() + body_.size() == length() ? Step::complete : Step::more;
}

void PacketIntake::clear() {
  got_ = 0;
  body_.clear();
}

std::string packet(std::uint8_t host_socket, std::uint8_t own_socket, std::uint8_t credit,
                   std::string_view body) {
  const std::size_t length = 6 + body.size();
  std::string result;
  for (const std::size_t part : {std::size_t{host_socket}, std::size_t{own_socket}, length / 256,
                                 length % 256, std::size_t{credit}, std::size_t{0}})
    result.push_back(static_cast<char>(part));
  result.append(body);
  return result;
}

std::string body(std::initializer_list<int> bytes) {
  std::string result;
  for (const int byte : bytes) result.push_back(static_cast<char>(byte));
  return result;
}

std::string EntryWatch::take(std::uint8_t byte) {
  held_.push_back(static_cast<char>(byte));
  std::string released;
  while (!kMagic.starts_with(held_)) {
    released.push_back(held_.front());
    held_.erase(0, 1);
  }
  if (held_ != kMagic) return released;
  entered_ = true;
  held_.clear();
  return released;
}

void EntryWatch::clear() {
  held_.clear();
  entered_ = false;
}

}  // namespace platen::vprinter::dot4
