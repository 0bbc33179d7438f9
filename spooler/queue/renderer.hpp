// One run of platen-render: started, listened to, and closed exactly once (Q223863).
//
// Its document and its output are descriptors that go straight to it; here arrive only its reports (a line
// per page, descriptor 3) and what it says on stderr, of which the last line is the sentence for a person.
// Owned by one attempt of a PrinterQueue; one reactor. `changed` is called when a page was reported and when
// it has ended.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "base/launcher.hpp"
#include "spooler/background/tasks.hpp"
#include "spooler/model/model.hpp"

namespace platen::spooler {

struct RenderPlan {
  std::filesystem::path program;  // platen-render
  std::filesystem::path gpd;
  std::filesystem::path previews;
  std::string type;
  std::string title;
  std::uint32_t first_page = 1;
  std::uint32_t copies = 1;
  Options options;
};

// platen-render's exit codes, as docs/architecture.md lists them.
enum class RenderExit { done = 0, internal = 1, arguments = 2, broken = 3, unknown_type = 4, unread = 5 };

class Renderer : public std::enable_shared_from_this<Renderer> {
 public:
  static Result<std::shared_ptr<Renderer>> start(Clock& clock, boost::asio::any_io_executor executor,
                                                 Launcher& launcher, RenderPlan plan, Fd document, Fd output,
                                                 std::function<void()> changed);
  ~Renderer();

  // Empty while it runs.
  [[nodiscard]] const std::optional<ExitStatus>& exit() const { return exit_; }
  [[nodiscard]] std::uint32_t last_page() const { return last_page_; }
  // The ink on the first so many sides that it was asked for, by colour, and how many of them it told of.
  struct Ink {
    std::map<std::string, double> sheets;  // A4 sheets of solid colour
    std::uint32_t sides = 0;
  };
  [[nodiscard]] Ink ink_on(std::uint32_t sides) const;
  // What it said last, or how it ended.
  [[nodiscard]] std::string sentence() const;

  // Asks it to end, and a second later makes it. May be called at any time and again.
  void stop();
  // Waits until it has ended; fails with Errc::timed_out.
  Task<Result<void>> ended(Deadline deadline);
  // `changed` is not called any more.
  void forget() { changed_ = nullptr; }

 private:
  class Reading;
  Renderer(Clock& clock, boost::asio::any_io_executor executor, std::function<void()> changed);
  Task<void> read_reports();
  Task<void> read_words();
  Task<void> await_exit();
  Task<void> make_it_end();
  void take_report(std::string_view line);
  void tell();

  Clock& clock_;
  Tasks tasks_;
  Event stir_;
  std::function<void()> changed_;
  std::unique_ptr<Process> process_;
  std::unique_ptr<Reading> reports_;
  std::unique_ptr<Reading> words_;
  int open_pipes_ = 0;
  std::string said_;
  std::uint32_t last_page_ = 0;
  std::uint32_t pages_before_ = 0;  // not asked for
  // Of the pages up to each, in order; bounded by the page numbers that take_report() believes.
  struct Told {
    std::uint32_t last;
    std::map<std::string, double> ink;  // on each side
  };
  std::vector<Told> told_;
  std::optional<ExitStatus> exit_;
  bool stopped_ = false;
};

}  // namespace platen::spooler
