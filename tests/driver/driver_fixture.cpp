#include "driver_fixture.hpp"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <cups/raster.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "driver/input/open_document.hpp"

namespace platen::driver::test {

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string mono_gpd() {
  return read_file(std::string(PLATEN_GPD_FOLDER) + "/pltmono.gpd");
}

GpdModel model_of(const std::string& gpd) {
  auto model = GpdModel::read(gpd, "test.gpd");
  if (!model) ADD_FAILURE() << model.error().sentence();
  return std::move(*model);
}

std::string scratch_folder() {
  struct Folder {
    std::string path = std::filesystem::temp_directory_path() / "platen-driver-XXXXXX";
    Folder() { EXPECT_NE(::mkdtemp(path.data()), nullptr); }
    ~Folder() {
      std::error_code ignored;
      std::filesystem::remove_all(path, ignored);
    }
  };
  static const Folder folder;
  static int count = 0;
  const std::string inner = folder.path + "/" + std::to_string(++count);
  std::filesystem::create_directory(inner);
  return inner;
}

Rendered render_text(const GpdModel& model, std::string_view document, std::string_view type,
                     const Options& options, int copies, int first_page) {
  Rendered out;
  const int memory = ::memfd_create("pcl", MFD_CLOEXEC);
  Fd owner(memory);
  const auto run = [&]() -> Result<void> {
    auto read = read_options(model, options, copies);
    if (!read) return read.error();
    MemoryDocument source_bytes(document);
    auto head = source_bytes.peek(document_head_size);
    if (!head) return head.error();
    auto kind = detect_document(type, *head);
    if (!kind) return kind.error();
    Output output(memory);
    if (*kind == DocumentKind::raw) return pass_through(source_bytes, output);
    auto source = open_document(*kind, source_bytes, sheet_of(model, read->selected), *read);
    if (!source) return source.error();
    RenderJob job;
    job.options = std::move(*read);
    job.first_page = first_page;
    job.report = [&out](int page, std::uint64_t bytes, double black) {
      out.reports.emplace_back(page, bytes);
      out.black.push_back(black);
    };
    return render(model, job, **source, output);
  };
  out.result = run();
  out.pcl = read_file("/proc/self/fd/" + std::to_string(memory));
  return out;
}

namespace {

ssize_t keep(void* into, unsigned char* bytes, std::size_t size) {
  static_cast<std::string*>(into)->append(reinterpret_cast<const char*>(bytes), size);
  return static_cast<ssize_t>(size);
}

}  // namespace

std::string make_raster(const RasterSpec& spec, Shade shade) {
  std::string bytes;
  cups_raster_t* raster =
      cupsRasterOpenIO(keep, &bytes, spec.apple ? CUPS_RASTER_WRITE_APPLE : CUPS_RASTER_WRITE_PWG);
  EXPECT_NE(raster, nullptr);
  cups_page_header2_t header{};
  std::strcpy(header.MediaClass, "PwgRaster");
  header.cupsWidth = spec.width;
  header.cupsHeight = spec.height;
  header.HWResolution[0] = header.HWResolution[1] = spec.dpi;
  header.PageSize[0] = spec.width * 72 / spec.dpi;
  header.PageSize[1] = spec.height * 72 / spec.dpi;
  header.cupsBitsPerColor = spec.bits;
  header.cupsBitsPerPixel = spec.bits * spec.colours;
  header.cupsNumColors = spec.colours;
  header.cupsColorSpace = static_cast<cups_cspace_t>(spec.space);
  header.cupsBytesPerLine = (spec.width * header.cupsBitsPerPixel + 7) / 8;
  header.Duplex = spec.duplex ? CUPS_TRUE : CUPS_FALSE;
  header.cupsInteger[0] = spec.total_pages;
  std::vector<unsigned char> line(header.cupsBytesPerLine);
  for (unsigned page = 0; page < spec.pages; ++page) {
    EXPECT_NE(cupsRasterWriteHeader2(raster, &header), 0u);
    for (unsigned y = 0; y < spec.height; ++y) {
      std::fill(line.begin(), line.end(), static_cast<unsigned char>(0));
      for (unsigned x = 0; x < spec.width; ++x) {
        const unsigned char value = shade(page, x, y);
        if (spec.bits == 1) {
          if (value != 0) line[x / 8] = static_cast<unsigned char>(line[x / 8] | 0x80u >> x % 8);
        } else {
          for (unsigned c = 0; c < spec.colours; ++c) line[x * spec.colours + c] = value;
        }
      }
      EXPECT_NE(cupsRasterWritePixels(raster, line.data(), header.cupsBytesPerLine), 0u);
    }
  }
  cupsRasterClose(raster);
  return bytes;
}

}  // namespace platen::driver::test
