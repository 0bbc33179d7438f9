#include "spooler/install/install.hpp"

#include <boost/json.hpp>

#include "inf/install_plan.hpp"
#include "inf/match.hpp"
#include "inf/printer_inf.hpp"
#include "spooler/background/tool.hpp"
#include "spooler/model/model_json.hpp"
#include "spooler/model/text.hpp"

namespace platen::spooler {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

// Reading one GPD file and printing what it says.
constexpr Duration kDescribe = 10s;
constexpr std::size_t kLongestUri = 1024;

Result<void> check_uri(const std::string& uri) {
  const auto colon = uri.find(':');
  const bool plain = std::all_of(uri.begin(), uri.end(), [](char c) { return c > ' ' && c < 0x7f; });
  if (colon != std::string::npos && colon > 0 && plain && uri.size() <= kLongestUri) return {};
  return fail(Errc::malformed, "use the port", clean_name(uri),
              "A port is written like socket://10.0.0.7:9100; `platen ports` lists those that were found.");
}

Result<std::string> choose_name(const Book& book, const std::optional<std::string>& wanted,
                                const std::string& model) {
  if (wanted) {
    if (!is_printer_name(*wanted))
      return fail(Errc::malformed, "use the printer name", clean_name(*wanted),
                  "Use letters, digits, \".\", \"_\" and \"-\" only, 127 at most.");
    if (book.find_printer(*wanted) != nullptr)
      return fail(
          Errc::conflict, "install the printer", *wanted,
          "There is a printer of that name already. Choose another name, or uninstall that one first.");
    return *wanted;
  }
  const std::string base = printer_name_from(model);
  std::string name = base;
  for (int n = 2; book.find_printer(name) != nullptr; ++n) name = base + "-" + std::to_string(n);
  return name;
}

Task<Result<std::string>> ask_identity(std::shared_ptr<const QueueTools> tools, std::string uri,
                                       Deadline deadline) {
  std::vector<std::string> args{"--probe", uri};
  auto told = co_await run_tool(tools->clock, tools->executor, tools->launcher,
                                tools->settings.libexec / "platen-monitor", std::move(args),
                                "ask the printer who it is", deadline);
  if (!told) co_return told.error();
  boost::system::error_code ec;
  const auto json = boost::json::parse(*told, ec);
  if (!ec && json.is_object())
    for (const char* key : {"deviceId", "model"})
      if (const auto* text = json.as_object().if_contains(key); text != nullptr && text->is_string())
        if (!text->as_string().empty()) co_return std::string(text->as_string());
  co_return fail(Errc::unsupported, "learn the model of the printer at", uri,
                 "It does not say what it is. Name its model with --model.");
}

// Everything that reads and writes files, on the files' thread.
struct Driver {
  std::string model;
  fs::path gpd;
};

}  // namespace

Task<Result<PrinterRecord>> prepare_printer(std::shared_ptr<const QueueTools> tools,
                                            std::shared_ptr<Worker> files, InstallRequest request,
                                            Deadline deadline) {
  if (auto good = check_uri(request.uri); !good) co_return good.error();
  auto read = [path = request.inf] { return inf::read_printer_inf(path); };
  auto inf = co_await files->run(read);
  if (!inf) co_return inf.error();

  std::string identity = request.model.value_or("");
  if (identity.empty()) {
    auto told = co_await ask_identity(tools, request.uri, deadline);
    if (!told) co_return told.error();
    identity = std::move(*told);
  }
  auto model = inf::find_model(*inf, identity);
  if (!model) co_return model.error();
  auto name = choose_name(tools->book, request.name, model->name);
  if (!name) co_return name.error();

  auto copy = [inf = *inf, model = *model,
               into = tools->settings.state / "drivers" / *name]() -> Result<Driver> {
    auto plan = inf::plan_install(inf, model);
    if (!plan) return plan.error();
    std::error_code ec;
    fs::create_directories(into.parent_path(), ec);
    auto driver = inf::copy_driver(*plan, into);
    if (!driver) return driver.error();
    return Driver{model.name, driver->gpd};
  };
  auto driver = co_await files->run(copy);
  if (!driver) co_return driver.error();

  std::vector<std::string> args{"--gpd", driver->gpd.string(), "--describe"};
  auto described = co_await run_tool(
      tools->clock, tools->executor, tools->launcher, tools->settings.libexec / "platen-render",
      std::move(args), "learn what the printer can do", deadline.within(tools->clock, kDescribe));
  std::optional<Error> error;
  PrinterRecord record;
  if (!described) {
    error = described.error();
  } else if (auto can = read_capabilities(*described); !can) {
    error = can.error();
  } else {
    record.printer.can = std::move(*can);
  }
  if (error) {
    co_await remove_driver(tools, files, *name);
    co_return *error;
  }
  record.printer.name = *name;
  record.printer.uri = request.uri;
  record.printer.model = driver->model;
  record.printer.sentence = "Not asked yet.";
  record.gpd = driver->gpd;
  co_return record;
}

Task<void> remove_driver(std::shared_ptr<const QueueTools> tools, std::shared_ptr<Worker> files,
                         std::string printer) {
  auto remove = [folder = tools->settings.state / "drivers" / printer] {
    std::error_code ec;
    fs::remove_all(folder, ec);
    return true;
  };
  co_await files->run(remove);
}

}  // namespace platen::spooler
