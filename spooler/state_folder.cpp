#include "spooler/state_folder.hpp"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace platen::spooler {
namespace {

Result<void> make_private(const std::filesystem::path& folder) {
  std::error_code ec;
  std::filesystem::create_directories(folder, ec);
  // Documents are nobody else's business, whatever made the folder.
  if (ec || ::chmod(folder.c_str(), 0700) != 0)
    return fail_errno(ec ? ec.value() : errno, "use the state folder", folder.native(),
                      "Choose a folder that platend may write, with --state.");
  return {};
}

std::string holder(int fd) {
  std::array<char, 32> text{};
  const ssize_t n = ::pread(fd, text.data(), text.size() - 1, 0);
  const std::string pid = n > 0 ? std::string(text.data(), static_cast<std::size_t>(n)) : std::string();
  return pid.empty() ? "Another platend" : "Another platend (process " + pid + ")";
}

}  // namespace

Result<Fd> claim_state_folder(const std::filesystem::path& folder) {
  for (const auto& each : {folder, folder / "run", folder / "jobs", folder / "drivers"})
    if (auto made = make_private(each); !made) return made.error();

  const auto path = folder / "run" / "platend.lock";
  Fd lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!lock) return fail_errno(errno, "open", path.native());
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
    return fail(Errc::busy, "use the state folder", folder.native(),
                holder(lock.get()) + " works there; stop it first, or choose another folder with --state.");
  const std::string pid = std::to_string(::getpid());
  if (::ftruncate(lock.get(), 0) != 0 || ::pwrite(lock.get(), pid.data(), pid.size(), 0) < 0)
    return fail_errno(errno, "write", path.native(), "Look whether the disk is full.");
  return lock;
}

}  // namespace platen::spooler
