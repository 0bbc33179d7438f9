#include "virtual/output_folder.hpp"

#include <cstdio>
#include <fstream>

#include <boost/json.hpp>
#include <glib.h>

#include "base/log.hpp"
#include "virtual/png_file.hpp"

namespace platen::vprinter {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

std::string_view word(JobResult result) {
  switch (result) {
    case JobResult::completed:
      return "completed";
    case JobResult::canceled:
      return "canceled";
    case JobResult::disconnected:
      return "disconnected";
  }
  return "";
}

// A job's name is what a host sent in any encoding; JSON wants UTF-8.
std::string utf8(std::string_view text) {
  if (!g_utf8_validate(text.data(), static_cast<gssize>(text.size()), nullptr)) {
    std::string out;
    for (char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x80) {
        out += c;
      } else {
        out += static_cast<char>(0xC0 | byte >> 6);
        out += static_cast<char>(0x80 | (byte & 0x3F));
      }
    }
    return out;
  }
  return std::string(text);
}

// One write() per line, so that a reader that follows the file never sees half of one.
bool append(const fs::path& file, const json::object& line) {
  std::string text = json::serialize(line) + "\n";
  std::FILE* out = std::fopen(file.c_str(), "ab");
  if (!out) return false;
  const bool written = std::fwrite(text.data(), 1, text.size(), out) == text.size();
  return (std::fclose(out) == 0) && written;
}

int highest(const fs::path& file, std::string_view key) {
  std::ifstream in(file);
  int found = 0;
  for (std::string line; std::getline(in, line);) {
    boost::system::error_code ec;
    json::value value = json::parse(line, ec);
    if (ec || !value.is_object()) continue;
    if (const auto* number = value.get_object().if_contains(key); number && number->is_int64())
      found = std::max(found, static_cast<int>(number->get_int64()));
  }
  return found;
}

}  // namespace

Result<OutputFolder> OutputFolder::open(fs::path folder) {
  std::error_code ec;
  fs::create_directories(folder, ec);
  if (ec)
    return fail(boost::system::error_code(ec), "make the folder for printed pages", folder.string(),
                "Choose another folder with --out.");
  OutputFolder opened(folder);
  opened.pages_before_ = highest(folder / "pages.jsonl", "page");
  opened.jobs_before_ = highest(folder / "jobs.jsonl", "job");
  return opened;
}

void OutputFolder::put_out(const Page& page, const PageRecord& record) {
  char name[32];
  std::snprintf(name, sizeof name, "page-%04d.png", record.page);
  if (auto written = write_png(page.planes.front().bitmap, folder_ / name); !written) {
    named_log("output")->error("{}", written.error().sentence());
    return;
  }
  double coverage = 0;
  for (const Plane& plane : page.planes) coverage += plane.bitmap.coverage();
  if (!append(folder_ / "pages.jsonl", {{"page", record.page},
                                        {"job", record.job},
                                        {"jobName", utf8(record.job_name)},
                                        {"file", name},
                                        {"width", page.width()},
                                        {"height", page.height()},
                                        {"dpi", kDotsPerInch},
                                        {"coverage", coverage}}))
    named_log("output")->error("{}", fail(Errc::failed, "note page", name, "Is the disk full?").sentence());
}

void OutputFolder::job_ended(const JobRecord& record) {
  json::array errors;
  for (const std::string& error : record.errors) errors.emplace_back(utf8(error));
  if (!append(folder_ / "jobs.jsonl", {{"job", record.job},
                                       {"name", utf8(record.name)},
                                       {"result", word(record.result)},
                                       {"pages", record.pages},
                                       {"bytes", record.bytes},
                                       {"errors", std::move(errors)}}))
    named_log("output")->error(
        "{}", fail(Errc::failed, "note job", std::to_string(record.job), "Is the disk full?").sentence());
}

}  // namespace platen::vprinter
