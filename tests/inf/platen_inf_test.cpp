// inf/platen.inf itself: what Windows and Linux install from.
#include <fstream>
#include <set>

#include <gmock/gmock.h>

#include "inf/install_plan.hpp"
#include "inf/lint.hpp"
#include "inf/match.hpp"

namespace platen::inf {
namespace {

namespace fs = std::filesystem;
const fs::path folder = PLATEN_INF_FOLDER;
const fs::path path = folder / "platen.inf";
constexpr std::array platforms = {Platform::amd64, Platform::x86, Platform::arm64};

// A row of the table in its comments: "; Lexmark T640 | MFG:Lexmark;MDL:Lexmark T640; |
// LexmarkLexmark_T6403C79".
struct Row {
  std::string model, device_id, id;
};

std::vector<Row> id_table() {
  std::vector<Row> rows;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    const auto first = line.find(" | MFG:");
    const auto second = line.find(" | ", first + 1);
    if (!line.starts_with("; ") || first == std::string::npos || second == std::string::npos) continue;
    rows.push_back(
        {line.substr(2, first - 2), line.substr(first + 3, second - first - 3), line.substr(second + 3)});
  }
  return rows;
}

TEST(PlatenInf, HasTheIdsThatItsTableSaysAndNoOthers) {
  std::map<std::string, std::set<std::string>> wanted;
  for (const Row& row : id_table()) {
    const DeviceId id = parse_device_id(row.device_id);
    EXPECT_EQ(hash_id(id.manufacturer, id.model), row.id) << row.device_id;
    for (const std::string& one : hardware_ids(id)) wanted[row.model].insert(one);
  }
  for (const Platform platform : platforms) {
    const auto inf = read_printer_inf(path, platform);
    ASSERT_TRUE(inf) << inf.error().sentence();
    std::map<std::string, std::set<std::string>> listed;
    for (const Model& model : inf->models) {
      listed[model.name].insert(model.hardware_ids.begin(), model.hardware_ids.end());
      listed[model.name].insert(model.compatible_ids.begin(), model.compatible_ids.end());
    }
    EXPECT_EQ(listed, wanted) << decoration(platform);
  }
}

TEST(PlatenInf, FindsEachOfItsPrintersByTheIdTheyAnswer) {
  const auto inf = read_printer_inf(path);
  ASSERT_TRUE(inf) << inf.error().sentence();
  for (const Row& row : id_table()) {
    const auto best = matches(*inf, parse_device_id(row.device_id + "CLS:PRINTER;"));
    ASSERT_FALSE(best.empty()) << row.device_id;
    EXPECT_EQ(best[0].model->name, row.model);
    EXPECT_EQ(best[0].fit, Fit::hardware_id);
  }
}

TEST(PlatenInf, HasLasersAndBothFamiliesOfInkjets) {
  const auto inf = read_printer_inf(path);
  ASSERT_TRUE(inf);
  const std::map<std::string, std::string> gpds = {
      {"T640", "gpd/pltmono.gpd"}, {"MS317dn", "gpd/pltmono.gpd"}, {"C540n", "gpd/pltcolor.gpd"},
      {"5700", "gpd/pltinka.gpd"}, {"Z52", "gpd/pltinka.gpd"},     {"3200", "gpd/pltinkb.gpd"},
      {"Z32", "gpd/pltinkb.gpd"}};
  for (const auto& [name, gpd] : gpds) {
    const auto model = find_model(*inf, name);
    ASSERT_TRUE(model) << model.error().sentence();
    EXPECT_EQ(model->data_file, gpd);
    EXPECT_EQ(model->language_monitor, "Platen Language Monitor,platenlm.dll");
  }
}

TEST(PlatenInf, HasEveryGpdThatItNames) {
  const auto inf = read_printer_inf(path);
  ASSERT_TRUE(inf);
  for (const Model& model : inf->models) EXPECT_TRUE(plan_install(*inf, model)) << model.name;
}

TEST(PlatenInf, IsCleanForTheLinter) {
  const auto file = read_inf_file(path);
  ASSERT_TRUE(file);
  for (const Finding& finding : lint(*file, folder, {{"platenlm.dll"}}))
    ADD_FAILURE() << finding.at << ": " << finding.sentence;
}

}  // namespace
}  // namespace platen::inf
