// The document that shows whether a printer prints: who it is, and a line of each script.
#pragma once

#include <string>

#include "base/stream.hpp"
#include "spooler/model/model.hpp"

namespace platen::spooler {

[[nodiscard]] std::string test_page(const Printer& printer, WallTime now);  // text/plain in UTF-8

// A document that is in memory already.
class TextSource final : public ByteSource {
 public:
  explicit TextSource(std::string text) : text_(std::move(text)) {}
  Task<Result<std::size_t>> read_some(std::span<std::byte> into, Deadline deadline) override;

 private:
  std::string text_;
  std::size_t at_ = 0;
};

}  // namespace platen::spooler
