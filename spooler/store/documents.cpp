#include "spooler/store/documents.hpp"

#include <cerrno>
#include <charconv>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "spooler/model/document_type.hpp"

namespace platen::spooler {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kChunk = 256 << 10;  // large enough that a hand-over to the disk's thread costs nothing
constexpr const char* kDocument = "document";
constexpr const char* kUnfinished = "document.part";

std::string named(std::uint32_t job) {
  return "the document of job " + std::to_string(job);
}

Error disk_error(int number, const std::string& object) {
  // EFBIG is a limit of the account (ulimit -f), and means the same to the one who prints.
  if (number == ENOSPC || number == EDQUOT || number == EFBIG)
    return fail(Errc::no_space, "store", object,
                "The spooler's disk is full. Make room there, then print again.");
  return fail_errno(number, "store", object, "Check the disk that holds the spooler's state folder.");
}

Result<void> sync_folder(const fs::path& folder, const std::string& object) {
  const Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) return disk_error(errno, object);
  return {};
}

// A document on its way to the disk. Used on the worker's thread only; removes itself unless it was finished.
class Incoming {
 public:
  Incoming(fs::path folder, std::string object) : folder_(std::move(folder)), object_(std::move(object)) {}
  ~Incoming() {
    if (finished_) return;
    std::error_code ec;
    fs::remove_all(folder_, ec);
  }
  Incoming(const Incoming&) = delete;
  Incoming& operator=(const Incoming&) = delete;

  Result<void> write(const std::vector<std::byte>& bytes) {
    if (!fd_) {
      if (::mkdir(folder_.c_str(), 0700) != 0 && errno != EEXIST) return disk_error(errno, object_);
      fd_ = Fd(::open((folder_ / kUnfinished).c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600));
      if (!fd_) return disk_error(errno, object_);
    }
    for (std::size_t at = 0; at < bytes.size();) {
      const auto n = ::write(fd_.get(), bytes.data() + at, bytes.size() - at);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return disk_error(errno, object_);
      at += static_cast<std::size_t>(n);
    }
    return {};
  }

  Result<void> finish() {
    if (::fsync(fd_.get()) != 0) return disk_error(errno, object_);
    fd_.reset();
    if (::rename((folder_ / kUnfinished).c_str(), (folder_ / kDocument).c_str()) != 0)
      return disk_error(errno, object_);
    if (auto synced = sync_folder(folder_, object_); !synced) return synced;
    if (auto synced = sync_folder(folder_.parent_path(), object_); !synced) return synced;
    finished_ = true;
    return {};
  }

 private:
  fs::path folder_;
  std::string object_;
  Fd fd_;
  bool finished_ = false;
};

// Fills `chunk` from the source up to `wanted` bytes; fewer only at the end.
Task<Result<void>> fill(ByteSource& source, std::vector<std::byte>& chunk, std::size_t wanted,
                        Deadline deadline) {
  std::size_t have = 0;
  chunk.resize(wanted);
  while (have < wanted) {
    auto n = co_await source.read_some(std::span(chunk).subspan(have), deadline);
    if (!n) co_return n.error();
    if (*n == 0) break;
    have += *n;
  }
  chunk.resize(have);
  co_return Result<void>();
}

std::string_view text(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

Documents::Documents(Worker& worker, fs::path folder, std::uint64_t largest)
    : worker_(worker), folder_(std::move(folder)), largest_(largest) {}

fs::path Documents::job_folder(std::uint32_t job) const {
  return folder_ / std::to_string(job);
}

fs::path Documents::previews(std::uint32_t job) const {
  return job_folder(job) / "pages";
}

Task<Result<std::uint64_t>> Documents::receive(std::uint32_t job, ByteSource& document, Accept accept,
                                               Deadline deadline) {
  auto incoming = std::make_shared<Incoming>(job_folder(job), named(job));
  Result<void> outcome;
  std::uint64_t size = 0;
  std::size_t wanted = head_size;  // first only what tells the type
  for (;;) {
    auto chunk = std::make_shared<std::vector<std::byte>>();
    outcome = co_await fill(document, *chunk, wanted, deadline);
    if (!outcome) break;
    if (size == 0) {
      if (chunk->empty())
        outcome = fail(Errc::malformed, "print", named(job), "It is empty: there is nothing to print.");
      else
        outcome = accept(text(*chunk));
      if (!outcome) break;
    }
    size += chunk->size();
    if (size > largest_) {
      outcome = fail(Errc::too_large, "store", named(job),
                     "This spooler takes documents of up to " + std::to_string(largest_ >> 20) +
                         " MB. Print it in parts.");
      break;
    }
    const bool last = chunk->size() < wanted;
    auto write = [incoming, chunk, last]() -> Result<void> {
      if (auto written = incoming->write(*chunk); !written) return written;
      return last ? incoming->finish() : Result<void>();
    };
    outcome = co_await worker_.run(write);
    if (!outcome || last) break;
    wanted = kChunk;
  }
  // Whatever there is to remove goes on the disk's own thread.
  auto let_go = [holder = std::move(incoming)]() mutable { return holder.reset(), true; };
  co_await worker_.run(std::move(let_go));
  if (!outcome) co_return outcome.error();
  co_return size;
}

Result<Fd> Documents::open(std::uint32_t job) const {
  Fd fd(::open((job_folder(job) / kDocument).c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd)
    return fail_errno(errno, "open", named(job),
                      "It is no longer kept. Print it again from its application.");
  return fd;
}

Task<void> Documents::remove(std::vector<std::uint32_t> jobs) {
  auto work = [folder = folder_, jobs = std::move(jobs)] {
    std::error_code ec;
    for (const auto job : jobs) fs::remove_all(folder / std::to_string(job), ec);
    return true;
  };
  co_await worker_.run(std::move(work));
}

Task<void> Documents::remove_contents(std::vector<std::uint32_t> jobs) {
  auto work = [folder = folder_, jobs = std::move(jobs)] {
    std::error_code ec;
    for (const auto job : jobs) fs::remove(folder / std::to_string(job) / kDocument, ec);
    return true;
  };
  co_await worker_.run(std::move(work));
}

Task<Result<void>> Documents::remove_strays(std::set<std::uint32_t> known) {
  auto work = [folder = folder_, known = std::move(known)]() -> Result<void> {
    std::error_code ec;
    fs::create_directories(folder, ec);
    if (ec) return fail(ec, "make the folder", folder.string(), "Check that platend may write there.");
    std::vector<fs::path> strays;
    for (fs::directory_iterator entry(folder, ec), end; !ec && entry != end; entry.increment(ec)) {
      const std::string name = entry->path().filename().string();
      std::uint32_t id = 0;
      const auto [stop, wrong] = std::from_chars(name.data(), name.data() + name.size(), id);
      const bool ours = wrong == std::errc() && stop == name.data() + name.size();
      if (ours && !known.contains(id)) strays.push_back(entry->path());
      if (ours && known.contains(id)) strays.push_back(entry->path() / kUnfinished);
    }
    if (ec) return fail(ec, "read the folder", folder.string(), "Check the disk that holds it.");
    for (const auto& stray : strays) fs::remove_all(stray, ec);
    return {};
  };
  co_return co_await worker_.run(std::move(work));
}

}  // namespace platen::spooler
