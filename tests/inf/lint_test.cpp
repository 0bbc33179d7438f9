#include "inf/lint.hpp"

#include <gmock/gmock.h>

#include "sample_inf.hpp"
#include "temp_folder.hpp"

namespace platen::inf {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> findings(const std::string& text, const std::filesystem::path& folder) {
  const auto file = InfFile::parse(text, "x.inf");
  EXPECT_TRUE(file);
  std::vector<std::string> lines;
  for (const Finding& finding : lint(*file, folder, {{"acmelm.dll"}}))
    lines.push_back(finding.at + ": " + finding.sentence);
  return lines;
}

class LintTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"laser", "common", "inkjet"})
      folder_.write(std::string("drivers/gpd/") + name + ".gpd", "");
    const std::string arm64 = "[Acme.NTarm64]\n\"Acme Laser 1\" = LASER,USBPRINT\\AcmeLaser_11234\n";
    text_ = sample_inf + arm64;
  }
  std::string with(const std::string& old, const std::string& fresh) const {
    std::string changed = text_;
    changed.replace(changed.find(old), old.size(), fresh);
    return changed;
  }
  TempFolder folder_;
  std::string text_;
};

TEST_F(LintTest, FindsNothingInAGoodFile) {
  EXPECT_THAT(findings(text_, folder_.path()), IsEmpty());
}

TEST_F(LintTest, FindsEachKindOfMistake) {
  const auto expect = [this](const std::string& text, const std::string& finding) {
    EXPECT_THAT(findings(text, folder_.path()), Contains(HasSubstr(finding)));
  };
  expect(with("%Acme%", "%Acmee%"), "x.inf:5: The string %Acmee%");
  expect(with("NTarm64", "NTia64"), "x.inf:9: The models section [Acme.NTia64]");
  expect(with("DataFile = laser", "DateFile = laser"), "x.inf:21: \"DateFile\" means nothing");
  expect(with("INKJET,", "INKJETS,"), "The install section [INKJETS]");
  expect(with("INKJET,", "INKJETS,"), "Nothing uses the section [INKJET]");
  expect(with("COMMON,MONITOR", "COMMON,MONITORS"), "[MONITORS] is not in the file");
  expect(with("common.gpd = 1,gpd", "common.gpd = 2,gpd"), "The disk \"2\"");
  expect(with("common.gpd = 1,gpd\n", ""), "The file common.gpd is not in [SourceDisksFiles]");
  expect(with("common.gpd = 1,gpd", "common.gpd = 1,ppd"), "drivers/ppd/common.gpd does not exist");
  expect(with("USBPRINT\\AcmeInkjet_25678", "LPTENUM\\AcmeLaser_11234"),
         "has the hardware id of \"Acme Laser 1\"");
  expect(with("MONITOR = 66002", "MONITER = 66002"), "[MONITER]");
  expect(with("DefaultDestDir = 66000\n", ""), "DefaultDestDir");
}

}  // namespace
}  // namespace platen::inf
