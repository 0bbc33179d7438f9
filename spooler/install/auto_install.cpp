#include "spooler/install/auto_install.hpp"

#include <fstream>

#include "base/log.hpp"
#include "inf/match.hpp"
#include "inf/printer_inf.hpp"
#include "spooler/model/text.hpp"

namespace platen::spooler {

namespace fs = std::filesystem;

namespace {

constexpr const char* kMemory = "run/plugged-in";
constexpr std::size_t kLongestShown = 300;  // of what a device says of itself

struct Fitting {
  fs::path inf;
  std::string model;
};

bool is_inf(const fs::path& path) {
  const std::string end = path.extension().string();
  return end == ".inf" || end == ".INF";
}

void add_infs(const fs::path& folder, std::vector<fs::path>& infs) {
  std::vector<fs::path> found;
  std::error_code ec;
  for (fs::directory_iterator entry(folder, ec), end; !ec && entry != end; entry.increment(ec))
    if (is_inf(entry->path())) found.push_back(entry->path());
  std::sort(found.begin(), found.end());
  infs.insert(infs.end(), found.begin(), found.end());
}

// Reads files: on the files' thread. The folder first, which an upgrade renews; drivers' copies stay old.
std::optional<Fitting> find_fitting(const fs::path& inf_dir, const fs::path& drivers,
                                    const std::string& device_id) {
  std::vector<fs::path> infs;
  if (!inf_dir.empty()) add_infs(inf_dir, infs);
  std::error_code ec;
  for (fs::directory_iterator entry(drivers, ec), end; !ec && entry != end; entry.increment(ec))
    add_infs(entry->path(), infs);
  for (const auto& path : infs) {
    auto inf = inf::read_printer_inf(path);
    if (!inf) continue;
    auto model = inf::find_model(*inf, device_id);
    if (model) return Fitting{path, model->name};
  }
  return std::nullopt;
}

}  // namespace

std::string printer_at(const Book& book, const PortEvent& event) {
  for (const auto& [name, record] : book.printers())
    if (names_printer(record.printer.uri, event)) return name;
  return {};
}

AutoInstall::AutoInstall(const Book& book, std::shared_ptr<Worker> files, fs::path state, fs::path inf_dir,
                         Install install)
    : book_(book),
      files_(std::move(files)),
      state_(std::move(state)),
      inf_dir_(std::move(inf_dir)),
      install_(std::move(install)) {}

Task<void> AutoInstall::heard(PortEvent event) {
  switch (event.kind) {
    case PortEvent::Kind::began:
      listed_.clear();
      if (!std::exchange(recalled_, true)) co_await recall();
      break;
    case PortEvent::Kind::listed:
      // What left while nobody watched.
      for (auto* uris : {&dealt_with_, &had_})
        std::erase_if(*uris, [this](const std::string& uri) { return !listed_.contains(uri); });
      break;
    case PortEvent::Kind::left:
      dealt_with_.erase(event.uri);
      had_.erase(event.uri);
      listed_.erase(event.uri);
      break;
    case PortEvent::Kind::arrived:
      listed_.insert(event.uri);
      if (dealt_with_.insert(event.uri).second) co_await arrived(std::move(event));
      break;
  }
  if (had_ != remembered_) co_await remember();
}

Task<void> AutoInstall::recall() {
  auto read = [path = state_ / kMemory] {
    std::set<std::string> uris;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) uris.insert(line);
    return uris;
  };
  had_ = remembered_ = co_await files_->run(read);
}

Task<void> AutoInstall::remember() {
  remembered_ = had_;
  auto write = [path = state_ / kMemory, uris = had_] {
    const fs::path fresh = path.string() + ".new";
    std::ofstream file(fresh, std::ios::trunc);
    for (const auto& uri : uris) file << uri << "\n";
    file.close();
    std::error_code ec;
    if (file) fs::rename(fresh, path, ec);
    return true;
  };
  co_await files_->run(std::move(write));
}

Task<void> AutoInstall::arrived(PortEvent event) {
  const auto log = named_log("plug and play");
  const std::string what =
      clean_name(event.description.empty() ? event.uri : event.description, kLongestShown);
  const std::string uri = clean_name(event.uri, kLongestShown);
  const std::string id = clean_name(event.device_id, kLongestShown);
  if (const auto known = printer_at(book_, event); !known.empty()) {
    log->info("{} is {}", what, known);
    had_.insert(event.uri);
    co_return;
  }
  if (had_.contains(event.uri)) {
    log->info("{} was uninstalled while it was plugged in; plugged in again, it is installed again", what);
    co_return;
  }
  std::optional<Fitting> fitting;
  if (!event.device_id.empty()) {
    auto look = [inf_dir = inf_dir_, drivers = state_ / "drivers", device_id = event.device_id] {
      return find_fitting(inf_dir, drivers, device_id);
    };
    fitting = co_await files_->run(look);
  }
  if (!fitting) {
    log->warn(
        "{} was plugged in, and no known INF has a driver for its device id \"{}\". Install it with "
        "`platen install INF --port '{}' --model MODEL`.",
        what, id, uri);
    co_return;
  }
  InstallRequest request;
  request.inf = fitting->inf.string();
  request.uri = event.uri;
  request.model = fitting->model;
  // A printer of that name may be this one on another wire; else the name gets a number.
  const std::string name = printer_name_from(fitting->model);
  const auto* twin = book_.find_printer(name);
  if (twin == nullptr || !names_another(twin->printer.uri, event)) request.name = name;
  StillWanted still_wanted = [this, event]() -> Result<void> {
    if (const auto known = printer_at(book_, event); !known.empty())
      return fail(Errc::conflict, "install", event.uri, "It was installed as " + known + " meanwhile.");
    return {};
  };
  auto installed = co_await install_(std::move(request), std::move(still_wanted));
  if (installed) {
    had_.insert(event.uri);
    log->info("{} was plugged in, and is installed as {}", what, installed->name);
  } else {
    log->warn(
        "{} was plugged in, and is not installed: {} To have it, use `platen install '{}' --port '{}'`.",
        what, installed.error().sentence(), fitting->inf.string(), uri);
  }
}

}  // namespace platen::spooler
