// Where the printer language goes: a descriptor, buffered, with a count of the bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace platen::driver {

class Output {
 public:
  explicit Output(int fd) : fd_(fd) {}
  // Fails with Errc::closed when nobody reads any more.
  [[nodiscard]] Result<void> write(std::string_view bytes);
  [[nodiscard]] Result<void> flush();
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  int fd_;
  std::string buffer_;
  std::uint64_t bytes_ = 0;
};

}  // namespace platen::driver
