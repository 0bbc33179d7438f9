// The peripheral's own reading and writing of IEEE 1284.4 packets; it shares nothing with the host's.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace platen::vprinter::dot4 {

// Takes the bytes of one packet after another. A state machine: no byte is looked at twice.
class PacketIntake {
 public:
  enum class Step { more, complete, malformed };
  Step take(std::uint8_t byte, std::size_t largest);

  [[nodiscard]] std::uint8_t host_socket() const { return head_[0]; }
  [[nodiscard]] std::uint8_t own_socket() const { return head_[1]; }
  [[nodiscard]] std::size_t length() const { return static_cast<std::size_t>(head_[2]) * 256 + head_[3]; }
  [[nodiscard]] std::uint8_t credit() const { return head_[4]; }
  [[nodiscard]] const std::string& body() const { return body_; }
  void clear();

 private:
  std::array<std::uint8_t, 6> head_{};
  std::size_t got_ = 0;  // of the header
  std::string body_;
};

// A packet of the given sockets; the length is counted here.
[[nodiscard]] std::string packet(std::uint8_t host_socket, std::uint8_t own_socket, std::uint8_t credit,
                                 std::string_view body);
// Bytes as numbers: body({0x80, 0, 0x20}).
[[nodiscard]] std::string body(std::initializer_list<int> bytes);

// Looks for the words that ask for packet mode, in a stream that is otherwise for the printer.
class EntryWatch {
 public:
  // The bytes that the printer gets because of this one; none while it may still be the words.
  std::string take(std::uint8_t byte);
  [[nodiscard]] bool entered() const { return entered_; }
  void clear();

 private:
  std::string held_;
  bool entered_ = false;
};

}  // namespace platen::vprinter::dot4
