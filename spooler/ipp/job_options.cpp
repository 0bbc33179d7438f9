#include "spooler/ipp/job_options.hpp"

#include <algorithm>
#include <charconv>

namespace platen::spooler::ipp {
namespace {

using Values = std::vector<std::string>;

Values media(const Capabilities& can) {
  Values names;
  if (!can.media_default.empty()) names.push_back(can.media_default);
  for (const Media& size : can.media)
    if (size.name != can.media_default) names.push_back(size.name);
  return names;
}

Values sides(const Capabilities& can) {
  return can.duplex ? Values{"one-sided", "two-sided-long-edge", "two-sided-short-edge"}
                    : Values{"one-sided"};
}

Values color_mode(const Capabilities& can) {
  return can.color ? Values{"auto", "color", "monochrome"} : Values{"monochrome", "auto"};
}

Values quality(const Capabilities&) {
  return {"4", "3", "5"};  // normal, draft, high
}

Values orientation(const Capabilities&) {
  return {"3", "4", "5", "6"};  // portrait, landscape, reverse landscape, reverse portrait
}

Values scaling(const Capabilities&) {
  return {"auto", "auto-fit", "fill", "fit", "none"};
}

constexpr JobOption table[] = {
    {"media", Syntax::keyword, media},
    {"orientation-requested", Syntax::enumeration, orientation},
    {"print-color-mode", Syntax::keyword, color_mode},
    {"print-quality", Syntax::enumeration, quality},
    {"print-scaling", Syntax::keyword, scaling},
    {"sides", Syntax::keyword, sides},
};

}  // namespace

std::span<const JobOption> job_options() {
  return table;
}

const JobOption* find_job_option(std::string_view name) {
  const auto found = std::ranges::find(table, name, &JobOption::name);
  return found == std::end(table) ? nullptr : &*found;
}

Result<void> take_option(const Capabilities& can, std::string_view name, std::string_view value,
                         std::uint32_t& copies, Options& options) {
  const std::string what = std::string(name) + "=" + std::string(value);
  if (name == "copies") {
    std::uint32_t number = 0;
    const auto [end, ec] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (ec != std::errc() || end != value.data() + value.size() || number < 1 || number > most_copies)
      return fail(Errc::malformed, "use the option", what,
                  "Give a number of copies from 1 to " + std::to_string(most_copies) + ".");
    copies = number;
    return {};
  }
  const JobOption* option = find_job_option(name);
  if (!option) {
    std::string known = "copies";
    for (const JobOption& each : table) known += ", " + std::string(each.name);
    return fail(Errc::unsupported, "use the option", what, "The options are " + known + ".");
  }
  const Values values = option->values(can);
  if (std::ranges::find(values, value) == values.end()) {
    std::string known;
    for (const std::string& each : values) known += (known.empty() ? "" : ", ") + each;
    return fail(Errc::unsupported, "use the option", what, "This printer can do " + known + ".");
  }
  options[std::string(name)] = value;
  return {};
}

}  // namespace platen::spooler::ipp
