#include "inf/install_plan.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.hpp"
#include "inf/text.hpp"

namespace platen::inf {
namespace fs = std::filesystem;
namespace {

// Names in an INF are compared without case, as Windows' files are.
Result<fs::path> find_without_case(const fs::path& folder, const std::string& relative,
                                   const std::string& inf_at) {
  fs::path found = folder;
  for (const fs::path& part : fs::path(relative)) {
    std::error_code ec;
    if (fs::exists(found / part, ec)) {
      found /= part;
      continue;
    }
    const fs::directory_iterator listing(found, ec);
    const auto entry =
        ec ? fs::end(listing) : std::find_if(fs::begin(listing), fs::end(listing), [&part](const auto& e) {
          return same_word(e.path().filename().string(), part.string());
        });
    if (entry == fs::end(listing))
      return fail(Errc::not_found, "find the driver file", (folder / relative).string(),
                  inf_at + " names it. Copy the whole driver folder, not only the INF.");
    found = entry->path();
  }
  return found;
}

Result<void> must_be_readable(const fs::path& file) {
  struct stat about {};
  const Fd opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!opened || ::fstat(opened.get(), &about) != 0)
    return fail_errno(errno, "read the driver file", file.string(), "Check its permissions.");
  if (!S_ISREG(about.st_mode))
    return fail(Errc::unsupported, "read the driver file", file.string(), "It is not a file.");
  if (static_cast<std::uintmax_t>(about.st_size) > largest_driver_file)
    return fail(Errc::too_large, "read the driver file", file.string(),
                "A printer's GPD file is far smaller.");
  return {};
}

bool is_gpd(const std::string& name) {
  const std::string plain = lower(name);
  return plain.ends_with(".gpd") || plain.ends_with(".gdl");
}

Result<void> sync_folder(const fs::path& folder) {
  const Fd opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened || ::fsync(opened.get()) != 0) return fail_errno(errno, "save the folder", folder.string());
  return {};
}

Result<void> copy_one(const fs::path& from, const fs::path& to) {
  const Fd in(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (!in) return fail_errno(errno, "read the driver file", from.string());
  const Fd out(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!out) return fail_errno(errno, "write the driver file", to.string());
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t got = ::read(in.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(errno, "read the driver file", from.string());
    if (got == 0) break;
    for (ssize_t done = 0; done < got;) {
      const ssize_t put = ::write(out.get(), buffer.data() + done, static_cast<std::size_t>(got - done));
      if (put < 0 && errno == EINTR) continue;
      if (put < 0)
        return fail_errno(errno, "write the driver file", to.string(),
                          "Make room on the disk and try again.");
      done += put;
    }
  }
  if (::fsync(out.get()) != 0) return fail_errno(errno, "save the driver file", to.string());
  return {};
}

Result<void> copy_all(const InstallPlan& plan, const fs::path& folder) {
  for (const PlannedFile& file : plan.files) {
    std::error_code ec;
    const fs::path to = folder / file.to;
    fs::create_directories(to.parent_path(), ec);
    if (ec) return fail(ec, "make the folder", to.parent_path().string());
    if (auto copied = copy_one(file.from, to); !copied) return copied.error();
    if (auto synced = sync_folder(to.parent_path()); !synced) return synced.error();
  }
  return sync_folder(folder);
}

}  // namespace

Result<InstallPlan> plan_install(const PrinterInf& inf, const Model& model) {
  const std::string model_at = inf.name + ":" + std::to_string(model.line);
  if (model.data_file.empty() || !is_gpd(model.data_file))
    return fail(Errc::unsupported, "install the model", "\"" + model.name + "\"",
                model_at + ": its install section [" + model.install_section +
                    "] has no DataFile that is a GPD; Platen prints with GPD drivers only.");
  InstallPlan plan;
  plan.model = model;
  plan.files.push_back({inf.path, inf.path.filename()});
  std::vector<std::pair<std::string, std::string>> wanted = {{model.data_file, model_at}};
  for (const DriverFile& file : model.files)
    if (is_gpd(file.name) && !same_word(file.source, model.data_file))
      wanted.emplace_back(file.source, inf.name + ":" + std::to_string(file.line));
  for (const auto& [source, named_at] : wanted) {
    auto from = find_without_case(inf.folder(), source, named_at);
    if (!from) return from.error();
    if (auto readable = must_be_readable(*from); !readable) return readable.error();
    const fs::path to(source);
    plan.files.push_back({*from, to});
  }
  return plan;
}

Result<InstalledDriver> copy_driver(const InstallPlan& plan, const fs::path& into) {
  const fs::path parent = into.parent_path();
  const fs::path fresh = parent / ("." + into.filename().string() + ".new");
  std::error_code ec;
  fs::create_directories(parent, ec);
  if (ec) return fail(ec, "make the folder", parent.string());
  fs::remove_all(fresh, ec);
  fs::create_directory(fresh, ec);
  if (ec) return fail(ec, "make the folder", fresh.string());
  if (auto copied = copy_all(plan, fresh); !copied) {
    fs::remove_all(fresh, ec);
    return copied.error();
  }
  // Where an older copy is, the two change places in one step; what is then under the temporary name is the
  // old one.
  const bool replaces = fs::exists(into, ec);
  const unsigned how = replaces ? RENAME_EXCHANGE : RENAME_NOREPLACE;
  if (::renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, into.c_str(), how) != 0) {
    const int why = errno;
    fs::remove_all(fresh, ec);
    return fail_errno(why, "put the driver's folder in place", into.string());
  }
  if (auto synced = sync_folder(parent); !synced) return synced.error();
  if (replaces) fs::remove_all(fresh, ec);
  return InstalledDriver{into, into / plan.files[0].to, into / plan.files[1].to};
}

}  // namespace platen::inf
