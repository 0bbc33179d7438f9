// Which documents can be printed, and what a document really is: by its declared type and its first bytes.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace platen::driver {

enum class DocumentKind { raw, text, raster, png, jpeg };

struct DocumentType {
  std::string_view mime;
  DocumentKind kind;
};

// In the order in which they are offered.
[[nodiscard]] std::span<const DocumentType> document_types();

// How many first bytes detect_document() looks at.
inline constexpr std::size_t document_head_size = 16;

// application/octet-stream is what its first bytes say, and printer language when they say nothing. Fails
// with Errc::unsupported for a type nobody knows (or a PDF in disguise), Errc::malformed when the document is
// empty or is not what its type says.
[[nodiscard]] Result<DocumentKind> detect_document(std::string_view mime, std::string_view head);

}  // namespace platen::driver
