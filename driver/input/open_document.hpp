// From a document's kind to the source of its pages.
#pragma once

#include <memory>

#include "driver/input/document.hpp"
#include "driver/input/document_type.hpp"
#include "driver/input/page_source.hpp"
#include "driver/job_options.hpp"

namespace platen::driver {

// Not for DocumentKind::raw. The document must outlive the source.
[[nodiscard]] Result<std::unique_ptr<PageSource>> open_document(DocumentKind kind, Document& document,
                                                                const Sheet& sheet,
                                                                const JobOptions& options);

}  // namespace platen::driver
