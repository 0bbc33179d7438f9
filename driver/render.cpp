#include "driver/render.hpp"

#include <array>
#include <bit>
#include <cstdio>
#include <cstring>
#include <map>

#include "driver/halftone.hpp"
#include "driver/job_writer.hpp"
#include "driver/page_placer.hpp"
#include "driver/preview.hpp"
#include "driver/raster_encoder.hpp"

namespace platen::driver {
namespace {

constexpr double kA4SquareInches = 210 * 297 / (25.4 * 25.4);

std::uint64_t dots_in(std::span<const std::uint8_t> bits) {
  std::uint64_t dots = 0;
  std::size_t at = 0;
  for (; at + sizeof(std::uint64_t) <= bits.size(); at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bits.data() + at, sizeof word);
    dots += static_cast<std::uint64_t>(std::popcount(word));
  }
  for (; at < bits.size(); ++at) dots += static_cast<std::uint64_t>(std::popcount(bits[at]));
  return dots;
}

class Renderer {
 public:
  Renderer(const GpdModel& model, const RenderJob& job, PageSource& source, Output& output)
      : model_(model), job_(job), source_(source), output_(output), writer_(model, output) {}

  Result<void> run() {
    const auto& options = job_.options;
    const bool repeated = options.copies > 1 && options.collated;
    const int passes = repeated ? options.copies : 1;
    for (int pass = 1; pass <= passes; ++pass) {
      if (pass > 1)
        if (auto done = source_.rewind(); !done) return done;
      if (auto done = pages(repeated ? 1 : options.copies, pass == 1); !done) return done;
    }
    if (auto done = writer_.end_job(); !done) return done;
    return output_.flush();
  }

 private:
  // Once through the document; the printer makes `copies` of each sheet.
  Result<void> pages(int copies, bool first_pass) {
    for (int number = 1;; ++number) {
      auto page = source_.next_page();
      if (!page) return page.error();
      if (!*page) return {};
      PagePlacer placer(model_, job_.options, **page);
      const bool duplex = is_duplex(placer.selected());
      // Each copy begins on a sheet of its own.
      if (number == 1 && !first_pass && duplex)
        if (auto done = writer_.end_job(); !done) return done;
      const int due = copies_due(number, copies, duplex ? 2 : 1);
      if (due > 0)
        if (auto done = print(placer, due, first_pass ? number : 0); !done) return done;
      sides_out_ += copies;
      if (due > 0 && job_.report) job_.report(sides_out_, output_.bytes(), black_);
    }
  }

  [[nodiscard]] static bool is_duplex(const Selection& selected) {
    const auto chosen = selected.find("Duplex");
    return chosen != selected.end() && chosen->second != "NONE";
  }

  // How many copies of this page's sheet are still wanted, when the sides before first_page are out. A sheet
  // counts only when both its sides are: a back is never printed without its front.
  [[nodiscard]] int copies_due(int number, int copies, int sides) const {
    const int front = sides == 2 && number % 2 == 0 ? sides_out_ - copies : sides_out_;
    const int sheets_out = std::max(0, job_.first_page - 1 - front) / sides;
    return std::max(0, copies - sheets_out);
  }

  Result<void> print(PagePlacer& placer, int copies, int preview_number) {
    const Sheet& sheet = placer.sheet();
    if (auto done = placer.load(source_); !done) return done;
    if (auto done = writer_.begin_page(placer.selected(), copies); !done) return done;
    RasterEncoder encoder(model_, placer.selected(), sheet.printable_origin, sheet.printable_size.x);
    const Halftone& halftone = halftone_for(sheet.dpi.x);
    std::optional<Preview> preview;
    if (!job_.previews.empty() && preview_number > 0) preview.emplace(sheet.size);

    std::vector<std::uint8_t> darkness(static_cast<std::size_t>(sheet.size.x));
    std::vector<std::uint8_t> bits(encoder.bytes_per_row());
    const auto printable = std::span(darkness).subspan(static_cast<std::size_t>(sheet.printable_origin.x),
                                                       static_cast<std::size_t>(sheet.printable_size.x));
    std::string encoded;
    std::uint64_t dots = 0;
    for (int y = 0; y < sheet.size.y; ++y) {
      if (auto done = placer.row(source_, darkness); !done) return done;
      if (preview) preview->row(darkness);
      if (y < sheet.printable_origin.y || y >= sheet.printable_origin.y + sheet.printable_size.y) continue;
      halftone.row(printable, static_cast<unsigned>(sheet.printable_origin.x), static_cast<unsigned>(y),
                   bits);
      dots += dots_in(bits);
      encoded.clear();
      if (auto done = encoder.row(bits, encoded); !done) return done;
      if (auto done = output_.write(encoded); !done) return done;
    }
    black_ = static_cast<double>(dots) / sheet.dpi.x / sheet.dpi.y / kA4SquareInches;
    encoded.clear();
    if (auto done = encoder.end(encoded); !done) return done;
    if (auto done = output_.write(encoded); !done) return done;
    if (auto done = writer_.end_page(); !done) return done;
    if (preview) show(*preview, preview_number);
    return output_.flush();
  }

  // A picture of a page is a comfort: the page itself is printed without it.
  void show(Preview& preview, int number) {
    if (auto saved = preview.save(job_.previews, number); !saved)
      std::fprintf(stderr, "%s\n", saved.error().sentence().c_str());
  }

  const Halftone& halftone_for(int dpi) { return halftones_.try_emplace(dpi, dpi).first->second; }

  const GpdModel& model_;
  const RenderJob& job_;
  PageSource& source_;
  Output& output_;
  JobWriter writer_;
  std::map<int, Halftone> halftones_;
  int sides_out_ = 0;
  double black_ = 0;  // of the page that was printed last
};

}  // namespace

Sheet sheet_of(const GpdModel& model, const Selection& selected) {
  const Paper paper = model.paper(selected);
  const Pair units = model.master_units();
  Sheet sheet;
  sheet.dpi = model.dpi(selected);
  const auto pixels = [&](Pair length) {
    return Pair{static_cast<int>(std::int64_t{length.x} * sheet.dpi.x / units.x),
                static_cast<int>(std::int64_t{length.y} * sheet.dpi.y / units.y)};
  };
  sheet.size = pixels(paper.dimensions);
  sheet.printable_origin = pixels(paper.printable_origin);
  sheet.printable_size = pixels(paper.printable_area);
  return sheet;
}

Result<void> pass_through(Document& document, Output& output) {
  std::array<char, 64u << 10> chunk{};
  for (;;) {
    auto got = document.read(chunk);
    if (!got) return got.error();
    if (auto done = output.write({chunk.data(), *got}); !done) return done;
    if (*got < chunk.size()) return output.flush();
  }
}

Result<void> render(const GpdModel& model, const RenderJob& job, PageSource& source, Output& output) {
  return Renderer(model, job, source, output).run();
}

}  // namespace platen::driver
