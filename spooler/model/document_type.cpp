#include "spooler/model/document_type.hpp"

#include <algorithm>
#include <array>

#include "spooler/model/text.hpp"

namespace platen::spooler {
namespace {

using namespace std::string_view_literals;

struct Signature {
  std::string_view bytes;
  const char* type;
};

constexpr std::array kSignatures{
    Signature{"\x89PNG\r\n\x1a\n"sv, "image/png"},
    Signature{"\xff\xd8\xff"sv, "image/jpeg"},
    Signature{"RaS2"sv, "image/pwg-raster"},
    Signature{"UNIRAST\0"sv, "image/urf"},
    Signature{"\x1b%-12345X"sv, kRawType},
    Signature{"\x1b"
              "E"sv,
              kRawType},
    Signature{"\x1b&"sv, kRawType},
    Signature{"\x1b*"sv, kRawType},
    Signature{"\x1b("sv, kRawType},
    Signature{") HP-PCL XL"sv, kRawType},
    Signature{"%PDF-"sv, "application/pdf"},
    Signature{"%!PS"sv, "application/postscript"},
    Signature{"\x04%!PS"sv, "application/postscript"},
    Signature{"PK\x03\x04"sv, "application/zip"},
    Signature{"GIF8"sv, "image/gif"},
    Signature{"II*\0"sv, "image/tiff"},
    Signature{"MM\0*"sv, "image/tiff"},
};

bool is_text(std::string_view head) {
  if (head.starts_with("\xef\xbb\xbf")) head.remove_prefix(3);
  for (std::size_t at = 0; at < head.size();) {
    const auto length = utf8_length(head.substr(at));
    // The head may end in the middle of a character; the document does not.
    if (length == 0) return at > 0 && head.size() - at < 4 && utf8_may_continue(head.substr(at));
    const auto c = static_cast<unsigned char>(head[at]);
    const bool layout = c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\b';
    if ((c < 0x20 && !layout) || c == 0x7f) return false;
    at += length;
  }
  return true;
}

}  // namespace

std::optional<std::string> detect_type(std::string_view head) {
  for (const auto& signature : kSignatures)
    if (head.starts_with(signature.bytes)) return signature.type;
  if (!head.empty() && is_text(head)) return "text/plain";
  return std::nullopt;
}

std::string plain_type(std::string_view given) {
  std::string type(given.substr(0, given.find(';')));
  std::erase_if(type, [](unsigned char c) { return c <= ' '; });
  std::transform(type.begin(), type.end(), type.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
  });
  return type;
}

bool is_raw_name(std::string_view type) {
  static constexpr std::array kNames{"application/vnd.cups-raw"sv, "application/vnd.hp-pcl"sv,
                                     "application/vnd.hp-pclxl"sv};
  return std::find(kNames.begin(), kNames.end(), type) != kNames.end();
}

}  // namespace platen::spooler
