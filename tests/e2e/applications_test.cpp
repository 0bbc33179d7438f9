// Other people's applications print through the chain, and what comes out of the printer is compared, as a
// picture, with what the same document looks like on their side.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "house/house.hpp"
#include "house/picture.hpp"
#include "house/private_cups.hpp"

namespace platen::e2e {
namespace {

constexpr double kA4Wide = 8.27, kA4High = 11.69;  // inches

// The stated bound. Both are looked at with 50 dots to the inch, where a 600 dpi halftone is a grey again: at
// least this much in common, and no more than this mean difference in darkness (0 white, 1 black).
constexpr double kLeastCorrelation = 0.90;
constexpr double kMostDifference = 0.03;

// A page with text, lines, a black bar and three greys, written by hand.
std::string sample_pdf() {
  const std::string content =
      "BT /F1 28 Tf 60 760 Td (Platen prints this page) Tj ET\n"
      "BT /F1 12 Tf 60 720 Td 16 TL (The quick brown fox jumps over the lazy dog.) Tj T*"
      " (Sphinx of black quartz, judge my vow. 0123456789) Tj T* (Pack my box with five dozen liquor jugs.) "
      "Tj ET\n"
      "0 g 60 640 475 12 re f\n"
      "0.25 g 60 480 140 140 re f 0.5 g 228 480 140 140 re f 0.75 g 395 480 140 140 re f\n"
      "0 G 2 w 60 440 m 535 300 l S 60 300 m 535 440 l S 1 w 60 300 475 140 re S\n"
      "0 g BT /F1 72 Tf 60 200 Td (A4 Portrait) Tj ET\n";
  std::vector<std::string> objects{
      "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
      "/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
      "<< /Length " + std::to_string(content.size()) + " >>\nstream\n" + content + "endstream"};
  std::string pdf = "%PDF-1.4\n", table;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    char entry[24];
    std::snprintf(entry, sizeof entry, "%010zu 00000 n \n", pdf.size());
    table += entry;
    pdf += std::to_string(i + 1) + " 0 obj\n" + objects[i] + "\nendobj\n";
  }
  const auto start = pdf.size();
  pdf += "xref\n0 5\n0000000000 65535 f \n" + table + "trailer << /Size 5 /Root 1 0 R >>\nstartxref\n" +
         std::to_string(start) + "\n%%EOF\n";
  return pdf;
}

class Applications : public testing::Test {
 protected:
  void SetUp() override {
    house_.install("Laser");
    cups_.add_everywhere("Office", "ipp://" + house_.host() + "/ipp/print/Laser");
  }

  // The PDF as its own side sees it.
  Picture expected(const std::string& pdf) {
    const auto stem = house_.folder() / "expected";
    auto made = run({"pdftoppm", "-r", "100", "-gray", "-png", "-singlefile", pdf, stem}, Seconds(60));
    EXPECT_EQ(made.code, 0) << made.err;
    return Picture::load_png(stem.string() + ".png");
  }

  void expect_page_like(const std::string& pdf) {
    ASSERT_TRUE(eventually([this] { return house_.printer().pages().size() == 1; }, Seconds(120)))
        << cups_.error_log() << house_.service_log();
    const auto printed = Picture::load_png(house_.printer().page_file(0));
    const auto like = compare(expected(pdf), printed, kA4Wide, kA4High);
    RecordProperty("correlation", std::to_string(like.correlation));
    RecordProperty("difference", std::to_string(like.difference));
    std::cout << "correlation " << like.correlation << ", mean difference " << like.difference << ", shift "
              << like.shift_x << "," << like.shift_y << "\n";
    EXPECT_GE(like.correlation, kLeastCorrelation);
    EXPECT_LE(like.difference, kMostDifference);
  }

  House house_;
  PrivateCups cups_{house_.folder() / "cups"};
};

TEST_F(Applications, ACupsQueuePrintsAPdfAndThePageLooksLikeTheOriginal) {
  const auto pdf = house_.text("sample.pdf", sample_pdf());
  auto sent = cups_.cups({"lp", "-d", "Office", "-o", "media=iso_a4_210x297mm", pdf});
  ASSERT_EQ(sent.code, 0) << sent.err;
  expect_page_like(pdf);
  // CUPS learns that it is done, from the printer's own word.
  EXPECT_TRUE(eventually(
      [this] {
        return cups_.cups({"lpstat", "-o"}).out.empty();
      },
      Seconds(60)))
      << cups_.cups({"lpstat", "-o"}).out << cups_.error_log();
}

TEST_F(Applications, LibreOfficePrintsATextDocument) {
  const auto document = source("tests/e2e/data/letter.fodt");
  const std::string profile = "-env:UserInstallation=file://" + (house_.folder() / "office").string();
  auto converted =
      run({"soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", house_.folder(), document},
          Seconds(120));
  ASSERT_EQ(converted.code, 0) << converted.err;
  auto printed = run({"soffice", profile, "--headless", "--pt", "Office", document}, Seconds(120),
                     {{"CUPS_SERVER", cups_.server()}});
  ASSERT_EQ(printed.code, 0) << printed.err;
  expect_page_like(house_.folder() / "letter.pdf");
}

TEST_F(Applications, ACupsQueueShowsOurTonerAndOurTroubles) {
  house_.printer().tell("supply black 42");
  house_.printer().tell("paper-out tray1");
  auto id = house_.print("Laser", house_.text("wait.txt", "wait\n"));
  ASSERT_TRUE(house_.sentence_has("Laser", "Tray 1"));
  auto shown =
      run({"ipptool", "-tv", "ipp://" + house_.host() + "/ipp/print/Laser", "get-printer-attributes.test"},
          Seconds(30));
  EXPECT_THAT(shown.out, testing::ContainsRegex("marker-names .*[Bb]lack"));
  EXPECT_THAT(shown.out, testing::ContainsRegex("printer-state-reasons .*media-"));
  house_.printer().tell("paper-in tray1");
  EXPECT_TRUE(house_.job_reaches(id, "completed"));
}

}  // namespace
}  // namespace platen::e2e
