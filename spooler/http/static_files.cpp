#include "spooler/http/static_files.hpp"

#include <boost/beast/core/string.hpp>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.hpp"

namespace platen::spooler::http {
namespace {

// The page and its pictures are a few hundred kilobytes; anything larger is not ours.
constexpr off_t largest_file = 16 * 1024 * 1024;

struct Type {
  std::string_view extension;
  std::string_view type;
};

constexpr Type types[] = {
    {".html", "text/html; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".json", "application/json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
    {".webmanifest", "application/manifest+json"},
};

std::string_view type_of(const std::filesystem::path& file) {
  const std::string extension = file.extension().string();
  for (const Type& type : types)
    if (type.extension == extension) return type.type;
  return "application/octet-stream";
}

Reply missing() {
  return error_reply(404, "not-found", "There is nothing at this address.");
}

}  // namespace

Reply file_reply(const Request& request, const std::filesystem::path& file) {
  // Not following a link at the end: what is served is what was installed.
  const Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat info {};
  if (!fd || ::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode) || info.st_size > largest_file)
    return missing();

  const std::string tag = "\"" + std::to_string(info.st_mtim.tv_sec) + "." +
                          std::to_string(info.st_mtim.tv_nsec) + "." + std::to_string(info.st_size) + "\"";
  Reply reply;
  reply.headers = {{"ETag", tag}, {"Cache-Control", "no-cache"}};
  if (request.header(Field::if_none_match) == tag) {
    reply.status = 304;
    return reply;
  }
  reply.type = type_of(file);
  reply.body.resize(static_cast<std::size_t>(info.st_size));
  std::size_t have = 0;
  while (have < reply.body.size()) {
    const ssize_t n = ::read(fd.get(), reply.body.data() + have, reply.body.size() - have);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    have += static_cast<std::size_t>(n);
  }
  reply.body.resize(have);
  return reply;
}

Reply StaticFiles::operator()(const Request& request) const {
  if (request.changes()) return error_reply(405, "wrong-method", "Nothing can be sent to this address.");
  std::filesystem::path file = root_;
  for (const std::string& segment : request.path) {
    if (segment.starts_with('.')) return missing();
    file /= segment;
  }
  if (request.path.empty()) file /= "index.html";
  return file_reply(request, file);
}

}  // namespace platen::spooler::http
