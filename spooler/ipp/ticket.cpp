#include "spooler/ipp/ticket.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "spooler/ipp/job_options.hpp"

namespace platen::spooler::ipp {
namespace {

constexpr FixedOption fixed_table[] = {
    {"finishings", IPP_TAG_ENUM, {}, 3},  // none
    {"job-priority", IPP_TAG_INTEGER, {}, 50},
    {"job-sheets", IPP_TAG_KEYWORD, "none", 0},
    {"multiple-document-handling", IPP_TAG_KEYWORD, "separate-documents-collated-copies", 0},
    {"number-up", IPP_TAG_INTEGER, {}, 1},
    {"output-bin", IPP_TAG_KEYWORD, "face-down", 0},
    {"print-content-optimize", IPP_TAG_KEYWORD, "auto", 0},
    {"print-rendering-intent", IPP_TAG_KEYWORD, "auto", 0},
};

// Two sizes are the same when they differ by less than half a millimetre: drivers round inches differently.
constexpr int size_tolerance = 50;

std::string text_of(ipp_t* request, const char* name) {
  ipp_attribute_t* found = ippFindAttribute(request, name, IPP_TAG_ZERO);
  const char* value = found ? ippGetString(found, 0, nullptr) : nullptr;
  return value ? value : "";
}

bool is_number(ipp_attribute_t* attribute) {
  return ippGetValueTag(attribute) == IPP_TAG_INTEGER || ippGetValueTag(attribute) == IPP_TAG_ENUM;
}

std::optional<std::string> value_of(ipp_attribute_t* attribute) {
  if (ippGetCount(attribute) != 1) return std::nullopt;
  if (is_number(attribute)) return std::to_string(ippGetInteger(attribute, 0));
  switch (ippGetValueTag(attribute)) {
    case IPP_TAG_KEYWORD:
    case IPP_TAG_NAME:
    case IPP_TAG_NAMELANG:
      return ippGetString(attribute, 0, nullptr);
    default:
      return std::nullopt;
  }
}

// media-col by its size, or its size's name.
std::optional<std::string> media_name(ipp_t* media_col, const Capabilities& can) {
  if (ipp_attribute_t* named = ippFindAttribute(media_col, "media-size-name", IPP_TAG_KEYWORD))
    return ippGetString(named, 0, nullptr);
  ipp_attribute_t* size = ippFindAttribute(media_col, "media-size", IPP_TAG_BEGIN_COLLECTION);
  if (!size) return std::nullopt;
  ipp_t* dimensions = ippGetCollection(size, 0);
  ipp_attribute_t* x = ippFindAttribute(dimensions, "x-dimension", IPP_TAG_INTEGER);
  ipp_attribute_t* y = ippFindAttribute(dimensions, "y-dimension", IPP_TAG_INTEGER);
  if (!x || !y) return std::nullopt;
  const std::int64_t width = ippGetInteger(x, 0), height = ippGetInteger(y, 0);
  for (const Media& media : can.media)
    if (std::llabs(media.width - width) <= size_tolerance &&
        std::llabs(media.height - height) <= size_tolerance)
      return media.name;
  return std::nullopt;
}

bool take_fixed(ipp_attribute_t* attribute) {
  const auto option =
      std::ranges::find(fixed_table, std::string_view(ippGetName(attribute)), &FixedOption::name);
  if (option == std::end(fixed_table) || ippGetCount(attribute) != 1) return false;
  if (is_number(attribute)) return option->keyword.empty() && ippGetInteger(attribute, 0) == option->number;
  const auto value = value_of(attribute);
  return value && !option->keyword.empty() && *value == option->keyword;
}

bool take_hold(ipp_attribute_t* attribute, Ticket& ticket) {
  const auto value = value_of(attribute);
  if (!value || (*value != "no-hold" && *value != "indefinite")) return false;
  ticket.job.hold = *value == "indefinite";
  return true;
}

bool take_resolution(ipp_attribute_t* attribute, const Capabilities& can) {
  if (ippGetValueTag(attribute) != IPP_TAG_RESOLUTION) return false;
  int y = 0;
  ipp_res_t units = IPP_RES_PER_INCH;
  const int x = ippGetResolution(attribute, 0, &y, &units);
  return units == IPP_RES_PER_INCH && x == y &&
         std::ranges::find(can.resolutions, x) != can.resolutions.end();
}

bool take(ipp_attribute_t* attribute, const Capabilities& can, Ticket& ticket) {
  const std::string_view name = ippGetName(attribute);
  if (name == "job-hold-until") return take_hold(attribute, ticket);
  if (name == "printer-resolution") return take_resolution(attribute, can);
  std::optional<std::string> value;
  std::string_view option = name;
  if (name == "media-col") {
    if (ippGetValueTag(attribute) != IPP_TAG_BEGIN_COLLECTION) return false;
    value = media_name(ippGetCollection(attribute, 0), can);
    option = "media";
  } else {
    if (take_fixed(attribute)) return true;
    value = value_of(attribute);
  }
  return value && take_option(can, option, *value, ticket.job.copies, ticket.job.options).has_value();
}

bool known(std::string_view name) {
  constexpr std::string_view others[] = {"copies", "job-hold-until", "media-col", "printer-resolution"};
  return find_job_option(name) || std::ranges::find(others, name) != std::end(others) ||
         std::ranges::find(fixed_table, name, &FixedOption::name) != std::end(fixed_table);
}

// Some clients put these, which belong to the operation, among the job's attributes; and what a printer says
// of compression is checked before.
bool passes_silently(ipp_attribute_t* attribute) {
  constexpr std::string_view names[] = {"job-name", "document-name", "document-format",
                                        "job-originating-user-name"};
  return std::ranges::find(names, std::string_view(ippGetName(attribute))) != std::end(names);
}

}  // namespace

std::span<const FixedOption> fixed_options() {
  return fixed_table;
}

std::string requesting_user(ipp_t* request) {
  std::string user = text_of(request, "requesting-user-name");
  return user.empty() ? "anonymous" : user;
}

boost::system::result<std::string, Verdict> read_document_format(ipp_t* request, const Printer& printer) {
  const std::string compression = text_of(request, "compression");
  if (!compression.empty() && compression != "none")
    return Verdict{IPP_STATUS_ERROR_COMPRESSION_NOT_SUPPORTED, "Send the document uncompressed."};
  const std::string format = text_of(request, "document-format");
  // The spooler finds out what it is, and whether the printer can take it.
  if (format.empty() || format == "application/octet-stream") return std::string();
  if (std::ranges::find(printer.can.types, format) == printer.can.types.end())
    return Verdict{IPP_STATUS_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED,
                   printer.name + " cannot print " + format + "."};
  return format;
}

boost::system::result<Ticket, Verdict> read_ticket(ipp_t* request, const Printer& printer) {
  Ticket ticket;
  ticket.job.printer = printer.name;
  ticket.job.name = text_of(request, "job-name");
  if (ticket.job.name.empty()) ticket.job.name = text_of(request, "document-name");
  ticket.job.user = requesting_user(request);
  auto format = read_document_format(request, printer);
  if (!format) return format.error();
  ticket.job.type = *format;
  if (ipp_attribute_t* fidelity = ippFindAttribute(request, "ipp-attribute-fidelity", IPP_TAG_BOOLEAN))
    ticket.fidelity = ippGetBoolean(fidelity, 0) != 0;

  for (ipp_attribute_t* each = ippFirstAttribute(request); each; each = ippNextAttribute(request)) {
    if (ippGetGroupTag(each) != IPP_TAG_JOB || !ippGetName(each) || passes_silently(each)) continue;
    if (!known(ippGetName(each))) {
      ticket.unknown.insert(ippGetName(each));
      ticket.ignored.push_back(each);
    } else if (!take(each, printer.can, ticket)) {
      ticket.ignored.push_back(each);
    }
  }
  return ticket;
}

void write_ignored(const Ticket& ticket, ipp_t* reply) {
  for (ipp_attribute_t* attribute : ticket.ignored) {
    if (ticket.unknown.contains(ippGetName(attribute))) {
      ippAddOutOfBand(reply, IPP_TAG_UNSUPPORTED_GROUP, IPP_TAG_UNSUPPORTED_VALUE, ippGetName(attribute));
    } else if (ipp_attribute_t* copy = ippCopyAttribute(reply, attribute, 0)) {
      ippSetGroupTag(reply, &copy, IPP_TAG_UNSUPPORTED_GROUP);
    }
  }
}

}  // namespace platen::spooler::ipp
