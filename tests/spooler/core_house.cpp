#include "core_house.hpp"

#include "base/log.hpp"
#include "recovered.hpp"
#include "spooler/model/model_json.hpp"

namespace platen::spooler::testing {

TemporaryFolder::TemporaryFolder() {
  std::string name = std::filesystem::temp_directory_path() / "platen-spooler-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ec;
  std::filesystem::remove_all(path_, ec);
}

House::House() {
  ::signal(SIGPIPE, SIG_IGN);
  // PLATEN_LOG=debug shows what happens.
  if (std::getenv("PLATEN_LOG") == nullptr)
    spdlog::set_level(spdlog::level::off);
  else
    start_logging("test");
}

House::~House() {
  if (spooler_) stop();
}

void House::step() {
  reactor_.restart();
  reactor_.poll();
}

void House::run(Task<void> task) {
  auto wrapped = [](Task<void> inner) -> Task<bool> {
    co_await std::move(inner);
    co_return true;
  };
  (void)run(wrapped(std::move(task)));
}

bool House::until(const std::function<bool()>& so, Duration most) {
  const Instant end = clock_.now() + most;
  step();
  while (!so()) {
    if (!clock_.advance_to_next(end)) return false;
    step();
  }
  return true;
}

bool House::recovers(const std::function<bool()>& so, Duration most) {
  const Instant from = clock_.now();
  const bool did = until(so, most);
  recovered(clock_.now() - from, most, Time::simulated);
  return did;
}

void House::add_printer(const std::string& name) {
  std::filesystem::create_directories(folder_.path() / "drivers" / name);
  Worker worker(true);
  Store store(worker);
  ASSERT_TRUE(run(store.open(folder_.path() / "platen.db")));
  PrinterRecord record;
  record.printer.name = name;
  record.printer.uri = "socket://" + name;
  record.printer.model = "Lexmark T640";
  record.printer.can = *read_capabilities(described());
  record.gpd = folder_.path() / "drivers" / name / "x.gpd";
  ASSERT_TRUE(run(store.add(record)));
}

void House::start() {
  Settings settings;
  settings.state = folder_.path();
  settings.libexec = "/nowhere";
  settings.largest_document = largest_document_;
  settings.inline_disk = true;
  settings.auto_install = auto_install_;
  settings.inf_dir = inf_dir_;
  spooler_ = std::make_unique<Spooler>(clock_, reactor_.get_executor(), launcher_, settings);
  auto started = run(spooler_->start());
  ASSERT_TRUE(started) << started.error().sentence();
}

void House::stop() {
  run(spooler_->stop());
  spooler_.reset();
}

void House::restart_spooler() {
  stop();
  start();
}

Result<Job> House::submit(const std::string& text, const std::string& type) {
  TextSource source(text);
  JobRequest request;
  request.printer = "T640";
  request.name = "a letter";
  request.user = "ann";
  request.type = type;
  return run(spooler_->submit(request, source, Deadline::in(clock_, 1min)));
}

Job House::job(std::uint32_t id) {
  auto found = spooler_->job(id);
  return found ? *found : Job{};
}

bool House::ends(std::uint32_t id, Duration most) {
  return until([this, id] { return is_over(job(id).state); }, most);
}

}  // namespace platen::spooler::testing
