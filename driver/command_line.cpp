#include "driver/command_line.hpp"

#include <charconv>

namespace platen::driver {
namespace {

// More copies or pages than this are a mistake of the caller.
constexpr int kMost = 1'000'000;

Error wrong(std::string what, std::string advice) {
  return fail(Errc::malformed, "understand the argument", std::move(what), std::move(advice));
}

}  // namespace

const char* usage() {
  return "platen-render --gpd FILE --type MIME [--title T] [--first-page N] [--copies N] [--previews DIR]\n"
         "              [-o key=value]…        document on stdin, printer language on stdout\n"
         "platen-render --gpd FILE --describe  what the model can do, as JSON\n";
}

Result<CommandLine> parse_command_line(std::span<const char* const> arguments) {
  CommandLine line;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string argument = arguments[i];
    if (argument == "--describe") {
      line.describe = true;
      continue;
    }
    if (argument == "--help") {
      line.help = true;
      return line;
    }
    std::string* text = argument == "--gpd"        ? &line.gpd
                        : argument == "--type"     ? &line.type
                        : argument == "--title"    ? &line.title
                        : argument == "--previews" ? &line.previews
                                                   : nullptr;
    int* number = argument == "--first-page" ? &line.first_page
                  : argument == "--copies"   ? &line.copies
                                             : nullptr;
    if (text == nullptr && number == nullptr && argument != "-o")
      return wrong("'" + argument + "'", "platen-render --help lists them.");
    if (++i == arguments.size()) return wrong(argument, "A value must follow it.");
    const std::string value = arguments[i];
    if (text != nullptr) {
      *text = value;
    } else if (number != nullptr) {
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), *number);
      if (error != std::errc{} || end != value.data() + value.size() || *number < 1 || *number > kMost)
        return wrong(argument + " " + value, "A number from 1 on is wanted there.");
    } else {
      const auto equals = value.find('=');
      if (equals == std::string::npos || equals == 0)
        return wrong("-o " + value, "An option is written -o key=value.");
      line.options.emplace_back(value.substr(0, equals), value.substr(equals + 1));
    }
  }
  if (line.gpd.empty()) return wrong("list", "--gpd FILE must name the printer's description.");
  if (!line.describe && line.type.empty()) return wrong("list", "--type MIME must say what the document is.");
  return line;
}

}  // namespace platen::driver
