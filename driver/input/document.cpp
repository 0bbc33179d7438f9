#include "driver/input/document.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <unistd.h>

namespace platen::driver {
namespace {

constexpr std::size_t kChunk = 64u << 10;

Result<std::size_t> read_fully(int fd, std::span<char> into) {
  std::size_t filled = 0;
  while (filled < into.size()) {
    const ssize_t got = ::read(fd, into.data() + filled, into.size() - filled);
    if (got == 0) break;
    if (got > 0) {
      filled += static_cast<std::size_t>(got);
    } else if (errno != EINTR) {
      return fail_errno(errno, "read", "the document");
    }
  }
  return filled;
}

// Copies what `fd` still gives into a file without a name.
Result<Fd> keep_all(int fd) {
  const char* folder = std::getenv("TMPDIR");
  Fd file(::open(folder != nullptr ? folder : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!file)
    return fail_errno(errno, "make a temporary file for", "the document", "Free some space in /tmp.");
  std::array<char, kChunk> chunk{};
  for (;;) {
    auto got = read_fully(fd, chunk);
    if (!got) return got.error();
    std::string_view rest(chunk.data(), *got);
    while (!rest.empty()) {
      const ssize_t written = ::write(file.get(), rest.data(), rest.size());
      if (written >= 0) {
        rest.remove_prefix(static_cast<std::size_t>(written));
      } else if (errno != EINTR) {
        return fail_errno(errno, "keep", "the document for its copies", "Free some space in /tmp.");
      }
    }
    if (*got < chunk.size()) break;
  }
  if (::lseek(file.get(), 0, SEEK_SET) != 0)
    return fail_errno(errno, "go back to the start of", "the document");
  return file;
}

}  // namespace

Result<std::string> read_all(Document& document, std::size_t limit) {
  std::string all;
  for (;;) {
    const std::size_t had = all.size();
    all.resize(had + kChunk);
    auto got = document.read(std::span(all).subspan(had));
    if (!got) return got.error();
    all.resize(had + *got);
    if (*got < kChunk) return all;
    if (all.size() > limit)
      return fail(Errc::too_large, "print the document", "", "Make the picture smaller and print it again.");
  }
}

Result<std::size_t> Document::read(std::span<char> into) {
  const std::size_t known = std::min(peeked_.size(), into.size());
  std::copy_n(peeked_.begin(), known, into.begin());
  peeked_.erase(0, known);
  if (known == into.size()) return known;
  auto got = take(into.subspan(known));
  if (!got) return got;
  return known + *got;
}

Result<void> Document::rewind() {
  peeked_.clear();
  return go_back();
}

Result<std::string> Document::peek(std::size_t size) {
  std::string bytes(size, '\0');
  auto got = read(bytes);
  if (!got) return got.error();
  bytes.resize(*got);
  peeked_.insert(0, bytes);
  return bytes;
}

Result<std::size_t> MemoryDocument::take(std::span<char> into) {
  const auto some = bytes_.substr(at_, into.size());
  std::copy(some.begin(), some.end(), into.begin());
  at_ += some.size();
  return some.size();
}

Result<void> MemoryDocument::go_back() {
  at_ = 0;
  return {};
}

Result<FileDocument> FileDocument::open(int fd, bool keep) {
  if (!keep || ::lseek(fd, 0, SEEK_CUR) >= 0) return FileDocument(fd, Fd());
  auto kept = keep_all(fd);
  if (!kept) return kept.error();
  const int number = kept->get();
  return FileDocument(number, std::move(*kept));
}

Result<std::size_t> FileDocument::take(std::span<char> into) {
  return read_fully(fd_, into);
}

Result<void> FileDocument::go_back() {
  if (::lseek(fd_, 0, SEEK_SET) == 0) return {};
  return fail_errno(errno, "go back to the start of", "the document");
}

}  // namespace platen::driver
