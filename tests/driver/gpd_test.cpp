#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "driver/describe.hpp"
#include "driver/gpd_tree.hpp"
#include "driver_fixture.hpp"

namespace platen::driver {
namespace {

using test::model_of;
using test::mono_gpd;
using testing::ElementsAre;
using testing::HasSubstr;

std::string expanded(std::string_view text, const CommandVariables& variables = {}) {
  auto command = CommandTemplate::compile(text);
  if (!command) return "compile: " + command.error().advice;
  auto bytes = command->expand(variables);
  return bytes ? *bytes : "expand: " + bytes.error().advice;
}

TEST(GpdTree, ReadsBlocksCommentsAndContinuedLines) {
  const auto tree = parse_gpd(
      "*% a comment with a { and a \"\n"
      "*ModelName: \"50%\" wide\"   *% not part of it\n"
      "*Feature: Duplex\n"
      "{\n"
      "    *Option: NONE { *Order: DOC_SETUP.1 *Cmd: \"<1B>&l\"\n"
      "+ \"0S\" }\n"
      "}\n"
      "*List: LIST(A,\n"
      "           B)\n"
      "*Flag?: TRUE",
      "test.gpd");
  ASSERT_TRUE(tree) << tree.error().sentence();
  ASSERT_EQ(tree->children.size(), 4u);
  EXPECT_EQ(tree->children[0].value, "\"50%\" wide\"");
  EXPECT_EQ(tree->children[0].line, 2);
  const auto& feature = tree->children[1];
  EXPECT_EQ(feature.value, "Duplex");
  ASSERT_EQ(feature.children.size(), 1u);
  ASSERT_EQ(feature.children[0].children.size(), 2u);
  EXPECT_EQ(feature.children[0].children[0].value, "DOC_SETUP.1");
  EXPECT_EQ(feature.children[0].children[1].value, "\"<1B>&l\"  \"0S\"");
  EXPECT_EQ(tree->children[2].keyword, "List");
  EXPECT_EQ(tree->children[3].keyword, "Flag?");
  EXPECT_EQ(tree->children[3].line, 10);
}

TEST(GpdCommand, ExpandsHexadecimalEscapesAndParameters) {
  CommandVariables v;
  v[Variable::NumOfDataBytes] = 120;
  v[Variable::DestX] = 301;
  v[Variable::DestY] = -7;
  EXPECT_EQ(expanded("<1B>*b%d{NumOfDataBytes}W", v), "\x1b*b120W");
  EXPECT_EQ(expanded("<1B 2A>%%%<%\"<0D0a>"), "\x1b*%<\"\r\n");
  EXPECT_EQ(expanded("%d{DestX / 2 + 1}:%d{(DestX + 1) * 2}:%d{DestX MOD 10}", v), "151:604:1");
  EXPECT_EQ(expanded("%d{max(DestY, 0)}:%d{min(DestX, -2)}:%d{-DestY}", v), "0:-2:7");
  EXPECT_EQ(expanded("%5d{DestX}|%c{65}|%l{258}|%m{258}|%f{DestX}|%f{DestY}", v),
            std::string("00301|A|\x02\x01|\x01\x02|3.01|-0.07"));
  EXPECT_EQ(expanded("%[1,999]d{DestX}", v), "301");
}

TEST(GpdCommand, SaysWhatIsWrongWithACommand) {
  CommandVariables v;
  v[Variable::DestX] = 301;
  EXPECT_THAT(expanded("<1B"), HasSubstr("no > after it"));
  EXPECT_THAT(expanded("<1G>"), HasSubstr("hexadecimal"));
  EXPECT_THAT(expanded("<1>"), HasSubstr("left over"));
  EXPECT_THAT(expanded("50%"), HasSubstr("percent sign ends"));
  EXPECT_THAT(expanded("%z{1}"), HasSubstr("formats"));
  EXPECT_THAT(expanded("%d{Frobs}"), HasSubstr("no variable 'Frobs'"));
  EXPECT_THAT(expanded("%d{1 + }"), HasSubstr("lacks a number"));
  EXPECT_THAT(expanded("%d{(1}"), HasSubstr("not closed"));
  EXPECT_THAT(expanded("%d{1"), HasSubstr("not closed"));
  EXPECT_THAT(expanded("%d{1 / DestY}"), HasSubstr("divides by zero"));
  EXPECT_THAT(expanded("%[1,9]d{DestX}", v), HasSubstr("301, outside of its bounds 1 to 9"));
  EXPECT_THAT(expanded("%d{9223372036854775807 + 1}"), HasSubstr("too large"));
  EXPECT_THAT(expanded("%d{" + std::string(5000, '(')), HasSubstr("too deeply"));
}

// A small printer, one statement of which each case below breaks.
std::string small_gpd() {
  return "*GPDSpecVersion: \"1.0\"\n"                                                          // 1
         "*ModelName: \"Small\"\n"                                                             // 2
         "*MasterUnits: PAIR(600, 600)\n"                                                      // 3
         "*Macros: M { WIDE: PAIR(4800, 6400) }\n"                                             // 4
         "*Feature: Resolution { *DefaultOption: R6 *Option: R6 { *DPI: PAIR(600, 600) } }\n"  // 5
         "*Feature: PaperSize {\n"                                                             // 6
         "  *DefaultOption: LETTER\n"                                                          // 7
         "  *Option: LETTER {\n"                                                               // 8
         "    *PageDimensions: PAIR(5100, 6600)\n"                                             // 9
         "    *PrintableArea: =WIDE\n"                                                         // 10
         "    *PrintableOrigin: PAIR(150, 100)\n"                                              // 11
         "    *Command: CmdSelect { *Order: DOC_SETUP.20 *Cmd: \"<1B>&l2A\" }\n"               // 12
         "  }\n"                                                                               // 13
         "}\n"                                                                                 // 14
         "*Command: CmdBeginRaster { *Cmd: \"<1B>*r1A\" }\n"                                   // 15
         "*Command: CmdSendBlockData { *Cmd: \"<1B>*b%d{NumOfDataBytes}W\" }\n"                // 16
         "*Command: CmdEndRaster { *Cmd: \"<1B>*rC\" }\n";                                     // 17
}

TEST(GpdModel, ReadsASmallPrinterWithMacros) {
  const GpdModel model = model_of(small_gpd());
  const Paper paper = model.paper(model.defaults());
  EXPECT_EQ(paper.printable_area, (Pair{4800, 6400}));
  EXPECT_EQ(paper.cursor_origin, (Pair{150, 100}));  // where it does not say, the printable origin
  EXPECT_EQ(*model.ordered(Section::doc_setup, model.defaults(), {}), "\x1b&l2A");
  EXPECT_EQ(model.command("CmdFF", model.defaults()), nullptr);
}

struct Mistake {
  const char* right;
  const char* wrong;
  const char* where;
  const char* says;
};

TEST(GpdModel, SaysFileAndLineOfEachMistake) {
  const Mistake mistakes[] = {
      {"\"Small\"", "\"Small", "bad.gpd:2", "no closing quote"},
      {"*ModelName: \"Small\"", "ModelName: \"Small\"", "bad.gpd:2", "begins with a star"},
      {"*ModelName: \"Small\"", "*ModelName: Small", "bad.gpd:2", "in quotes"},
      {"PAIR(600, 600)\n*Macros", "PAIR(600 600)\n*Macros", "bad.gpd:3", "PAIR(x, y)"},
      {"PAIR(600, 600)\n*Macros", "PAIR(600, 600\n*Macros", "bad.gpd:3", "not closed"},
      {"PAIR(600, 600)\n*Macros", "PAIR(0, 600)\n*Macros", "bad.gpd:3", "parts of an inch"},
      {"*DefaultOption: LETTER", "*DefaultOption: FOOLSCAP", "bad.gpd:7", "no option FOOLSCAP"},
      {"*DefaultOption: LETTER\n", "\n", "bad.gpd:6", "lacks a *DefaultOption"},
      {"*PageDimensions: PAIR(5100, 6600)\n", "\n", "bad.gpd:8", "lacks *PageDimensions"},
      {"=WIDE", "=BROAD", "bad.gpd:10", "No *Macros block defines BROAD"},
      {"WIDE: PAIR(4800, 6400)", "WIDE: =WIDE", "bad.gpd:10", "without end"},
      {"PAIR(150, 100)", "PAIR(500, 100)", "bad.gpd:8", "does not lie on a sheet"},
      {"DOC_SETUP.20", "DOC_START.20", "bad.gpd:12", "DOC_SETUP.10"},
      {"<1B>&l2A", "<1B&l2A", "bad.gpd:12", "hexadecimal"},
      {"{NumOfDataBytes}", "{NumOfBytes}", "bad.gpd:16", "no variable 'NumOfBytes'"},
      {"*Command: CmdEndRaster", "*Command: CmdEndRasters", "bad.gpd:1", "lacks *Command: CmdEndRaster"},
      {"  }\n}\n", "  }\n", "bad.gpd:6", "has no closing brace"},
      {"*rC\" }\n", "*rC\" } }\n", "bad.gpd:17", "closes nothing"},
      {"*DPI: PAIR(600, 600)", "*DPI: PAIR(6, 6)", "bad.gpd:5", "dots per inch"},
      {"*Macros: M", "*switch: Sorter { *case: A { *X: 1 } }\n*Macros: M", "bad.gpd:4", "no feature Sorter"},
      {"*Macros: M", "*switch: Resolution { *case: R9 { *X: 1 } }\n*Macros: M", "bad.gpd:4", "no option R9"},
  };
  for (const auto& mistake : mistakes) {
    std::string text = small_gpd();
    const auto at = text.find(mistake.right);
    ASSERT_NE(at, std::string::npos) << mistake.right;
    text.replace(at, std::string_view(mistake.right).size(), mistake.wrong);
    const auto model = GpdModel::read(text, "bad.gpd");
    ASSERT_FALSE(model) << mistake.wrong;
    EXPECT_EQ(model.error().object, mistake.where) << model.error().sentence();
    EXPECT_THAT(model.error().advice, HasSubstr(mistake.says)) << mistake.wrong;
  }
}

TEST(GpdModel, SurvivesNestingWithoutEnd) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "*A: b {";
  EXPECT_FALSE(GpdModel::read(text, "deep.gpd"));
}

TEST(GpdModel, ResolvesASwitchByTheSelection) {
  const GpdModel model = model_of(mono_gpd());
  CommandVariables v;
  v[Variable::DestYRel] = 10;
  Selection selected = model.defaults();
  EXPECT_EQ(*model.command("CmdYMoveRelDown", selected)->expand(v), "\x1b*b10Y");
  selected["Resolution"] = "Option300";
  EXPECT_EQ(*model.command("CmdYMoveRelDown", selected)->expand(v), "\x1b*b5Y");
}

TEST(GpdModel, OrdersTheMonoLasersCommands) {
  const GpdModel model = model_of(mono_gpd());
  Selection selected = model.defaults();
  selected["PaperSize"] = "ENV_10";
  selected["Duplex"] = "HORIZONTAL";
  selected["InputBin"] = "ENVMANUAL";
  CommandVariables v;
  v[Variable::NumOfCopies] = 3;
  EXPECT_EQ(*model.ordered(Section::job_setup, selected, v),
            "\x1b"
            "E");
  EXPECT_EQ(*model.ordered(Section::doc_setup, selected, v),
            "\x1b&l2S\x1b&l3X\x1b&l81A\x1b&l0M\x1b&l3H\x1b&l0O\x1b&l0e0L\x1b&u600D\x1b*t600R\x1b*r0F");
  EXPECT_EQ(*model.ordered(Section::job_finish, selected, v),
            "\x1b"
            "E");
}

TEST(Describe, TellsWhatTheMonoLaserCanDo) {
  const auto json = boost::json::parse(describe(model_of(mono_gpd())));
  EXPECT_EQ(json.at("personality"), "PCL");
  EXPECT_EQ(json.at("color"), false);
  EXPECT_EQ(json.at("duplex"), true);
  EXPECT_EQ(json.at("ppm"), 35);
  EXPECT_EQ(json.at("resolutions"), (boost::json::array{600, 300}));
  EXPECT_EQ(json.at("mediaDefault"), "iso_a4_210x297mm");
  EXPECT_EQ(json.at("media").at(0), (boost::json::object{{"name", "iso_a4_210x297mm"},
                                                         {"width", 21000},
                                                         {"height", 29700},
                                                         {"left", 601},
                                                         {"right", 601},
                                                         {"top", 423},
                                                         {"bottom", 423}}));
  EXPECT_EQ(json.at("media").as_array().size(), 13u);
  EXPECT_EQ(json.at("types").at(0), "application/octet-stream");
  for (const auto& medium : json.at("media").as_array())
    EXPECT_THAT(std::string(medium.at("name").as_string()),
                testing::MatchesRegex("[a-z]+_[a-z0-9-]+_[0-9.]+x[0-9.]+(in|mm)"));
}

}  // namespace
}  // namespace platen::driver
