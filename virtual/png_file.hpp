// A page as a 1-bit PNG file.
#pragma once

#include <filesystem>

#include "base/error.hpp"
#include "virtual/bitmap.hpp"

namespace platen::vprinter {

// The file appears complete or not at all: it is written beside its place and renamed.
Result<void> write_png(const Bitmap& bitmap, const std::filesystem::path& file);

}  // namespace platen::vprinter
