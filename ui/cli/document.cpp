#include "ui/cli/document.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace platen::cli {
namespace {

// The first bytes of a document tell most types; these are the ones that a name tells better or earlier.
constexpr std::array<std::pair<std::string_view, std::string_view>, 10> types = {
    {{"txt", "text/plain"},
     {"log", "text/plain"},
     {"pdf", "application/pdf"},
     {"png", "image/png"},
     {"jpg", "image/jpeg"},
     {"jpeg", "image/jpeg"},
     {"pwg", "image/pwg-raster"},
     {"urf", "image/urf"},
     {"prn", "application/octet-stream"},
     {"pcl", "application/octet-stream"}}};

}  // namespace

Result<Document> Document::open(const std::string& path) {
  Document document;
  document.path_ = path == "-" ? "stdin" : path;
  document.name_ = document.path_.substr(document.path_.rfind('/') + 1);
  document.fd_ = Fd(path == "-" ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                                : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat about {};
  if (!document.fd_ || ::fstat(document.fd_.get(), &about) != 0)
    return fail_errno(errno, "open the document", document.path_);
  if (S_ISDIR(about.st_mode))
    return fail(Errc::unsupported, "print", document.path_, "It is a folder; name a file.");
  // Files of /proc and the like have no size before they are read.
  if (S_ISREG(about.st_mode) && about.st_size > 0) {
    const off_t at = ::lseek(document.fd_.get(), 0, SEEK_CUR);
    document.size_ = static_cast<std::uint64_t>(about.st_size - std::clamp<off_t>(at, 0, about.st_size));
  }
  return document;
}

Result<std::size_t> Document::read(std::span<char> into) {
  for (;;) {
    const ssize_t got = ::read(fd_.get(), into.data(), into.size());
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) return fail_errno(errno, "read the document", path_);
  }
}

std::string Document::type() const {
  const std::size_t dot = name_.rfind('.');
  if (dot == std::string::npos) return {};
  std::string ending = name_.substr(dot + 1);
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const auto& [known, type] : types)
    if (ending == known) return std::string(type);
  return {};
}

}  // namespace platen::cli
