#include "driver/input/document_type.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace platen::driver {
namespace {

constexpr std::array<DocumentType, 8> kTypes{{
    {"application/octet-stream", DocumentKind::raw},
    {"text/plain", DocumentKind::text},
    {"image/pwg-raster", DocumentKind::raster},
    {"image/urf", DocumentKind::raster},
    {"image/png", DocumentKind::png},
    {"image/jpeg", DocumentKind::jpeg},
    {"application/vnd.hp-pcl", DocumentKind::raw},
    {"application/vnd.cups-raw", DocumentKind::raw},
}};
// The last one is CUPS's name for the first, not an offer.
constexpr std::size_t kOffered = 7;

struct Signature {
  std::string_view bytes;
  DocumentKind kind;
};
using namespace std::string_view_literals;
// PWG raster is the big-endian version 2 raster with its compression; the other sync words are CUPS's own
// formats.
constexpr std::array<Signature, 5> kSignatures{{
    {"RaS2"sv, DocumentKind::raster},
    {"2SaR"sv, DocumentKind::raster},
    {"UNIRAST\0"sv, DocumentKind::raster},
    {"\x89PNG\r\n\x1a\n"sv, DocumentKind::png},
    {"\xff\xd8\xff"sv, DocumentKind::jpeg},
}};

std::string bare_type(std::string_view mime) {
  mime = mime.substr(0, mime.find(';'));
  while (!mime.empty() && mime.back() == ' ') mime.remove_suffix(1);
  std::string lower(mime);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

}  // namespace

std::span<const DocumentType> document_types() {
  return {kTypes.data(), kOffered};
}

Result<DocumentKind> detect_document(std::string_view mime, std::string_view head) {
  const std::string declared = bare_type(mime);
  const auto* type =
      std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& t) { return t.mime == declared; });
  if (type == kTypes.end())
    return fail(Errc::unsupported, "print a document of type", std::string(mime),
                "This printer takes text, PWG and Apple raster, PNG, JPEG, and its own language PCL.");
  if (head.empty())
    return fail(Errc::malformed, "print the document", "(it is empty)",
                "Print it again from its application.");
  const auto* seen = std::find_if(kSignatures.begin(), kSignatures.end(),
                                  [&](const auto& s) { return head.starts_with(s.bytes); });
  if (declared == "application/octet-stream") {
    if (seen != kSignatures.end()) return seen->kind;
    if (head.starts_with("%PDF-") || head.starts_with("%!PS"))
      return fail(Errc::unsupported, "print the document",
                  head[1] == 'P' ? "(it is PDF)" : "(it is PostScript)",
                  "Print it from an application, or through CUPS, which turns it into pages.");
    return DocumentKind::raw;
  }
  const bool has_signature = type->kind != DocumentKind::raw && type->kind != DocumentKind::text;
  if (has_signature && (seen == kSignatures.end() || seen->kind != type->kind))
    return fail(Errc::malformed, "print the document", "(it is not " + declared + ", as it says it is)",
                "Its first bytes are of another kind; print it as what it is.");
  return type->kind;
}

}  // namespace platen::driver
