#include "inf/install_plan.hpp"

#include <gmock/gmock.h>

#include "inf/match.hpp"
#include "sample_inf.hpp"
#include "temp_folder.hpp"

namespace platen::inf {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename().string());
  return names;
}

class InstallPlanTest : public testing::Test {
 protected:
  void SetUp() override {
    inf_ = folder_.write("disk/acme.inf", sample_inf);
    folder_.write("disk/drivers/GPD/Laser.GPD", "*laser");
    folder_.write("disk/drivers/GPD/common.gpd", "*common");
  }
  Result<InstallPlan> plan(const std::string& model = "Laser 1") {
    auto inf = read_printer_inf(inf_, Platform::amd64);
    if (!inf) return inf.error();
    auto chosen = find_model(*inf, "Acme " + model);
    if (!chosen) return chosen.error();
    return plan_install(*inf, *chosen);
  }

  TempFolder folder_;
  fs::path inf_;
};

TEST_F(InstallPlanTest, CopiesTheInfAndItsGpdFilesWhateverTheirCase) {
  const auto planned = plan();
  ASSERT_TRUE(planned) << planned.error().sentence();
  const auto driver = copy_driver(*planned, folder_.path() / "state/drivers/one");
  ASSERT_TRUE(driver) << driver.error().sentence();
  EXPECT_EQ(TempFolder::read(driver->gpd), "*laser");
  EXPECT_EQ(TempFolder::read(driver->inf), sample_inf);
  EXPECT_EQ(TempFolder::read(driver->gpd.parent_path() / "common.gpd"), "*common");
  const auto again = read_printer_inf(driver->inf, Platform::amd64);
  ASSERT_TRUE(again);
  EXPECT_TRUE(plan_install(*again, again->models[0])) << "what was installed must be installable from there";
  EXPECT_THAT(names_in(folder_.path() / "state/drivers"), UnorderedElementsAre("one"));
}

TEST_F(InstallPlanTest, ReplacesAnOlderCopyAndLeavesNothingBeside) {
  const fs::path into = folder_.path() / "drivers/one";
  ASSERT_TRUE(copy_driver(*plan(), into));
  folder_.write("drivers/one/old.txt", "old");
  folder_.write("drivers/.one.new/half", "left by a killed one");
  folder_.write("disk/drivers/GPD/Laser.GPD", "*newer");
  const auto driver = copy_driver(*plan(), into);
  ASSERT_TRUE(driver) << driver.error().sentence();
  EXPECT_EQ(TempFolder::read(driver->gpd), "*newer");
  EXPECT_FALSE(fs::exists(into / "old.txt"));
  EXPECT_THAT(names_in(folder_.path() / "drivers"), UnorderedElementsAre("one"));
}

TEST_F(InstallPlanTest, SaysWhichFileIsMissingBeforeAnythingIsCopied) {
  const auto missing = plan("Inkjet 2");
  ASSERT_FALSE(missing);
  EXPECT_TRUE(missing.error().is(Errc::not_found));
  EXPECT_THAT(missing.error().sentence(), AllOf(HasSubstr("inkjet.gpd"), HasSubstr("acme.inf:17")));
}

TEST_F(InstallPlanTest, RefusesADriverWithoutAGpd) {
  inf_ =
      folder_.write("disk/acme.inf",
                    "[Version]\nSignature=$CHICAGO$\nClass=Printer\n[Manufacturer]\nAcme=M\n[M]\nLaser 1=I\n"
                    "[I]\nDataFile=laser.ppd\n");
  const auto refused = plan();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().sentence(), AllOf(HasSubstr("GPD"), HasSubstr("acme.inf:7")));
}

TEST_F(InstallPlanTest, LeavesNoHalfInstalledDriverWhenAFileVanishes) {
  const auto planned = plan();
  ASSERT_TRUE(planned);
  fs::remove(folder_.path() / "disk/drivers/GPD/common.gpd");
  EXPECT_FALSE(copy_driver(*planned, folder_.path() / "drivers/one"));
  EXPECT_TRUE(fs::is_empty(folder_.path() / "drivers"));
}

}  // namespace
}  // namespace platen::inf
