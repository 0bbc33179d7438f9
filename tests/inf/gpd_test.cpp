// Every model of platen.inf either prints, or is refused with a sentence when its queue would be made.
#include <set>

#include <gmock/gmock.h>

#include "driver/gpd_model.hpp"
#include "inf/install_plan.hpp"
#include "temp_folder.hpp"

namespace platen::inf {
namespace {

TEST(PlatenInfGpd, EachModelPrintsOrSaysThatItCannotYet) {
  const auto inf = read_printer_inf(std::filesystem::path(PLATEN_INF_FOLDER) / "platen.inf");
  ASSERT_TRUE(inf) << inf.error().sentence();
  std::set<std::string> printing;
  for (const Model& model : inf->models) {
    const auto plan = plan_install(*inf, model);
    ASSERT_TRUE(plan) << plan.error().sentence();
    const auto gpd = driver::GpdModel::read(TempFolder::read(plan->files[1].from), model.data_file);
    if (gpd) {
      printing.insert(model.name);
    } else {
      EXPECT_TRUE(gpd.error().is(Errc::unsupported)) << gpd.error().sentence();
      EXPECT_THAT(gpd.error().sentence(), testing::HasSubstr("Platen cannot print on this")) << model.name;
    }
  }
  EXPECT_THAT(printing,
              testing::IsSupersetOf({"Lexmark T640", "Lexmark E250d", "Lexmark E260dn", "Lexmark MS317dn"}));
}

// What the files say of paper and resolution is right already: without the refusal, only the commands are
// missing.
TEST(PlatenInfGpd, OnlyTheCommandsOfLaterModelsAreMissing) {
  for (const char* name : {"pltcolor.gpd", "pltinka.gpd", "pltinkb.gpd"}) {
    std::string text = TempFolder::read(std::filesystem::path(PLATEN_INF_FOLDER) / "gpd" / name);
    const std::string refusal = "*Platen_Renderer: \"none\"";
    ASSERT_NE(text.find(refusal), std::string::npos) << name;
    text.erase(text.find(refusal), refusal.size());
    text +=
        "*Command: CmdBeginRaster { *Cmd: \"\" }\n*Command: CmdEndRaster { *Cmd: \"\" }\n"
        "*Command: CmdSendBlockData { *Cmd: \"\" }\n";
    const auto gpd = driver::GpdModel::read(text, name);
    EXPECT_TRUE(gpd) << gpd.error().sentence();
  }
}

}  // namespace
}  // namespace platen::inf
