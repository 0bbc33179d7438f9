// platen-render: a document on stdin becomes printer language on stdout. One short-lived process per job.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <new>
#include <sstream>

#include <fcntl.h>
#include <unistd.h>

#include "driver/command_line.hpp"
#include "driver/describe.hpp"
#include "driver/gpd_model.hpp"
#include "driver/input/open_document.hpp"
#include "driver/render.hpp"

using namespace platen;
using namespace platen::driver;

namespace {

// The contract of docs/architecture.md.
enum Exit { kDone = 0, kInternal = 1, kArguments = 2, kDocument = 3, kType = 4, kNobodyReads = 5 };

constexpr int kReports = 3;  // the descriptor that gets a line per page, when it is open

int say(const Error& error, Exit code) {
  std::fprintf(stderr, "%s\n", error.sentence().c_str());
  return code;
}

Exit exit_for(const Error& error) {
  if (error.is(Errc::closed)) return kNobodyReads;
  if (error.is(Errc::unsupported)) return kType;
  if (error.is(Errc::malformed) || error.is(Errc::too_large)) return kDocument;
  return kInternal;
}

Result<GpdModel> read_model(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf()))
    return fail(Errc::not_found, "read the printer description", path,
                "Give the path of a GPD file with --gpd.");
  const auto slash = path.rfind('/');
  return GpdModel::read(text.view(), slash == std::string::npos ? path : path.substr(slash + 1));
}

void report_page(int page, std::uint64_t bytes, double black) {
  const std::string line = "{\"page\":" + std::to_string(page) + ",\"bytes\":" + std::to_string(bytes) +
                           ",\"ink\":{\"black\":" + std::to_string(black) + "}}\n";
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t written = ::write(kReports, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    // Who does not want to know keeps nobody from printing.
    if (written < 0) return;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

Result<void> run(const GpdModel& model, const CommandLine& line, JobOptions options, bool reports) {
  const bool keep = options.copies > 1 && options.collated;
  auto document = FileDocument::open(STDIN_FILENO, keep);
  if (!document) return document.error();
  const auto head = document->peek(document_head_size);
  if (!head) return head.error();
  const auto kind = detect_document(line.type, *head);
  if (!kind) return kind.error();
  Output output(STDOUT_FILENO);
  if (*kind == DocumentKind::raw) return pass_through(*document, output);
  auto source = open_document(*kind, *document, sheet_of(model, options.selected), options);
  if (!source) return source.error();
  RenderJob job;
  job.options = std::move(options);
  job.first_page = line.first_page;
  job.previews = line.previews;
  if (reports) job.report = report_page;
  return render(model, job, **source, output);
}

}  // namespace

int main(int argc, char** argv) {
  // Asked before anything is opened that could take the number.
  const bool reports = ::fcntl(kReports, F_GETFD) >= 0;
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGTERM, SIG_DFL);
  auto line = parse_command_line({argv + 1, static_cast<std::size_t>(argc - 1)});
  if (!line) return say(line.error(), kArguments);
  if (line->help) {
    std::fputs(usage(), stdout);
    return kDone;
  }
  auto model = read_model(line->gpd);
  if (!model) return say(model.error(), kArguments);
  if (line->describe) {
    std::puts(describe(*model).c_str());
    return std::fflush(stdout) == 0 ? kDone : kNobodyReads;
  }
  auto options = read_options(*model, line->options, line->copies);
  if (!options) return say(options.error(), kArguments);
  for (const auto& note : options->notes) std::fprintf(stderr, "%s\n", note.c_str());
  try {
    auto done = run(*model, *line, std::move(*options), reports);
    // Nobody is there to read of it either.
    if (!done && done.error().is(Errc::closed)) return kNobodyReads;
    return done ? kDone : say(done.error(), exit_for(done.error()));
  } catch (const std::bad_alloc&) {
    return say(fail(Errc::no_space, "print the document", "", "There is not enough memory for its pages."),
               kInternal);
  }
}
