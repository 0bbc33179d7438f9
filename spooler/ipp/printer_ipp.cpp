#include <algorithm>

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid_io.hpp>

#include "spooler/ipp/attributes.hpp"
#include "spooler/ipp/job_options.hpp"
#include "spooler/ipp/ticket.hpp"

namespace platen::spooler::ipp {
namespace {

struct FixedAttribute {
  ipp_tag_t tag;
  const char* name;
  std::string_view values;  // apart by blanks: keywords and the like hold none
};

// What is true of every printer here.
constexpr FixedAttribute fixed_attributes[] = {
    {IPP_TAG_CHARSET, "charset-configured", "utf-8"},
    {IPP_TAG_CHARSET, "charset-supported", "utf-8 us-ascii"},
    {IPP_TAG_KEYWORD, "compression-supported", "none"},
    {IPP_TAG_LANGUAGE, "generated-natural-language-supported", "en"},
    {IPP_TAG_LANGUAGE, "natural-language-configured", "en"},
    {IPP_TAG_KEYWORD, "ipp-versions-supported", "1.1 2.0"},
    {IPP_TAG_KEYWORD, "multiple-operation-time-out-action", "abort-job"},
    {IPP_TAG_KEYWORD, "pdl-override-supported", "attempted"},
    {IPP_TAG_KEYWORD, "printer-get-attributes-supported", "document-format"},
    {IPP_TAG_KEYWORD, "uri-authentication-supported", "requesting-user-name"},
    {IPP_TAG_KEYWORD, "uri-security-supported", "none"},
    {IPP_TAG_KEYWORD, "which-jobs-supported", "completed not-completed all"},
    {IPP_TAG_MIMETYPE, "document-format-default", "application/octet-stream"},
    {IPP_TAG_KEYWORD, "printer-kind", "document"},
    {IPP_TAG_KEYWORD, "pwg-raster-document-sheet-back", "normal"},
};

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t blank = text.find(' ');
    out.emplace_back(text.substr(0, blank));
    text = blank == std::string_view::npos ? std::string_view() : text.substr(blank + 1);
  }
  return out;
}

// A printer that cannot be asked is still known by its INF.
std::string device_id(const Printer& printer) {
  if (!printer.status.device_id.empty()) return printer.status.device_id;
  const std::size_t blank = printer.model.find(' ');
  const std::string maker = printer.model.substr(0, blank);
  const std::string model = blank == std::string::npos ? printer.model : printer.model.substr(blank + 1);
  return "MFG:" + maker + ";MDL:" + model + ";CMD:PWGRaster,AppleRaster," + printer.can.personality + ";";
}

// CUPS takes the first for drafts and the last for the best.
std::vector<int> ascending(std::vector<int> resolutions) {
  std::ranges::sort(resolutions);
  return resolutions;
}

std::vector<std::string> urf(const Capabilities& can) {
  std::string resolutions;
  for (const int dpi : ascending(can.resolutions))
    resolutions += (resolutions.empty() ? "RS" : "-") + std::to_string(dpi);
  std::vector<std::string> words = {"V1.4", "CP255", "MT1", "OB10", "PQ3-4-5", resolutions, "W8"};
  if (can.color) words.emplace_back("SRGB24");
  if (can.duplex) words.emplace_back("DM1");
  return words;
}

// The default first, as the table has it; then all, with the tag of its syntax.
void write_option(Writer& writer, const JobOption& option, const Capabilities& can) {
  const std::string name(option.name);
  const auto values = option.values(can);
  if (values.empty()) return;
  if (option.syntax == Syntax::keyword) {
    writer.text(IPP_TAG_KEYWORD, name + "-default", values.front());
    writer.texts(IPP_TAG_KEYWORD, name + "-supported", values);
    return;
  }
  std::vector<int> numbers;
  for (const std::string& value : values) numbers.push_back(std::stoi(value));
  writer.number(IPP_TAG_ENUM, name + "-default", numbers.front());
  std::ranges::sort(numbers);
  writer.numbers(IPP_TAG_ENUM, name + "-supported", numbers);
}

}  // namespace

std::string Place::printer_uri(const std::string& printer) const {
  return "ipp://" + authority + "/ipp/print/" + printer;
}

std::string Place::job_uri(const Job& job) const {
  return printer_uri(job.printer) + "/" + std::to_string(job.id);
}

std::string Place::page_uri() const {
  return "http://" + authority + "/";
}

std::string Place::uuid(const std::string& printer, std::uint32_t job) const {
  const boost::uuids::name_generator_sha1 generate(boost::uuids::ns::url());
  std::string name = site + "/" + printer;
  if (job) name += "/" + std::to_string(job);
  return "urn:uuid:" + boost::uuids::to_string(generate(name));
}

int seconds(WallTime time) {
  return static_cast<int>(std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
}

void write_printer(Writer& writer, const Printer& printer, const Place& place, bool at_work) {
  write_printer_identity(writer, printer, place);
  write_printer_abilities(writer, printer);
  write_printer_media(writer, printer);
  write_printer_status(writer, printer, place, at_work);
}

void write_printer_identity(Writer& writer, const Printer& printer, const Place& place) {
  writer.aspect(Aspect::description);
  writer.text(IPP_TAG_NAME, "printer-name", clip(printer.name, 127));
  writer.text(IPP_TAG_TEXT, "printer-info", clip(printer.name, 127));
  writer.text(IPP_TAG_NAME, "printer-dns-sd-name", clip(printer.name, 63));
  writer.text(IPP_TAG_TEXT, "printer-make-and-model", clip(printer.model, 127));
  writer.text(IPP_TAG_TEXT, "printer-device-id", clip(device_id(printer), 1023));
  writer.text(IPP_TAG_TEXT, "printer-location", "");
  writer.text(IPP_TAG_URI, "printer-uri-supported", place.printer_uri(printer.name));
  writer.text(IPP_TAG_URI, "printer-uuid", place.uuid(printer.name));
  writer.text(IPP_TAG_URI, "printer-more-info", place.page_uri());
  writer.text(IPP_TAG_URI, "printer-supply-info-uri", place.page_uri());
  writer.numbers(IPP_TAG_ENUM, "operations-supported", place.operations);
  for (const FixedAttribute& each : fixed_attributes) writer.texts(each.tag, each.name, words(each.values));
}

void write_printer_abilities(Writer& writer, const Printer& printer) {
  const Capabilities& can = printer.can;
  writer.aspect(Aspect::description);
  writer.texts(IPP_TAG_MIMETYPE, "document-format-supported", can.types);
  writer.boolean("color-supported", can.color);
  writer.boolean("multiple-document-jobs-supported", false);
  writer.number(IPP_TAG_INTEGER, "multiple-operation-time-out", 300);
  writer.number(IPP_TAG_INTEGER, "pages-per-minute", can.ppm);
  if (can.color) writer.number(IPP_TAG_INTEGER, "pages-per-minute-color", can.ppm);
  writer.boolean("page-ranges-supported", false);
  writer.boolean("ipp-attribute-fidelity-supported", true);
  writer.texts(IPP_TAG_KEYWORD, "urf-supported", urf(can));
  writer.resolutions("pwg-raster-document-resolution-supported", ascending(can.resolutions));
  writer.texts(
      IPP_TAG_KEYWORD, "pwg-raster-document-type-supported",
      can.color ? std::vector<std::string>{"sgray_8", "srgb_8"} : std::vector<std::string>{"sgray_8"});

  writer.aspect(Aspect::job_template);
  std::vector<std::string> names = {"copies", "job-hold-until", "media-col", "printer-resolution"};
  writer.number(IPP_TAG_INTEGER, "copies-default", 1);
  writer.range("copies-supported", 1, most_copies);
  writer.text(IPP_TAG_KEYWORD, "job-hold-until-default", "no-hold");
  writer.texts(IPP_TAG_KEYWORD, "job-hold-until-supported", {"no-hold", "indefinite"});
  if (!can.resolutions.empty()) writer.resolutions("printer-resolution-default", {can.resolutions.front()});
  writer.resolutions("printer-resolution-supported", ascending(can.resolutions));
  for (const JobOption& option : job_options()) {
    write_option(writer, option, can);
    names.emplace_back(option.name);
  }
  for (const FixedOption& option : fixed_options()) {
    const std::string name = option.name;
    names.push_back(name);
    if (option.keyword.empty()) {
      writer.number(option.tag, name + "-default", option.number);
      // The number of levels, not their values: one.
      writer.number(option.tag, name + "-supported", name == "job-priority" ? 1 : option.number);
    } else {
      writer.text(option.tag, name + "-default", std::string(option.keyword));
      writer.text(option.tag, name + "-supported", std::string(option.keyword));
    }
  }
  writer.aspect(Aspect::description);
  writer.texts(IPP_TAG_KEYWORD, "job-creation-attributes-supported", names);
}

}  // namespace platen::spooler::ipp
