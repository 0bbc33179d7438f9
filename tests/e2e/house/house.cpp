#include "house.hpp"

#include <fstream>
#include <iostream>
#include <sstream>

#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>

namespace platen::e2e {
namespace {

namespace fs = std::filesystem;

// Generous: sanitizer builds on a busy machine start slowly, and a test that is right never waits for it.
constexpr Seconds start_limit(60);

fs::path fresh_folder() {
  char path[] = "/tmp/platen-house-XXXXXX";
  if (!::mkdtemp(path)) throw std::runtime_error("cannot make a folder in /tmp");
  return path;
}

std::vector<json::object> json_lines(const fs::path& path) {
  std::vector<json::object> out;
  std::istringstream lines(read_file(path));
  for (std::string line; std::getline(lines, line);)
    if (!line.empty()) out.push_back(json::parse(line).as_object());
  return out;
}

}  // namespace

std::string program(const std::string& name) {
  return std::string(PLATEN_BIN_DIR) + "/" + name;
}
std::string source(const std::string& path) {
  return std::string(PLATEN_SOURCE_DIR) + "/" + path;
}

VirtualPrinter::VirtualPrinter(fs::path folder, const std::vector<std::string>& more)
    : folder_(std::move(folder)), control_(folder_ / "control.sock") {
  fs::create_directories(folder_);
  std::vector<std::string> command{
      program("platen-vprinter"), "--out", folder_, "--listen", "127.0.0.1:0", "--control", control_};
  command.insert(command.end(), more.begin(), more.end());
  process_ = std::make_unique<Child>(command, folder_ / "log");
  uri_ = process_->line_after("ready", start_limit);
  if (uri_.empty()) throw std::runtime_error("platen-vprinter did not start: " + process_->err());
}

std::string VirtualPrinter::tell(const std::string& words) const {
  auto said = run({program("platen-vprinter"), "--control", control_, "--tell", words}, Seconds(20));
  EXPECT_EQ(said.code, 0) << words << ": " << said.out << said.err;
  return said.out;
}

json::object VirtualPrinter::status() const {
  return json::parse(tell("status")).as_object();
}

std::uint64_t VirtualPrinter::bytes_received() const {
  return json::value_to<std::uint64_t>(status().at("bytesReceived"));
}

std::vector<json::object> VirtualPrinter::pages() const {
  return json_lines(folder_ / "pages.jsonl");
}
std::vector<json::object> VirtualPrinter::jobs() const {
  return json_lines(folder_ / "jobs.jsonl");
}

std::string VirtualPrinter::page_file(std::size_t index) const {
  fs::path file = std::string(pages().at(index).at("file").as_string());
  return file.is_absolute() ? file : folder_ / file;
}

House::House(const std::vector<std::string>& printer_options, std::vector<std::string> service_options)
    : folder_(fresh_folder()), service_options_(std::move(service_options)) {
  printer_ = std::make_unique<VirtualPrinter>(folder_ / "printer", printer_options);
  start_service();
}

House::~House() {
  service_.reset();
  printer_.reset();
  // Monitors outlive platend by design; a test's must not outlive the test.
  for (pid_t pid : processes("platen-monitor")) ::kill(pid, SIGKILL);
  expect_no_sanitizer_report();
  if (testing::Test::HasFailure()) {
    std::cerr << "The house is kept for a look: " << folder_ << "\n";
    return;
  }
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

// In a sanitizer's build, a report of any of the programs fails the test that ran them.
void House::expect_no_sanitizer_report() const {
  for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
    if (entry.path().extension() != ".err") continue;
    const std::string log = read_file(entry.path());
    for (const char* mark : {"Sanitizer: ", "runtime error: "})
      if (const auto at = log.find(mark); at != std::string::npos)
        ADD_FAILURE() << entry.path() << ": " << log.substr(log.rfind('\n', at) + 1, 6000);
  }
}

void House::start_service() {
  std::vector<std::string> command{program("platend"), "--state", state(),         "--listen",
                                   "127.0.0.1:0",      "--web",   source("ui/web")};
  command.insert(command.end(), service_options_.begin(), service_options_.end());
  service_ = std::make_unique<Child>(command, folder_ / ("platend-" + std::to_string(++starts_)));
  url_ = service_->line_after("ready", start_limit);
  if (url_.empty()) throw std::runtime_error("platend did not start: " + service_->err());
}

void House::kill_service() {
  service_->signal(SIGKILL);
  service_->wait(Seconds(10));
}

std::string House::host() const {
  const auto from = url_.find("//") + 2;
  return url_.substr(from, url_.find('/', from) - from);
}

Finished House::platen(std::vector<std::string> args, Seconds limit) const {
  args.insert(args.begin(), program("platen"));
  return run(args, limit, {{"PLATEN_SOCKET", state() / "run/platend.sock"}});
}

json::value House::platen_json(std::vector<std::string> args) const {
  args.emplace_back("--json");
  auto answer = platen(args);
  EXPECT_EQ(answer.code, 0) << "platen " << args.front() << ": " << answer.err;
  boost::system::error_code ec;
  auto value = json::parse(answer.out, ec);
  EXPECT_FALSE(ec) << answer.out;
  return value;
}

void House::install(const std::string& name, const std::vector<std::string>& more) {
  std::vector<std::string> args{"install", source("inf/platen.inf"), "--port", printer_->uri(), "--name",
                                name};
  args.insert(args.end(), more.begin(), more.end());
  auto done = platen(args);
  ASSERT_EQ(done.code, 0) << done.out << done.err << service_log();
  ASSERT_TRUE(sentence_has(name, "Ready"));  // the printer has been heard, and knows that we listen
}

std::int64_t House::print(const std::string& printer, const std::string& file,
                          const std::vector<std::string>& more) {
  std::vector<std::string> args{"print", "-p", printer, file};
  args.insert(args.end(), more.begin(), more.end());
  auto answer = platen_json(args);
  return answer.is_object() ? json::value_to<std::int64_t>(answer.at("id")) : -1;
}

json::object House::job(std::int64_t id) const {
  return platen_json({"job", std::to_string(id), "show"}).as_object();
}

json::object House::status(const std::string& printer) const {
  auto answer = platen_json({"status", printer});
  return answer.as_object();
}

bool House::job_reaches(std::int64_t id, const std::string& state, Seconds limit) {
  json::object last;
  const bool reached = eventually(
      [&] {
        last = job(id);
        return last.at("state").as_string() == state;
      },
      limit);
  if (!reached) std::cerr << "job " << id << " is: " << json::serialize(last) << "\n" << service_log();
  return reached;
}

bool House::sentence_has(const std::string& printer, const std::string& words, Seconds limit) {
  json::object last;
  const bool found = eventually(
      [&] {
        last = status(printer);
        return std::string(last.at("sentence").as_string()).find(words) != std::string::npos;
      },
      limit);
  if (!found) std::cerr << "printer is: " << json::serialize(last) << "\n";
  return found;
}

std::string House::text(const std::string& name, const std::string& content) const {
  const auto path = folder_ / name;
  write_file(path, content);
  return path;
}

std::string House::long_text(const std::string& name, int pages) const {
  std::string content;
  for (int page = 1; page <= pages; ++page) {
    for (int line = 1; line <= 40; ++line)
      content += "Page " + std::to_string(page) + ", line " + std::to_string(line) + " of the long text.\n";
    if (page < pages) content += "\f";
  }
  return text(name, content);
}

std::vector<pid_t> House::processes(const std::string& name) const {
  std::vector<pid_t> out;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string pid = entry.path().filename();
    if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string command = read_file(entry.path() / "cmdline");
    const std::string first = command.substr(0, command.find('\0'));
    // Ours: the program's name, and an argument or an environment that points into this house.
    if (fs::path(first).filename() != name) continue;
    if (command.find(folder_.string()) != std::string::npos) out.push_back(std::stoi(pid));
  }
  return out;
}

}  // namespace platen::e2e
