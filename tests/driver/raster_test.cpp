#include <random>

#include <gtest/gtest.h>

#include "driver/compress.hpp"
#include "driver/halftone.hpp"
#include "driver/raster_encoder.hpp"
#include "driver/row_scaler.hpp"
#include "driver_fixture.hpp"
#include "pcl_reader.hpp"

namespace platen::driver {
namespace {

using test::model_of;
using test::mono_gpd;
using Row = std::vector<std::uint8_t>;

std::string packed(const Row& row) {
  std::string out;
  pack_bits(row, out);
  return out;
}
std::string delta(const Row& row, const Row& above) {
  std::string out;
  delta_row(row, above, out);
  return out;
}

TEST(Compress, PacksRunsAndLiterals) {
  EXPECT_EQ(packed({7}), std::string("\x00\x07", 2));
  EXPECT_EQ(packed({7, 7, 7}), "\xFE\x07");
  EXPECT_EQ(packed({1, 2, 3}), "\x02\x01\x02\x03");
  EXPECT_EQ(packed({1, 2, 2, 3}), "\x03\x01\x02\x02\x03");
  EXPECT_EQ(packed({1, 5, 5, 5}), std::string("\x00\x01\xFE\x05", 4));
  EXPECT_EQ(packed(Row(129, 9)), std::string("\x81\x09\x00\x09", 4));
}

TEST(Compress, SaysOnlyWhatDiffersFromTheRowAbove) {
  EXPECT_EQ(delta({1, 2, 3}, {1, 2, 3}), "");
  EXPECT_EQ(delta({1, 9, 3}, {1, 2, 3}), "\x01\x09");
  EXPECT_EQ(delta({9, 8, 3}, {1, 2, 3}), "\x20\x09\x08");
  Row row(400, 0);
  row[31] = 1;
  row[32 + 31 + 255] = 2;
  EXPECT_EQ(delta(row, Row(400, 0)), std::string("\x1F\x00\x01\x1F\xFF\x00\x02", 7));
  EXPECT_EQ(delta(Row(9, 1), Row(9, 0)), "\xE0\x01\x01\x01\x01\x01\x01\x01\x01" + std::string("\x00\x01", 2));
}

TEST(Compress, ComesBackAsItWas) {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    const std::size_t width = 1 + random() % 700;
    Row above(width, 0);
    Row row(width, 0);
    for (auto* r : {&above, &row})
      for (std::size_t i = 0; i < width;) {
        const auto value = static_cast<std::uint8_t>(random() % 3 == 0 ? random() : 0);
        for (std::size_t n = 1 + random() % (random() % 4 == 0 ? 300 : 3); n > 0 && i < width; --n)
          (*r)[i++] = value;
      }
    ASSERT_EQ(test::unpack_bits(packed(row), width), row);
    ASSERT_EQ(test::apply_delta(delta(row, above), above), row);
    EXPECT_LE(packed(row).size(), width + (width + 127) / 128);
  }
}

std::string encode(const GpdModel& model, const std::vector<Row>& rows, int width) {
  RasterEncoder encoder(model, model.defaults(), {142, 100}, width);
  std::string out;
  for (const auto& row : rows) EXPECT_TRUE(encoder.row(row, out));
  EXPECT_TRUE(encoder.end(out));
  return out;
}

TEST(RasterEncoder, WritesTheseVeryBytes) {
  const GpdModel model = model_of(mono_gpd());
  const Row ink{1, 2, 3, 4, 5, 6};
  const Row blank(6, 0);
  // Cursor coordinates begin at A4's logical page, 142 dots from the left edge. The first two rows are blank.
  EXPECT_EQ(encode(model, {blank, blank, ink, ink, blank, blank, blank, ink, blank}, 48),
            "\x1b*p0X\x1b*p102Y\x1b*r48S\x1b*r1A"
            "\x1b*b0M\x1b*b6W\1\2\3\4\5\6"
            "\x1b*b3M\x1b*b0W"  // the same again
            "\x1b*b3Y"
            "\x1b*b7W\xA0\1\2\3\4\5\6"  // a byte more than plain, but no change of mode
            "\x1b*rC");
  EXPECT_EQ(encode(model, {Row{9, 9, 9, 9, 9, 0}}, 48),
            "\x1b*p0X\x1b*p100Y\x1b*r48S\x1b*r1A\x1b*b2M\x1b*b2W\xFC\x09\x1b*rC");
}

TEST(RasterEncoder, SendsNothingForABlankPage) {
  EXPECT_EQ(encode(model_of(mono_gpd()), std::vector<Row>(100, Row(600, 0)), 4800), "");
}

TEST(RasterEncoder, TakesTheSmallestModeForEachRow) {
  const GpdModel model = model_of(mono_gpd());
  std::mt19937 random(7);
  std::vector<Row> rows;
  Row row(585, 0);
  for (int y = 0; y < 600; ++y) {
    const int kind = y / 100;
    for (auto& byte : row) {
      if (kind == 0) byte = 0xAA;                                 // repeats: delta row
      if (kind == 1) byte = static_cast<std::uint8_t>(random());  // noise: plain
      if (kind == 2) byte = y % 2 == 0 ? 0xFF : 0x18;             // all changes, runs: PackBits
      if (kind == 3 && random() % 50 == 0) byte = static_cast<std::uint8_t>(random());  // small changes
      if (kind == 4) byte = 0;                                                          // nothing
      if (kind == 5) byte = static_cast<std::uint8_t>(&byte - row.data() < 20 ? random() : 0);  // a short row
    }
    rows.push_back(row);
  }
  const std::string pcl = encode(model, rows, 585 * 8) + "\f";
  const auto job = test::read_pcl(pcl);
  ASSERT_EQ(job.trouble, "");
  ASSERT_EQ(job.pages.size(), 1u);
  const auto& page = job.pages[0];
  ASSERT_EQ(page.modes.size(), 500u);
  EXPECT_EQ(page.modes[50], 3);
  EXPECT_EQ(page.modes[150], 0);
  EXPECT_EQ(page.modes[250], 2);
  EXPECT_EQ(page.modes[350], 3);
  for (int y = 0; y < 600; ++y) {
    const auto found = page.rows.find(100 + y);
    ASSERT_EQ(found == page.rows.end() ? Row(585, 0) : found->second, rows[static_cast<std::size_t>(y)]) << y;
  }
  // No more than each row's smallest form, its command, and one change of mode.
  std::size_t limit = 100;
  Row above(585, 0);
  for (const auto& r : rows) {
    std::size_t used = r.size();
    while (used > 0 && r[used - 1] == 0) --used;
    const Row trimmed(r.begin(), r.begin() + static_cast<std::ptrdiff_t>(used));
    if (used != 0) limit += std::min({used, packed(trimmed).size(), delta(r, above).size()}) + 5 + 7;
    above = r;
  }
  EXPECT_LT(pcl.size(), limit);
}

TEST(RasterEncoder, GetsAlongWithoutCompressionAndWithoutSkipping) {
  std::string gpd = mono_gpd();
  for (const auto* command : {"CmdDisableCompression", "CmdEnableTIFF4", "CmdEnableDRC", "CmdYMoveRelDown"})
    gpd.replace(gpd.find(std::string("*Command: ") + command), 11 + std::string_view(command).size(),
                "*Command: CmdUnused");
  const Row ink{1, 2, 3};
  const Row blank{0, 0, 0};
  EXPECT_EQ(encode(model_of(gpd), {ink, blank, ink}, 24),
            "\x1b*p0X\x1b*p100Y\x1b*r24S\x1b*r1A\x1b*b3W\x01\x02\x03\x1b*b0W\x1b*b3W\x01\x02\x03\x1b*rC");
}

TEST(RasterEncoder, SaysWhatTheGpdSays) {
  std::string gpd = mono_gpd();
  const auto swap = [&gpd](std::string_view from, std::string_view to) {
    ASSERT_NE(gpd.find(from), std::string::npos) << from;
    gpd.replace(gpd.find(from), from.size(), to);
  };
  swap("<1B>*r1A", "<1B>*r0A");
  swap("<1B>*b%d{NumOfDataBytes}W", "<1B>*b%d{NumOfDataBytes}V");
  swap("<1B>&l26A", "<1B>&l27A");
  swap("<0C>", "<0C0C>");
  const auto before = test::render_text(model_of(mono_gpd()), "x", "text/plain").pcl;
  const auto after = test::render_text(model_of(gpd), "x", "text/plain").pcl;
  for (const auto* command : {"\x1b*r0A", "V", "\x1b&l27A", "\f\f"}) {
    EXPECT_EQ(before.find(command), std::string::npos) << command;
    EXPECT_NE(after.find(command), std::string::npos) << command;
  }
}

int inked(const Halftone& halftone, std::uint8_t darkness, unsigned side) {
  const Row row(side, darkness);
  Row bits(side / 8);
  int dots = 0;
  for (unsigned y = 0; y < side; ++y) {
    halftone.row(row, 0, y, bits);
    for (const auto byte : bits) dots += __builtin_popcount(byte);
  }
  return dots;
}

TEST(Halftone, LeavesBlackAndWhiteAlone) {
  const Halftone halftone(600);
  EXPECT_EQ(inked(halftone, 0, 96), 0);
  EXPECT_EQ(inked(halftone, 255, 96), 96 * 96);
  // Also between shades, pixel for pixel.
  const Row row{0, 255, 128, 255, 0, 0, 255, 128, 255};
  Row bits(2);
  for (unsigned y = 0; y < 96; ++y) {
    halftone.row(row, 5, y, bits);
    EXPECT_EQ(bits[0] & 0xDE, 0x52);
    EXPECT_EQ(bits[1], 0x80);
  }
}

TEST(Halftone, GetsDarkerWithEveryStepAndNeverJumps) {
  for (const int dpi : {300, 600}) {
    const Halftone halftone(dpi);
    int before = 0;
    for (int darkness = 1; darkness < 256; ++darkness) {
      const int now = inked(halftone, static_cast<std::uint8_t>(darkness), 96);
      EXPECT_GT(now, before) << darkness;
      EXPECT_LT(now - before, 96 * 96 / 30) << darkness;
      before = now;
    }
  }
  // What the eye should see as half tone covers a little less than half, as toner spreads.
  EXPECT_NEAR(inked(Halftone(600), 128, 96) / (96.0 * 96.0), 0.485, 0.02);
}

TEST(Halftone, HoldsNoSinglePixels) {
  const Halftone halftone(600);
  for (const std::uint8_t darkness : Row{12, 40, 230}) {
    const bool light = darkness < 128;  // then the few are ink, else paper
    std::vector<Row> rows;
    for (unsigned y = 0; y < 98; ++y) {
      Row bits(13);
      halftone.row(Row(104, darkness), 0, y, bits);
      rows.push_back(bits);
    }
    const auto few = [&](unsigned x, unsigned y) {
      return ((rows[y][x / 8] >> (7 - x % 8) & 1) != 0) == light;
    };
    for (unsigned y = 1; y < 97; ++y)
      for (unsigned x = 1; x < 97; ++x) {
        const bool held = few(x - 1, y) || few(x + 1, y) || few(x, y - 1) || few(x, y + 1);
        EXPECT_TRUE(held || !few(x, y)) << int{darkness} << " at " << x << "," << y;
      }
  }
}

TEST(RowScaler, AveragesWhenItShrinksAndRepeatsWhenItGrows) {
  const auto scale = [](Pair from, Pair to, const Row& pixels) {
    RowScaler scaler(from, to);
    Row out;
    std::size_t at = 0;
    for (int y = 0; y < to.y; ++y) {
      Row row(static_cast<std::size_t>(to.x));
      EXPECT_TRUE(scaler.next(row, [&](std::span<std::uint8_t> into) -> Result<void> {
        for (auto& value : into) value = pixels.at(at++);
        return {};
      }));
      out.insert(out.end(), row.begin(), row.end());
    }
    return out;
  };
  EXPECT_EQ(scale({2, 2}, {4, 4}, {1, 2, 3, 4}), (Row{1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4}));
  EXPECT_EQ(scale({4, 2}, {2, 1}, {0, 10, 20, 30, 40, 50, 60, 70}), (Row{25, 45}));
  EXPECT_EQ(scale({3, 1}, {3, 1}, {7, 8, 9}), (Row{7, 8, 9}));
}

}  // namespace
}  // namespace platen::driver
