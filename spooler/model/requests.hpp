// What a job's request must be like before anything is kept of it. Pure.
#pragma once

#include "base/error.hpp"
#include "spooler/model/model.hpp"

namespace platen::spooler {

// PCL's own limit for one page's copies is 32767; a person who asks for more than this has slipped.
inline constexpr std::uint32_t most_copies = 999;

// Names and type in the form in which they are kept. Names are never a reason to refuse a job.
[[nodiscard]] JobRequest tidy(JobRequest request);
// Whether this printer can print that; `request` is tidy.
[[nodiscard]] Result<void> check(const JobRequest& request, const Printer& printer);
[[nodiscard]] Result<void> check_type(const std::string& type, const Printer& printer);
// The type under which a document is kept: the one given, or what its first bytes say when that says nothing.
[[nodiscard]] Result<std::string> settle_type(const std::string& given, std::string_view head,
                                              const Printer& printer);
[[nodiscard]] Result<void> check_options(const Options& options, std::uint32_t copies,
                                         const Printer& printer);
// The options that platen-render is told.
[[nodiscard]] Options render_options(const Options& options);

}  // namespace platen::spooler
