// libjpeg reports errors by leaving; setjmp brings us back. So nothing with a destructor lives in decode()
// between, and what it needs lives in the Decoder, outside of it.
#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdio>  // jpeglib.h needs FILE

#include <jerror.h>
#include <jpeglib.h>

#include "driver/input/picture.hpp"

namespace platen::driver {
namespace {

// Twice what is needed is still worth averaging; more is wasted time.
constexpr int kOversampling = 2;

struct Decoder {
  jpeg_decompress_struct jpeg{};
  jpeg_error_mgr errors{};
  std::jmp_buf back{};
  std::array<char, JMSG_LENGTH_MAX> message{};
  int orientation = 1;
  bool truncated = false;
  bool too_large = false;
  Picture picture;
  std::vector<std::uint8_t> row;
};

[[noreturn]] void give_up(j_common_ptr info) {
  auto& decoder = *static_cast<Decoder*>(info->client_data);
  info->err->format_message(info, decoder.message.data());
  std::longjmp(decoder.back, 1);
}

void note(j_common_ptr info, int level) {
  if (level >= 0) return;
  auto& decoder = *static_cast<Decoder*>(info->client_data);
  if (info->err->msg_code == JWRN_JPEG_EOF || info->err->msg_code == JWRN_HIT_MARKER)
    decoder.truncated = true;
}

void convert_row(const Decoder& decoder, std::uint8_t* out) {
  const auto& row = decoder.row;
  const auto width = static_cast<std::size_t>(decoder.picture.size.x);
  if (decoder.jpeg.out_color_space == JCS_GRAYSCALE) {
    for (std::size_t x = 0; x < width; ++x) out[x] = static_cast<std::uint8_t>(255 - row[x]);
    return;
  }
  // Adobe's CMYK files hold the light that is left, not the ink.
  const unsigned flip = decoder.jpeg.saw_Adobe_marker ? 0 : 255;
  for (std::size_t x = 0; x < width; ++x) {
    const auto light = [&](std::size_t i) { return row[4 * x + i] ^ flip; };
    const unsigned grey = (77 * light(0) + 150 * light(1) + 29 * light(2)) >> 8;
    out[x] = static_cast<std::uint8_t>(255 - grey * light(3) / 255);
  }
}

// False: it gave up.
bool decode(Decoder& decoder, std::string_view file, Pair enough) {
  auto& jpeg = decoder.jpeg;
  jpeg.err = jpeg_std_error(&decoder.errors);
  decoder.errors.error_exit = give_up;
  decoder.errors.emit_message = note;
  jpeg.client_data = &decoder;
  if (setjmp(decoder.back) != 0) return false;
  jpeg_create_decompress(&jpeg);
  jpeg.client_data = &decoder;
  jpeg_mem_src(&jpeg, reinterpret_cast<const unsigned char*>(file.data()), file.size());
  jpeg_save_markers(&jpeg, JPEG_APP0 + 1, 0xFFFF);
  jpeg_read_header(&jpeg, TRUE);
  for (const auto* marker = jpeg.marker_list; marker != nullptr && decoder.orientation == 1;
       marker = marker->next)
    decoder.orientation =
        exif_orientation({reinterpret_cast<const char*>(marker->data), marker->data_length});
  const bool inks = jpeg.jpeg_color_space == JCS_CMYK || jpeg.jpeg_color_space == JCS_YCCK;
  jpeg.out_color_space = inks ? JCS_CMYK : JCS_GRAYSCALE;
  const unsigned long longest = std::max(jpeg.image_width, jpeg.image_height);
  const unsigned long wanted = static_cast<unsigned long>(std::max(enough.x, enough.y)) * kOversampling;
  jpeg.scale_num = 1;
  for (jpeg.scale_denom = 1; jpeg.scale_denom < 8 && longest / (jpeg.scale_denom * 2) >= wanted;)
    jpeg.scale_denom *= 2;
  jpeg_calc_output_dimensions(&jpeg);
  // A progressive file is held as a whole before its first row can be had, at its full size.
  decoder.too_large = std::int64_t{jpeg.output_width} * jpeg.output_height > largest_picture ||
                      (jpeg_has_multiple_scans(&jpeg) &&
                       std::int64_t{jpeg.image_width} * jpeg.image_height > largest_picture);
  if (decoder.too_large) return false;
  if (jpeg.density_unit == 1) decoder.picture.dpi = jpeg.X_density;
  if (jpeg.density_unit == 2) decoder.picture.dpi = jpeg.X_density * 254 / 100;
  decoder.picture.dpi = decoder.picture.dpi / static_cast<int>(jpeg.scale_denom);
  jpeg_start_decompress(&jpeg);
  decoder.picture.size = {static_cast<int>(jpeg.output_width), static_cast<int>(jpeg.output_height)};
  decoder.picture.darkness.resize(std::size_t{jpeg.output_width} * jpeg.output_height);
  decoder.row.resize(std::size_t{jpeg.output_width} * static_cast<std::size_t>(jpeg.output_components));
  while (jpeg.output_scanline < jpeg.output_height) {
    std::uint8_t* out =
        decoder.picture.darkness.data() + std::size_t{jpeg.output_scanline} * jpeg.output_width;
    JSAMPROW into = decoder.row.data();
    if (jpeg_read_scanlines(&jpeg, &into, 1) == 1) convert_row(decoder, out);
    // libjpeg fills up what is missing with grey; a progressive file in ruins could go on for minutes.
    if (decoder.truncated) return false;
  }
  jpeg_finish_decompress(&jpeg);
  return true;
}

}  // namespace

Result<Picture> decode_jpeg(std::string_view file, Pair enough) {
  Decoder decoder;
  const bool whole = decode(decoder, file, enough);
  jpeg_destroy_decompress(&decoder.jpeg);
  if (decoder.too_large)
    return fail(Errc::too_large, "print the picture", "", "Make it smaller and print it again.");
  if (decoder.truncated)
    return fail(Errc::malformed, "print the picture", "",
                "The JPEG file breaks off before its end. Print it again.");
  if (!whole)
    return fail(Errc::malformed, "print the picture", "",
                std::string("It is not a whole JPEG file: ") + decoder.message.data() + ".");
  return upright(std::move(decoder.picture), decoder.orientation);
}

}  // namespace platen::driver
