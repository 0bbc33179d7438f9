// How a job may be printed: one table of what can be asked for, by IPP's names, for every front door. Pure.
#pragma once

#include <span>

#include "base/error.hpp"
#include "spooler/model/model.hpp"

namespace platen::spooler::ipp {

inline constexpr std::uint32_t most_copies = 999;

enum class Syntax { keyword, enumeration };

struct JobOption {
  std::string_view name;
  Syntax syntax;
  // What this model can do, the default first. An enumeration's values are numbers.
  std::vector<std::string> (*values)(const Capabilities& can);
};
[[nodiscard]] std::span<const JobOption> job_options();
[[nodiscard]] const JobOption* find_job_option(std::string_view name);

// Takes "copies", or one option into `options`, when the model can do it.
[[nodiscard]] Result<void> take_option(const Capabilities& can, std::string_view name, std::string_view value,
                                       std::uint32_t& copies, Options& options);

}  // namespace platen::spooler::ipp
