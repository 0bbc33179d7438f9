#include "virtual/npap/npap_side.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace platen::vprinter {
namespace {

constexpr std::uint8_t kStart = 0xA5, kAsksBack = 0x10, kIsAnswer = 0x80;
constexpr std::size_t kShortest = 3, kLongest = 4096, kHead = 3;
enum Outcome : std::uint8_t { kDone, kUnknown, kWrongLength };

// Command and subcommand in one number, and how many bytes of data belong to it.
struct Row {
  unsigned number;
  std::size_t data;
};
constexpr std::array kRows{Row{0x0100, 0}, Row{0x0303, 3}, Row{0x0405, 0}, Row{0x0406, 0},
                           Row{0x0407, 0}, Row{0x0408, 0}, Row{0x040C, 1}, Row{0x0500, 3},
                           Row{0xE041, 8}, Row{0xE00B, 1}, Row{0xE080, 2}};
constexpr unsigned kCharacteristics = 0x0100;

}  // namespace

std::size_t NpapSide::take(std::span<const std::uint8_t> bytes, std::string& native) {
  std::size_t used = 0;
  for (const std::uint8_t byte : bytes) {
    if (stalled()) break;
    ++used;
    const bool may_begin = options_.mode == Mode::on || (options_.mode == Mode::automatic && boundary_);
    if (packet_.empty()) {
      if (may_begin && byte == kStart) {
        packet_.push_back(static_cast<char>(byte));
        continue;
      }
      boundary_ = false;
      // A port that was set to NPA throws away everything else.
      if (options_.mode != Mode::on) native.push_back(static_cast<char>(byte));
      continue;
    }
    packet_.push_back(static_cast<char>(byte));
    if (packet_.size() < kHead) continue;
    const std::size_t length =
        static_cast<std::uint8_t>(packet_[1]) * 256U + static_cast<std::uint8_t>(packet_[2]);
    if (length < kShortest || length > kLongest) {
      // No packet. Where native data may stand, it was that.
      if (options_.mode != Mode::on) native += packet_;
      packet_.clear();
      boundary_ = false;
    } else if (packet_.size() == kHead + length) {
      handle();
      packet_.clear();
      boundary_ = true;
    }
  }
  return used;
}

void NpapSide::handle() {
  ++packets_;
  const auto at = [this](std::size_t index) { return static_cast<std::uint8_t>(packet_[index]); };
  const unsigned number = at(4) * 256U + at(5);
  const std::size_t data = packet_.size() - kHead - kShortest;
  const auto row = std::find_if(kRows.begin(), kRows.end(), [&](const Row& r) { return r.number == number; });
  Outcome result = kDone;
  if (row == kRows.end()) {
    result = kUnknown;
    ++unknown_;
  } else if (row->data != data) {
    result = kWrongLength;
  }
  if ((at(3) & kAsksBack) == 0) return;
  std::string body;
  body.push_back(static_cast<char>(result));
  if (result == kDone && number == kCharacteristics) body += device_.model().name;
  std::string answer;
  const std::size_t length = kShortest + body.size();
  for (const unsigned part :
       {unsigned{kStart}, static_cast<unsigned>(length / 256), static_cast<unsigned>(length % 256),
        static_cast<unsigned>(at(3) | kIsAnswer), unsigned{at(4)}, unsigned{at(5)}})
    answer.push_back(static_cast<char>(part));
  answer += body;
  if (!options_.stalls && answers_.size() + answer.size() > options_.queue) return;
  answers_ += answer;
}

std::string NpapSide::read(std::size_t most) {
  std::string part = answers_.substr(0, most);
  answers_.erase(0, part.size());
  return part;
}

void NpapSide::lost() {
  packet_.clear();
  boundary_ = true;
}

}  // namespace platen::vprinter
