#include "spooler/ipp/request_checks.hpp"

#include <charconv>
#include <cstring>
#include <stdexcept>

#include <boost/system/system_error.hpp>
#include <cups/cups.h>

namespace platen::spooler::ipp {
namespace {

// RFC 8011 section 5.1: the longest value of each syntax.
struct Longest {
  ipp_tag_t tag;
  std::size_t bytes;
};

constexpr Longest longest[] = {
    {IPP_TAG_TEXT, 1023},   {IPP_TAG_TEXTLANG, 1023}, {IPP_TAG_NAME, 255},     {IPP_TAG_NAMELANG, 255},
    {IPP_TAG_KEYWORD, 255}, {IPP_TAG_URI, 1023},      {IPP_TAG_URISCHEME, 63}, {IPP_TAG_CHARSET, 63},
    {IPP_TAG_LANGUAGE, 63}, {IPP_TAG_MIMETYPE, 255},
};

struct Meaning {
  Errc errc;
  ipp_status_t status;
};

// What the spooler says no to in IPP's words; malformed and unsupported it says of documents only.
constexpr Meaning meanings[] = {
    {Errc::not_found, IPP_STATUS_ERROR_NOT_FOUND},
    {Errc::denied, IPP_STATUS_ERROR_FORBIDDEN},
    {Errc::conflict, IPP_STATUS_ERROR_NOT_POSSIBLE},
    {Errc::malformed, IPP_STATUS_ERROR_DOCUMENT_FORMAT_ERROR},
    {Errc::unsupported, IPP_STATUS_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED},
    {Errc::too_large, IPP_STATUS_ERROR_REQUEST_ENTITY},
    {Errc::no_space, IPP_STATUS_ERROR_TEMPORARY},
    {Errc::busy, IPP_STATUS_ERROR_BUSY},
    {Errc::refused, IPP_STATUS_ERROR_NOT_ACCEPTING_JOBS},
    {Errc::timed_out, IPP_STATUS_ERROR_TIMEOUT},
    {Errc::closed, IPP_STATUS_ERROR_DEVICE},
    {Errc::canceled, IPP_STATUS_ERROR_JOB_CANCELED},
};

Verdict bad(std::string sentence) {
  return {IPP_STATUS_ERROR_BAD_REQUEST, std::move(sentence)};
}

bool is_people_text(ipp_tag_t tag) {
  return tag == IPP_TAG_TEXT || tag == IPP_TAG_TEXTLANG || tag == IPP_TAG_NAME || tag == IPP_TAG_NAMELANG;
}

std::optional<Verdict> check_values(ipp_attribute_t* attribute) {
  const ipp_tag_t tag = ippGetValueTag(attribute);
  for (const Longest& limit : longest) {
    if (limit.tag != tag) continue;
    for (int i = 0; i < ippGetCount(attribute); ++i) {
      const char* value = ippGetString(attribute, i, nullptr);
      if (value && std::strlen(value) > limit.bytes)
        return Verdict{IPP_STATUS_ERROR_REQUEST_VALUE, std::string("The value of ") + ippGetName(attribute) +
                                                           " is longer than " + std::to_string(limit.bytes) +
                                                           " bytes."};
    }
  }
  // What people type is taken as it is and cleaned where it is kept: a strange title is no reason to lose a
  // job.
  if (!is_people_text(tag) && !ippValidateAttribute(attribute))
    return bad(std::string(cupsLastErrorString()) + ".");
  return std::nullopt;
}

std::optional<Verdict> check_groups(ipp_t* request) {
  ipp_tag_t group = IPP_TAG_OPERATION;
  for (ipp_attribute_t* each = ippFirstAttribute(request); each; each = ippNextAttribute(request)) {
    if (ippGetGroupTag(each) == IPP_TAG_ZERO) continue;  // between two groups of the same kind
    if (ippGetGroupTag(each) < group) return bad("The attribute groups are out of order.");
    group = ippGetGroupTag(each);
    if (!ippGetName(each)) return bad("An attribute has no name.");
    if (auto refusal = check_values(each)) return refusal;
  }
  return std::nullopt;
}

bool is_first(ipp_attribute_t* attribute, const char* name, ipp_tag_t tag) {
  return attribute && ippGetGroupTag(attribute) == IPP_TAG_OPERATION && ippGetValueTag(attribute) == tag &&
         ippGetCount(attribute) == 1 && ippGetName(attribute) &&
         std::strcmp(ippGetName(attribute), name) == 0;
}

// The path of "ipp://host:port/ipp/print/NAME/17" gives NAME and 17.
std::optional<Target> parse_uri(const char* uri) {
  char scheme[32], user[256], host[256], path[1024];
  int port = 0;
  if (httpSeparateURI(HTTP_URI_CODING_ALL, uri, scheme, sizeof scheme, user, sizeof user, host, sizeof host,
                      &port, path, sizeof path) < HTTP_URI_STATUS_OK)
    return std::nullopt;
  std::string_view rest = path;
  Target target;
  if (rest == "/" || rest == "/ipp/print" || rest == "/ipp/print/" || rest.empty()) return target;
  constexpr std::string_view root = "/ipp/print/";
  if (!rest.starts_with(root)) return std::nullopt;
  rest.remove_prefix(root.size());
  const std::size_t slash = rest.find('/');
  target.printer = rest.substr(0, slash);
  if (slash == std::string_view::npos) return target;
  rest.remove_prefix(slash + 1);
  const auto [end, ec] = std::from_chars(rest.data(), rest.data() + rest.size(), target.job);
  if (ec != std::errc() || end != rest.data() + rest.size() || target.job < 1) return std::nullopt;
  return target;
}

}  // namespace

std::optional<Verdict> check_request(ipp_t* request) {
  int minor = 0;
  const int major = ippGetVersion(request, &minor);
  if (major < 1 || major > 2)
    return Verdict{IPP_STATUS_ERROR_VERSION_NOT_SUPPORTED, "IPP " + std::to_string(major) + "." +
                                                               std::to_string(minor) +
                                                               " is not spoken here; 1.1 and 2.0 are."};
  if (ippGetRequestId(request) < 1) return bad("The request-id must be at least 1.");
  ipp_attribute_t* charset = ippFirstAttribute(request);
  if (!is_first(charset, "attributes-charset", IPP_TAG_CHARSET))
    return bad("The first attribute must be attributes-charset.");
  const std::string name = ippGetString(charset, 0, nullptr);
  if (!is_first(ippNextAttribute(request), "attributes-natural-language", IPP_TAG_LANGUAGE))
    return bad("The second attribute must be attributes-natural-language.");
  if (strcasecmp(name.c_str(), "utf-8") != 0 && strcasecmp(name.c_str(), "us-ascii") != 0)
    return Verdict{IPP_STATUS_ERROR_CHARSET, "The character set " + name + " is not known; use utf-8."};
  return check_groups(request);
}

boost::system::result<Target, Verdict> find_target(ipp_t* request) {
  ipp_attribute_t* printer_uri = ippFindAttribute(request, "printer-uri", IPP_TAG_URI);
  ipp_attribute_t* job_uri = ippFindAttribute(request, "job-uri", IPP_TAG_URI);
  ipp_attribute_t* uri = printer_uri ? printer_uri : job_uri;
  if (!uri) return bad("The request names neither a printer-uri nor a job-uri.");
  const char* text = ippGetString(uri, 0, nullptr);
  const auto target = parse_uri(text);
  if (!target)
    return Verdict{IPP_STATUS_ERROR_NOT_FOUND,
                   std::string("There is nothing at ") + text + "; printers are at /ipp/print/NAME."};
  Target found = *target;
  if (ipp_attribute_t* id = ippFindAttribute(request, "job-id", IPP_TAG_INTEGER)) {
    if (ippGetInteger(id, 0) < 1) return bad("The job-id must be at least 1.");
    found.job = ippGetInteger(id, 0);
  }
  return found;
}

Verdict verdict_of(const Error& error) {
  for (const Meaning& meaning : meanings)
    if (error.is(meaning.errc)) return {meaning.status, error.sentence()};
  if (error.code == boost::system::errc::no_space_on_device)
    return {IPP_STATUS_ERROR_TEMPORARY, error.sentence()};
  return {IPP_STATUS_ERROR_INTERNAL, error.sentence()};
}

void throw_exception_from_error(const Verdict& verdict, const boost::source_location& where) {
  throw std::runtime_error(verdict.sentence + " [" + where.to_string() + "]");
}

}  // namespace platen::spooler::ipp
