#include "inf/match.hpp"

#include <gmock/gmock.h>

namespace platen::inf {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Model model(std::string name, std::vector<std::string> hardware, std::vector<std::string> compatible = {}) {
  Model made;
  made.name = std::move(name);
  made.manufacturer = "Lexmark";
  made.hardware_ids = std::move(hardware);
  made.compatible_ids = std::move(compatible);
  return made;
}

PrinterInf some_models() {
  PrinterInf inf;
  inf.name = "x.inf";
  inf.models = {model("Lexmark T640 Compatible", {}, {"Lexmark_InternationaC0C5"}),
                model("Lexmark T640", {"usbprint\\lexmark_internationac0c5"}),
                model("Lexmark Z42", {"USBPRINT\\LexmarkLexmark_Z42D882"}),
                model("Lexmark Inkjet", {"USBPRINT\\x"}, {"1284_CID_LxInk"})};
  inf.models[2].previous_names = {"Lexmark ColorJet"};
  return inf;
}

std::string found(std::string_view query) {
  const auto best = find_model(some_models(), query);
  EXPECT_TRUE(best) << best.error().sentence();
  return best ? best->name : "";
}

TEST(Match, PrefersTheExactHardwareIdToACompatibleOne) {
  const PrinterInf inf = some_models();
  const auto all = matches(inf, parse_device_id("MFG:Lexmark International;MDL:Lexmark T640;"));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].model->name, "Lexmark T640");
  EXPECT_EQ(all[0].fit, Fit::hardware_id);
  EXPECT_EQ(all[1].fit, Fit::compatible_id);
}

TEST(Match, TakesTheCompatibleIdThatThePrinterGives) {
  EXPECT_EQ(found("MFG:Lexmark;MDL:New One;CID:LxInk;"), "Lexmark Inkjet");
}

TEST(Match, FallsBackToTheModelName) {
  EXPECT_EQ(found("MFG:LEXMARK;MDL:LEXMARK T640;"), "Lexmark T640");
  EXPECT_EQ(found("MFG:Whoever;MDL:t640;"), "Lexmark T640");
}

TEST(Match, TakesAModelNameInAnyCaseWithOrWithoutTheMaker) {
  for (const char* name : {"Lexmark T640", "t640", "LEXMARK t640", "  T640 "})
    EXPECT_EQ(found(name), "Lexmark T640");
  EXPECT_EQ(found("colorjet"), "Lexmark Z42");
}

TEST(Match, SaysTheIdItLookedForAndWhichModelsAreNear) {
  const auto none = find_model(some_models(), "MFG:Lexmark;MDL:Lexmark T642;");
  ASSERT_FALSE(none);
  EXPECT_TRUE(none.error().is(Errc::not_found));
  EXPECT_THAT(none.error().sentence(), AllOf(HasSubstr(hash_id("Lexmark", "Lexmark T642")),
                                             HasSubstr("Lexmark T640"), HasSubstr("--model")));
  const auto typed = find_model(some_models(), "Z43");
  ASSERT_FALSE(typed);
  EXPECT_THAT(typed.error().sentence(), AllOf(HasSubstr("\"Z43\""), HasSubstr("Lexmark Z42")));
}

TEST(Match, FindsNothingForNothing) {
  for (const char* query : {"", " ", "Lexmark", "MFG:Lexmark;", "MFG:Lexmark;MDL:;", "MDL: ;"})
    EXPECT_FALSE(find_model(some_models(), query)) << query;
  EXPECT_THAT(near_models(some_models(), "LaserJet 4000"), IsEmpty());
  EXPECT_THAT(near_models(some_models(), "T64"), ElementsAre("Lexmark T640"));
}

}  // namespace
}  // namespace platen::inf
