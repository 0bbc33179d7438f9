#include "spooler/spooler.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "spooler/spooler_impl.hpp"
#include "spooler/store/housekeeping.hpp"

namespace platen::spooler {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

constexpr Duration kHousekeeping = 1min;
// IPP's multiple-operation-time-out: a job whose document does not begin to come is given up.
constexpr Duration kLongestIncoming = 5min;
// Longer than a queue's own bounds for its end; past it we leave regardless, as nothing is lost.
constexpr Duration kStop = 40s;

}  // namespace

Spooler::Impl::Impl(Clock& clock, boost::asio::any_io_executor executor, Launcher& launcher,
                    Settings settings)
    : clock_(clock),
      executor_(std::move(executor)),
      launcher_(launcher),
      settings_(std::move(settings)),
      store_worker_(std::make_shared<Worker>(settings_.inline_disk)),
      file_worker_(std::make_shared<Worker>(settings_.inline_disk)),
      book_(clock_, executor_, *store_worker_),
      documents_(*file_worker_, settings_.state / "jobs", settings_.largest_document),
      tasks_(executor_),
      bell_(executor_) {}

Result<void> Spooler::Impl::make_folders() {
  std::error_code ec;
  fs::create_directories(settings_.state, ec);
  for (const char* name : {"jobs", "drivers", "run"}) {
    const auto folder = settings_.state / name;
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
      return fail_errno(errno, "make the folder", folder.string(), "Check that platend may write there.");
  }
  const auto lock = settings_.state / "run" / "platend.lock";
  lock_ = Fd(::open(lock.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600));
  if (!lock_) return fail_errno(errno, "open", lock.string(), "Check that platend may write there.");
  if (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0)
    return fail(
        Errc::busy, "use the state folder", settings_.state.string(),
        "Another platend works with it. Stop that one, or give this one a folder of its own with --state.");
  return {};
}

Task<Result<void>> Spooler::Impl::start() {
  auto self = shared_from_this();
  tools_ = std::make_shared<const QueueTools>(QueueTools{clock_, executor_, launcher_, book_, documents_,
                                                         settings_,
                                                         [weak = weak_from_this()] {
                                                           if (auto impl = weak.lock())
                                                             impl->tasks_.start(impl->tidy_up());
                                                         },
                                                         self});
  if (auto made = make_folders(); !made) co_return made;
  auto opened = co_await book_.open(settings_.state / "platen.db");
  if (!opened) co_return opened;

  std::set<std::uint32_t> known;
  for (const auto& [id, record] : book_.jobs()) {
    known.insert(id);
    if (record.job.incoming) incoming_since_[id] = clock_.now();
  }
  auto cleared = co_await documents_.remove_strays(std::move(known));
  if (!cleared) co_return cleared;
  co_await remove_stray_drivers();
  for (const auto& [name, record] : book_.printers()) start_queue(record);
  tasks_.start(keep_house());
  watch_ports();
  co_return Result<void>();
}

Task<void> Spooler::Impl::remove_stray_drivers() {
  std::set<std::string> known;
  for (const auto& [name, record] : book_.printers()) known.insert(name);
  auto work = [folder = settings_.state / "drivers", known = std::move(known)] {
    std::vector<fs::path> strays;
    std::error_code ec;
    for (fs::directory_iterator entry(folder, ec), end; !ec && entry != end; entry.increment(ec))
      if (!known.contains(entry->path().filename().string())) strays.push_back(entry->path());
    for (const auto& stray : strays) fs::remove_all(stray, ec);
    return true;
  };
  co_await file_worker_->run(std::move(work));
}

void Spooler::Impl::start_queue(const PrinterRecord& record) {
  auto queue = PrinterQueue::make(tools_, record);
  queues_.insert_or_assign(record.printer.name, queue);
  tasks_.start(queue->run());
}

void Spooler::Impl::stir(const std::string& printer) {
  if (auto found = queues_.find(printer); found != queues_.end()) found->second->stir();
}

Task<void> Spooler::Impl::keep_house() {
  auto self = shared_from_this();
  while (!stopping_) {
    std::vector<std::uint32_t> given_up;
    for (const auto& [id, since] : incoming_since_)
      if (clock_.now() - since >= kLongestIncoming && !receiving_.contains(id)) given_up.push_back(id);
    for (const auto id : given_up) {
      incoming_since_.erase(id);
      Book::JobEdit edit = [now = clock_.wall()](JobRecord& record) {
        record.job.incoming = false;
        record.job.state = JobState::aborted;
        record.job.reason = "aborted-by-system";
        record.job.sentence = "Its document never came.";
        record.job.finished = now;
      };
      (void)co_await apply(id, edit);
    }
    if (!stopping_) (void)co_await bell_.wait(clock_, Deadline::in(clock_, kHousekeeping));
  }
}

Task<void> Spooler::Impl::tidy_up() {
  auto self = shared_from_this();
  if (std::exchange(tidying_, true)) co_return;
  auto left = leftovers(book_.jobs(), without_document_);
  if (!left.jobs.empty()) {
    // First the list, then the files: the other way round, a crash between leaves jobs without their
    // documents.
    auto removed = co_await book_.remove_jobs(left.jobs);
    if (removed) co_await documents_.remove(left.jobs);
    for (const auto id : left.jobs) without_document_.erase(id);
  }
  if (!left.documents.empty()) {
    without_document_.insert(left.documents.begin(), left.documents.end());
    co_await documents_.remove_contents(std::move(left.documents));
  }
  tidying_ = false;
}

Task<void> Spooler::Impl::stop() {
  auto self = shared_from_this();
  stopping_ = true;
  bell_.notify();
  book_.announcer().close();
  if (auto watch = std::exchange(port_watch_, nullptr)) watch->stop();
  for (const auto& [name, queue] : queues_) queue->stop();
  auto ended = co_await tasks_.ended(clock_, Deadline::in(clock_, kStop));
  if (!ended) named_log("spooler")->error("some of its work does not end; it is left");
  queues_.clear();
  tools_.reset();
}

void Spooler::Impl::abandon() {
  stopping_ = true;
  bell_.notify();
  book_.announcer().close();
  if (auto watch = std::exchange(port_watch_, nullptr)) watch->stop();
  for (const auto& [name, queue] : queues_) queue->stop();
  queues_.clear();
  tools_.reset();
  store_worker_->finish();
  file_worker_->finish();
}

namespace {

Settings with_absolute_paths(Settings settings) {
  // The stored paths outlive a change of the working directory; one that cannot be made absolute fails in
  // start().
  std::error_code ec;
  for (fs::path* path : {&settings.state, &settings.libexec, &settings.inf_dir})
    if (auto absolute = fs::absolute(*path, ec); !ec) *path = std::move(absolute);
  return settings;
}

}  // namespace

Spooler::Spooler(Clock& clock, boost::asio::any_io_executor executor, Launcher& launcher, Settings settings)
    : impl_(std::make_shared<Impl>(clock, std::move(executor), launcher,
                                   with_absolute_paths(std::move(settings)))) {}

Spooler::~Spooler() {
  impl_->abandon();
}

Task<Result<void>> Spooler::start() {
  return impl_->start();
}
Task<void> Spooler::stop() {
  return impl_->stop();
}

std::vector<Printer> Spooler::printers() const {
  std::vector<Printer> out;
  for (const auto& [name, record] : impl_->book_.printers()) out.push_back(impl_->book_.view(record));
  return out;
}

std::optional<Printer> Spooler::printer(const std::string& name) const {
  const auto* record = impl_->book_.find_printer(name);
  return record == nullptr ? std::nullopt : std::optional(impl_->book_.view(*record));
}

std::vector<Job> Spooler::jobs() const {
  std::vector<Job> out;
  for (const auto& [id, record] : impl_->book_.jobs()) out.push_back(record.job);
  return out;
}

std::optional<Job> Spooler::job(std::uint32_t id) const {
  const auto* record = impl_->book_.find_job(id);
  return record == nullptr ? std::nullopt : std::optional(record->job);
}

std::optional<fs::path> Spooler::preview(std::uint32_t id, std::uint32_t page) const {
  const auto* record = impl_->book_.find_job(id);
  if (record == nullptr || page < 1 || page > record->job.previews) return std::nullopt;
  return impl_->documents_.previews(id) / (std::to_string(page) + ".png");
}

Task<Result<Printer>> Spooler::install(InstallRequest request, Deadline deadline) {
  return impl_->install(std::move(request), deadline);
}
Task<Result<void>> Spooler::uninstall(std::string name) {
  return impl_->uninstall(std::move(name));
}
Task<Result<Printer>> Spooler::pause(std::string name, bool paused) {
  return impl_->pause(std::move(name), paused);
}
Result<void> Spooler::validate(const JobRequest& request) const {
  return impl_->validate(request);
}
Task<Result<Job>> Spooler::create(JobRequest request) {
  return impl_->create(std::move(request));
}
Task<Result<Job>> Spooler::add_document(std::uint32_t id, std::string type, ByteSource& document,
                                        Deadline deadline) {
  return impl_->add_document(id, std::move(type), document, deadline);
}
Task<Result<Job>> Spooler::submit(JobRequest request, ByteSource& document, Deadline deadline) {
  return impl_->submit(std::move(request), document, deadline);
}
Task<Result<Job>> Spooler::cancel(std::uint32_t id) {
  return impl_->cancel(id);
}
Task<Result<Job>> Spooler::hold(std::uint32_t id) {
  return impl_->hold(id);
}
Task<Result<Job>> Spooler::release(std::uint32_t id) {
  return impl_->release(id);
}
Task<Result<Job>> Spooler::restart(std::uint32_t id) {
  return impl_->restart(id);
}
Task<Result<Job>> Spooler::alter(std::uint32_t id, Options changes) {
  return impl_->alter(id, std::move(changes));
}
Task<Result<std::vector<Spooler::BidiItem>>> Spooler::bidi(std::string printer, std::string action,
                                                           std::string path, std::string value, bool fresh,
                                                           Deadline deadline) {
  return impl_->bidi(std::move(printer), std::move(action), std::move(path), std::move(value), fresh,
                     deadline);
}
Task<Result<void>> Spooler::new_cartridge(std::string printer, std::string cartridge, Deadline deadline) {
  return impl_->new_cartridge(std::move(printer), std::move(cartridge), deadline);
}
Task<Result<void>> Spooler::maintain(std::string printer, std::string what, Deadline deadline) {
  return impl_->maintain(std::move(printer), std::move(what), deadline);
}
Task<Result<std::string>> Spooler::ports(Deadline deadline) {
  return impl_->ports(deadline);
}
std::shared_ptr<Subscription> Spooler::subscribe() {
  return impl_->book_.announcer().subscribe();
}

}  // namespace platen::spooler
