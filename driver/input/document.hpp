// A document's bytes: a descriptor in the program, memory in tests and fuzzers.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/fd.hpp"

namespace platen::driver {

class Document {
 public:
  virtual ~Document() = default;
  // Fills `into` as far as the document goes: fewer bytes mean that it ends there.
  [[nodiscard]] Result<std::size_t> read(std::span<char> into);
  [[nodiscard]] Result<void> rewind();
  // The next bytes, which read() will give all the same.
  [[nodiscard]] Result<std::string> peek(std::size_t size);

 protected:
  Document() = default;
  Document(Document&&) = default;
  [[nodiscard]] virtual Result<std::size_t> take(std::span<char> into) = 0;
  [[nodiscard]] virtual Result<void> go_back() = 0;

 private:
  std::string peeked_;
};

// Everything that is left, up to `limit` bytes; Errc::too_large beyond.
[[nodiscard]] Result<std::string> read_all(Document& document, std::size_t limit);

class MemoryDocument final : public Document {
 public:
  explicit MemoryDocument(std::string_view bytes) : bytes_(bytes) {}

 private:
  Result<std::size_t> take(std::span<char> into) override;
  Result<void> go_back() override;

  std::string_view bytes_;
  std::size_t at_ = 0;
};

// Does not own the descriptor. When it cannot be rewound and `keep` is asked for, what was read is kept in an
// unnamed temporary file.
class FileDocument final : public Document {
 public:
  [[nodiscard]] static Result<FileDocument> open(int fd, bool keep);

 private:
  Result<std::size_t> take(std::span<char> into) override;
  Result<void> go_back() override;
  FileDocument(int fd, Fd kept) : fd_(fd), kept_(std::move(kept)) {}
  int fd_;
  Fd kept_;
};

}  // namespace platen::driver
