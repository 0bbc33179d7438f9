// The whole chain, running: a virtual printer and a platend in a folder of their own, driven through the
// public commands only. Everything ends with the House.
//
//   House house;
//   house.install("Laser");
//   auto id = house.print("Laser", house.text("hello.txt", "Hello"));
//   ASSERT_TRUE(house.job_reaches(id, "completed"));
//   EXPECT_EQ(house.pages().size(), 1u);
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "child.hpp"

namespace platen::e2e {

namespace json = boost::json;

// A virtual printer of its own, with its control socket.
class VirtualPrinter {
 public:
  VirtualPrinter(std::filesystem::path folder, const std::vector<std::string>& more = {});
  [[nodiscard]] const std::string& uri() const { return uri_; }
  [[nodiscard]] std::filesystem::path folder() const { return folder_; }
  std::string tell(const std::string& words) const;  // the answer; a test failure when it refuses
  [[nodiscard]] json::object status() const;
  [[nodiscard]] std::uint64_t bytes_received() const;
  [[nodiscard]] std::vector<json::object> pages() const;  // pages.jsonl
  [[nodiscard]] std::vector<json::object> jobs() const;   // jobs.jsonl
  [[nodiscard]] std::string page_file(std::size_t index) const;

 private:
  std::filesystem::path folder_;
  std::string control_;
  std::string uri_;
  std::unique_ptr<Child> process_;
};

class House {
 public:
  explicit House(const std::vector<std::string>& printer_options = {},
                 std::vector<std::string> service_options = {});
  ~House();

  VirtualPrinter& printer() { return *printer_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] std::filesystem::path state() const { return folder_ / "state"; }
  [[nodiscard]] const std::string& url() const { return url_; }  // "http://127.0.0.1:PORT/"
  [[nodiscard]] std::string host() const;                        // "127.0.0.1:PORT"

  void start_service();
  void kill_service();  // -9
  [[nodiscard]] pid_t service_pid() const { return service_->pid(); }
  [[nodiscard]] std::string service_log() const { return service_->err(); }

  Finished platen(std::vector<std::string> args, Seconds limit = Seconds(60)) const;
  json::value platen_json(std::vector<std::string> args) const;  // a test failure when it fails

  // Installs our virtual printer and waits until it is ready.
  void install(const std::string& name, const std::vector<std::string>& more = {});
  std::int64_t print(const std::string& printer, const std::string& file,
                     const std::vector<std::string>& more = {});
  [[nodiscard]] json::object job(std::int64_t id) const;
  [[nodiscard]] json::object status(const std::string& printer) const;
  // The limits are for failures; a sanitizer's build draws a page in seconds.
  bool job_reaches(std::int64_t id, const std::string& state, Seconds limit = Seconds(150));
  bool sentence_has(const std::string& printer, const std::string& words, Seconds limit = Seconds(10));

  // Files to print, made in the House's folder.
  std::string text(const std::string& name, const std::string& content) const;
  std::string long_text(const std::string& name, int pages) const;

  // Process ids of our own platen-monitor or platen-render processes.
  [[nodiscard]] std::vector<pid_t> processes(const std::string& program) const;

 private:
  void expect_no_sanitizer_report() const;

  std::filesystem::path folder_;
  std::unique_ptr<VirtualPrinter> printer_;
  std::unique_ptr<Child> service_;
  std::string url_;
  std::vector<std::string> service_options_;
  int starts_ = 0;
};

std::string program(const std::string& name);  // a path in build/bin
std::string source(const std::string& path);   // a path in the source tree

}  // namespace platen::e2e
