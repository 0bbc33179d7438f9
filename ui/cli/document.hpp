// A document on its way into platend: a file or stdin, read piece by piece.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/fd.hpp"

namespace platen::cli {

class Document {
 public:
  // "-" is stdin. Refuses folders and what cannot be read.
  static Result<Document> open(const std::string& path);

  // 0 at the end. Blocks as long as the file or the pipe does: nothing else goes on in the command meanwhile.
  Result<std::size_t> read(std::span<char> into);

  [[nodiscard]] std::optional<std::uint64_t> size() const { return size_; }  // of a plain file
  [[nodiscard]] const std::string& name() const { return name_; }            // "letter.txt", "stdin"
  // By the name's ending; empty when platend must look into it.
  [[nodiscard]] std::string type() const;

 private:
  Fd fd_;
  std::string path_;
  std::string name_;
  std::optional<std::uint64_t> size_;
};

}  // namespace platen::cli
