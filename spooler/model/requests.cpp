#include "spooler/model/requests.hpp"

#include <algorithm>
#include <array>

#include "spooler/model/document_type.hpp"
#include "spooler/model/text.hpp"

namespace platen::spooler {
namespace {

constexpr std::array kRenderOptions{
    "media", "sides", "print-quality", "print-scaling", "orientation-requested", "print-color-mode"};
// An application may send hundreds of attributes; what is no option of ours and longer than this helps
// nobody.
constexpr std::size_t kMostOptions = 64;
constexpr std::size_t kLongestValue = 1024;

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

}  // namespace

JobRequest tidy(JobRequest request) {
  request.name = clean_name(request.name);
  request.user = clean_name(request.user);
  if (request.name.empty()) request.name = "Untitled";
  if (request.user.empty()) request.user = "anonymous";
  request.type = plain_type(request.type);
  return request;
}

Result<void> check_type(const std::string& type, const Printer& printer) {
  const auto& known = printer.can.types;
  const std::string wanted = is_raw_name(type) ? kRawType : type;
  if (std::find(known.begin(), known.end(), wanted) != known.end()) return {};
  return fail(Errc::unsupported, "print a document of type", clean_name(type),
              printer.name + " takes " + joined(known) + ". Let the application convert it.");
}

Result<std::string> settle_type(const std::string& given, std::string_view head, const Printer& printer) {
  std::string type = given;
  if (is_raw_name(type)) {
    type = kRawType;
  } else if (type.empty() || type == kRawType) {
    auto seen = detect_type(head);
    if (!seen)
      return fail(Errc::unsupported, "print", "this document",
                  "It is of no type that " + printer.name + " takes: " + joined(printer.can.types) +
                      ". Let the application convert it.");
    type = std::move(*seen);
  }
  if (auto fits = check_type(type, printer); !fits) return fits.error();
  return type;
}

Result<void> check_options(const Options& options, std::uint32_t copies, const Printer& printer) {
  if (options.size() > kMostOptions)
    return fail(Errc::too_large, "print with", std::to_string(options.size()) + " options",
                "Leave most of them out.");
  for (const auto& [key, value] : options)
    if (key.size() > longest_name || value.size() > kLongestValue)
      return fail(Errc::too_large, "use the option", clean_name(key, 40), "It is too long.");
  if (copies < 1 || copies > most_copies)
    return fail(Errc::unsupported, "print", std::to_string(copies) + " copies",
                "Ask for 1 to " + std::to_string(most_copies) + ".");
  if (auto media = options.find("media"); media != options.end()) {
    const auto& sizes = printer.can.media;
    const bool has =
        std::any_of(sizes.begin(), sizes.end(), [&](const Media& m) { return m.name == media->second; });
    if (!has)
      return fail(Errc::unsupported, "print on", clean_name(media->second),
                  printer.name + " does not know that paper size.");
  }
  if (auto sides = options.find("sides"); sides != options.end()) {
    static const std::array known{"one-sided", "two-sided-long-edge", "two-sided-short-edge"};
    if (std::find(known.begin(), known.end(), sides->second) == known.end())
      return fail(Errc::unsupported, "print", clean_name(sides->second),
                  "The choices are one-sided, two-sided-long-edge and two-sided-short-edge.");
    if (sides->second != known[0] && !printer.can.duplex)
      return fail(Errc::unsupported, "print on both sides with", printer.name, "It prints on one side only.");
  }
  return {};
}

Result<void> check(const JobRequest& request, const Printer& printer) {
  if (!printer.accepting)
    return fail(Errc::refused, "print on", printer.name, "It accepts no jobs at present.");
  if (!request.type.empty() && request.type != kRawType)
    if (auto fits = check_type(request.type, printer); !fits) return fits;
  return check_options(request.options, request.copies, printer);
}

Options render_options(const Options& options) {
  Options out;
  for (const char* key : kRenderOptions)
    if (auto found = options.find(key); found != options.end()) out.insert(*found);
  return out;
}

}  // namespace platen::spooler
