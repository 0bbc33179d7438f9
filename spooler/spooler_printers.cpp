// The Spooler's doings with printers: installing, asking, looking after them.
#include <array>

#include "spooler/background/tool.hpp"
#include "spooler/model/text.hpp"
#include "spooler/spooler_impl.hpp"
#include "spooler/test_page.hpp"

namespace platen::spooler {

using namespace std::chrono_literals;

namespace {

constexpr Duration kAutoInstall = 60s;  // as long as a person's request may take
constexpr Duration kTestPage = 30s;     // a page of text onto a disk

struct Action {
  const char* word;
  wire::BidiAction action;
};
constexpr std::array kActions{Action{"get", wire::BidiAction::get}, Action{"set", wire::BidiAction::set},
                              Action{"enum", wire::BidiAction::enumerate},
                              Action{"getall", wire::BidiAction::get_all}};

struct Care {
  const char* word;
  wire::Maintenance what;
};
constexpr std::array kCares{Care{"clean", wire::Maintenance::clean}, Care{"align", wire::Maintenance::align}};

}  // namespace

Result<const PrinterRecord*> Spooler::Impl::printer_of(const std::string& name,
                                                       const std::string& operation) const {
  if (const auto* record = book_.find_printer(name)) return record;
  return fail(Errc::not_found, operation, name,
              "There is no printer of that name; `platen printers` lists them.");
}

Result<std::shared_ptr<PrinterQueue>> Spooler::Impl::queue_of(const std::string& printer) const {
  if (auto found = queues_.find(printer); found != queues_.end()) return found->second;
  return fail(Errc::not_found, "reach", printer,
              "There is no printer of that name; `platen printers` lists them.");
}

Task<Result<Printer>> Spooler::Impl::install(InstallRequest request, Deadline deadline,
                                             StillWanted still_wanted) {
  auto self = shared_from_this();
  // One after the other, so that two of them cannot choose the same name.
  while (installing_)
    if (auto woken = co_await bell_.wait(clock_, deadline); !woken) co_return woken.error();
  if (stopping_ || !tools_)
    co_return fail(Errc::closed, "install a printer", "", "The spooler is shutting down.");
  if (still_wanted)
    if (auto wanted = still_wanted(); !wanted) co_return wanted.error();
  installing_ = true;
  auto prepared = co_await prepare_printer(tools_, file_worker_, std::move(request), deadline);
  std::optional<Error> error;
  std::string name;
  if (!prepared) {
    error = prepared.error();
  } else {
    name = prepared->printer.name;
    auto added = co_await book_.add_printer(std::move(*prepared));
    if (!added) {
      error = added.error();
      co_await remove_driver(tools_, file_worker_, name);
    }
  }
  installing_ = false;
  bell_.notify();
  if (error) co_return *error;
  const auto* record = book_.find_printer(name);
  if (!stopping_) start_queue(*record);
  co_return book_.view(*record);
}

void Spooler::Impl::watch_ports() {
  if (!settings_.auto_install) return;
  // `this` lives as long as the watch runs: it holds us by `heard`, until stop() drops it.
  auto install = [this](InstallRequest request, StillWanted still_wanted) {
    return this->install(std::move(request), Deadline::in(clock_, kAutoInstall), std::move(still_wanted));
  };
  auto_install_ = std::make_unique<AutoInstall>(book_, file_worker_, settings_.state, settings_.inf_dir,
                                                std::move(install));
  auto heard = [self = shared_from_this()](PortEvent event) {
    return self->auto_install_->heard(std::move(event));
  };
  port_watch_ = std::make_shared<PortWatch>(clock_, executor_, launcher_,
                                            settings_.libexec / "platen-monitor", std::move(heard));
  tasks_.start(port_watch_->run());
}

Task<Result<void>> Spooler::Impl::uninstall(std::string name) {
  auto self = shared_from_this();
  auto record = printer_of(name, "uninstall");
  if (!record) co_return record.error();
  auto queue = queue_of(name);
  if (!queue || !(*record)->printer.accepting)
    co_return fail(Errc::busy, "uninstall", name, "Somebody is uninstalling it already.");
  const bool accepted = (*record)->printer.accepting;
  book_.touch_printer(name, [](PrinterRecord& changed) { changed.printer.accepting = false; });
  co_await (*queue)->remove();
  queues_.erase(name);

  std::vector<std::uint32_t> jobs;
  for (const auto& [id, job] : book_.jobs())
    if (job.job.printer == name) jobs.push_back(id);
  auto removed = co_await book_.remove_printer(name);
  if (!removed) {
    book_.touch_printer(name, [accepted](PrinterRecord& changed) { changed.printer.accepting = accepted; });
    if (const auto* still = book_.find_printer(name); still != nullptr && !stopping_) start_queue(*still);
    co_return removed;
  }
  for (const auto id : jobs) incoming_since_.erase(id);
  co_await documents_.remove(std::move(jobs));
  if (tools_) co_await remove_driver(tools_, file_worker_, name);
  co_return Result<void>();
}

Task<Result<Printer>> Spooler::Impl::pause(std::string name, bool paused) {
  auto self = shared_from_this();
  auto known = printer_of(name, paused ? "pause" : "resume");
  if (!known) co_return known.error();
  Book::PrinterEdit edit = [paused](PrinterRecord& record) { record.printer.paused = paused; };
  auto saved = co_await book_.change_printer(name, edit);
  if (!saved) co_return saved.error();
  stir(name);
  auto record = printer_of(name, "pause");
  if (!record) co_return record.error();
  co_return book_.view(**record);
}

Task<Result<std::vector<Spooler::BidiItem>>> Spooler::Impl::bidi(std::string printer, std::string action,
                                                                 std::string path, std::string value,
                                                                 bool fresh, Deadline deadline) {
  auto self = shared_from_this();
  auto queue = queue_of(printer);
  if (!queue) co_return queue.error();
  const auto* known = std::find_if(kActions.begin(), kActions.end(),
                                   [&action](const Action& one) { return one.word == action; });
  if (known == kActions.end())
    co_return fail(Errc::malformed, "ask the printer to", action,
                   "The choices are get, set, enum and getall.");
  wire::BidiRequest request;
  request.action = known->action;
  request.path = std::move(path);
  request.value = std::move(value);
  request.fresh = fresh;
  auto reply = co_await (*queue)->link().call<wire::Bidi>(std::move(request), deadline);
  if (!reply) co_return reply.error();
  std::vector<BidiItem> items;
  for (auto& one : reply->values)
    items.push_back({std::move(one.path), std::move(one.type), std::move(one.value)});
  co_return items;
}

Task<Result<void>> Spooler::Impl::new_cartridge(std::string printer, std::string cartridge,
                                                Deadline deadline) {
  auto self = shared_from_this();
  // It reaches this one leaf only, whatever it is: the monitor takes the path's last "]:" for the name's end.
  std::string path = "\\Printer.Consumables.[" + cartridge + "]:Replaced";
  auto done = co_await bidi(printer, "set", std::move(path), "true", true, deadline);
  if (!done && done.error().is(Errc::not_found) && book_.find_printer(printer) != nullptr)
    co_return fail(Errc::not_found, "count from a new cartridge", clean_name(cartridge, 40),
                   printer + " has none of that name. Say its colour, as Black.");
  if (!done) co_return done.error();
  co_return Result<void>();
}

Task<Result<void>> Spooler::Impl::maintain(std::string printer, std::string what, Deadline deadline) {
  auto self = shared_from_this();
  auto queue = queue_of(printer);
  if (!queue) co_return queue.error();
  const auto* known =
      std::find_if(kCares.begin(), kCares.end(), [&what](const Care& one) { return one.word == what; });
  if (known == kCares.end())
    co_return fail(Errc::malformed, "look after the printer:", what, "The choices are clean and align.");
  wire::MaintainRequest request;
  request.what = known->what;
  auto reply = co_await (*queue)->link().call<wire::Maintain>(request, deadline);
  if (!reply) co_return reply.error();
  co_return Result<void>();
}

Task<Result<std::string>> Spooler::Impl::ports(Deadline deadline) {
  auto self = shared_from_this();
  std::vector<std::string> args{"--list-ports"};
  co_return co_await run_tool(clock_, executor_, launcher_, settings_.libexec / "platen-monitor",
                              std::move(args), "look for printers", deadline);
}

Task<Result<Job>> Spooler::print_test_page(std::string name) {
  auto self = impl_;
  const auto known = printer(name);
  if (!known)
    co_return fail(Errc::not_found, "print a test page on", name,
                   "There is no printer of that name; `platen printers` lists them.");
  TextSource page(test_page(*known, self->clock_.wall()));
  JobRequest request;
  request.printer = name;
  request.name = "Test page";
  request.user = "platen";
  request.type = "text/plain";
  co_return co_await self->submit(std::move(request), page, Deadline::in(self->clock_, kTestPage));
}

}  // namespace platen::spooler
