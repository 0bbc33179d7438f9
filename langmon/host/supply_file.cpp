#include "langmon/host/supply_file.hpp"

#include <cerrno>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <unistd.h>

#include "base/fd.hpp"

namespace platen::langmon {
namespace {

// Far more than a book ever writes.
constexpr std::uintmax_t longest_file = 64 * 1024;
// A writer without work looks for its end this often, should it have missed the signal.
constexpr Duration writers_nap = std::chrono::hours(1);

Result<void> write_whole(int fd, std::string_view text, const std::string& name) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail_errno(errno, "write", name);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(fd) != 0) return fail_errno(errno, "write", name);
  return {};
}

Result<void> replace_file(const std::filesystem::path& path, const std::string& text) {
  const std::string fresh = path.string() + ".new";
  {
    const Fd file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file) return fail_errno(errno, "create", fresh);
    if (auto done = write_whole(file.get(), text, fresh); !done) return done;
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) return fail_errno(errno, "rename", fresh);
  const Fd folder(::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder || ::fsync(folder.get()) != 0) return fail_errno(errno, "write", path.parent_path().string());
  return {};
}

}  // namespace

SupplyFile::SupplyFile(std::filesystem::path path, std::shared_ptr<spdlog::logger> log)
    : path_(std::move(path)), log_(std::move(log)) {}

SupplyFile::~SupplyFile() {
  if (!writer_.joinable()) return;
  {
    const Lock lock(mutex_);
    ending_ = true;
    changed_.notify();
  }
  writer_.join();
}

bidi::SupplyBook SupplyFile::read() const {
  std::error_code ec;
  const auto size = std::filesystem::file_size(path_, ec);
  if (ec) return {};
  std::ifstream file(path_, std::ios::binary);
  std::ostringstream text;
  if (size <= longest_file) text << file.rdbuf();
  auto book = bidi::SupplyBook::read(text.view());
  if (size <= longest_file && file && book) return std::move(*book);
  log_->warn("{} cannot be read; what was counted of the supplies begins anew", path_.string());
  return {};
}

void SupplyFile::keep(std::string text) {
  const Lock lock(mutex_);
  due_ = std::move(text);
  if (!writer_.joinable()) writer_ = std::thread([this] { write(); });
  changed_.notify();
}

void SupplyFile::write() {
  for (;;) {
    std::string text;
    {
      const Lock lock(mutex_);
      while (!due_ && !ending_) (void)changed_.wait_for(mutex_, writers_nap);
      if (!due_) return;
      text = std::move(*due_);
      due_.reset();
    }
    if (auto done = replace_file(path_, text); !done) log_->warn("{}", done.error().sentence());
  }
}

}  // namespace platen::langmon
