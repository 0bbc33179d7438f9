// What is wrong or doubtful in a printer INF, for those who write one; the reader itself is more tolerant.
//
//   for (const Finding& finding : lint(file, folder, {.built_later = {"platenlm.dll"}}))
//     say(finding.at + ": " + finding.sentence);      // "platen.inf:41: No section uses [OLD.INSTALL]."
//
// Reads the folder for the files that the INF names; else pure.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "inf/inf_file.hpp"

namespace platen::inf {

struct Finding {
  std::string at;  // file:line
  std::string sentence;
};

struct LintOptions {
  // Files that the INF names and that are made by another build, in lower case.
  std::set<std::string> built_later;
};

// Undefined strings, undefined and unused sections, missing files, unknown keys, files without a disk or a
// folder, one hardware id on two models. In the file's order.
std::vector<Finding> lint(const InfFile& file, const std::filesystem::path& folder,
                          const LintOptions& options = {});

}  // namespace platen::inf
