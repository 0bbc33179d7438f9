// platen-render: a document on stdin becomes printer language on stdout. One short-lived process per job.
#include <cstdio>
#include <fstream>
#include <sstream>

#include "driver/command_line.hpp"
#include "driver/describe.hpp"
#include "driver/gpd_model.hpp"

using namespace platen;
using namespace platen::driver;

namespace {

// The contract of docs/architecture.md.
enum Exit { kDone = 0, kInternal = 1, kArguments = 2, kDocument = 3, kType = 4, kNobodyReads = 5 };

int say(const Error& error, Exit code) {
  std::fprintf(stderr, "%s\n", error.sentence().c_str());
  return code;
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

}  // namespace

int main(int argc, char** argv) {
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
  return kInternal;
}
