// The files of the web page, from one folder. Small files, read whole, and asked for anew each time (by
// ETag), so that an upgrade shows at once.
#pragma once

#include <filesystem>

#include "spooler/http/message.hpp"

namespace platen::spooler::http {

class StaticFiles {
 public:
  explicit StaticFiles(std::filesystem::path root) : root_(std::move(root)) {}
  [[nodiscard]] Reply operator()(const Request& request) const;

 private:
  std::filesystem::path root_;
};

// A file as a reply: its type by extension, its ETag, 304 when the client has it, 404 when it is not there.
[[nodiscard]] Reply file_reply(const Request& request, const std::filesystem::path& file);

}  // namespace platen::spooler::http
