#include "virtual/png_file.hpp"

#include <cerrno>
#include <cstdio>
#include <memory>

#include <png.h>

#include "virtual/media.hpp"

namespace platen::vprinter {
namespace {

constexpr std::string_view kAdvice = "Look whether the disk is full and the folder may be written to.";

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

// libpng leaves by longjmp, so this function holds nothing that a destructor would have to free.
bool encode(std::FILE* out, const Bitmap& bitmap) {
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  if (!png) return false;
  png_infop info = png_create_info_struct(png);
  if (!info || setjmp(png_jmpbuf(png))) {
    png_destroy_write_struct(&png, &info);
    return false;
  }
  png_init_io(png, out);
  // Pages are written while a job waits: fast beats small, and paper is mostly white.
  png_set_compression_level(png, 1);
  png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
  png_set_IHDR(png, info, static_cast<png_uint_32>(bitmap.width()), static_cast<png_uint_32>(bitmap.height()),
               1, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  constexpr auto dots_per_meter = static_cast<png_uint_32>(kDotsPerInch * 10000 / 254);
  png_set_pHYs(png, info, dots_per_meter, dots_per_meter, PNG_RESOLUTION_METER);
  png_write_info(png, info);
  png_set_invert_mono(png);  // PNG's 1 is white
  for (int y = 0; y < bitmap.height(); ++y) png_write_row(png, bitmap.row(y).data());
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return true;
}

}  // namespace

Result<void> write_png(const Bitmap& bitmap, const std::filesystem::path& file) {
  std::filesystem::path unfinished = file;
  unfinished += ".unfinished";
  auto failed = [&unfinished, &file](int number) {
    std::remove(unfinished.c_str());
    return fail_errno(number, "write the page", file.string(), std::string(kAdvice));
  };
  std::unique_ptr<std::FILE, CloseFile> out(std::fopen(unfinished.c_str(), "wb"));
  if (!out) return failed(errno);
  errno = 0;
  const bool encoded = encode(out.get(), bitmap);
  if (!encoded || std::fclose(out.release()) != 0) return failed(errno ? errno : EIO);
  if (std::rename(unfinished.c_str(), file.c_str()) != 0) return failed(errno);
  return {};
}

}  // namespace platen::vprinter
