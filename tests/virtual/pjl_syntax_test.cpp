#include "virtual/pjl_syntax.hpp"

#include <gtest/gtest.h>

namespace platen::vprinter {
namespace {

TEST(PjlSyntax, ReadsACommandWithItsOptions) {
  const PjlCommand command = parse_pjl("@PJL JOB NAME = \"a = b\" START=2 end=5\r");
  EXPECT_EQ(command.name, "JOB");
  ASSERT_EQ(command.options.size(), 3u);
  EXPECT_EQ(*command.find("NAME"), "a = b");
  EXPECT_EQ(*command.find("START"), "2");
  EXPECT_EQ(*command.find("END"), "5");
  EXPECT_EQ(command.problem, 0);
}

TEST(PjlSyntax, TakesNamesInAnyCase) {
  const PjlCommand command = parse_pjl("@PJL enter language = pcl");
  EXPECT_EQ(command.name, "ENTER");
  EXPECT_EQ(*command.find("LANGUAGE"), "pcl");
}

TEST(PjlSyntax, KeepsTheModifierApart) {
  const PjlCommand command = parse_pjl("@PJL INQUIRE LPARM:PCL PITCH");
  EXPECT_EQ(command.modifier, "LPARM:PCL");
  ASSERT_EQ(command.options.size(), 1u);
  EXPECT_EQ(command.options[0].name, "PITCH");
}

TEST(PjlSyntax, LeavesTheWordsOfEchoAlone) {
  const PjlCommand command = parse_pjl("@PJL ECHO \"half a quote = 5");
  EXPECT_EQ(command.problem, 0);
  EXPECT_EQ(command.words, "\"half a quote = 5");
}

TEST(PjlSyntax, TellsWhatIsWrong) {
  EXPECT_EQ(parse_pjl("@PJL JOB NAME=\"open").problem, 20011);
  EXPECT_EQ(parse_pjl("@PJL SET COPIES=").problem, 20015);
  EXPECT_EQ(parse_pjl("@PJLX").problem, 20001);
  EXPECT_EQ(parse_pjl("@PJL").problem, 0);
}

}  // namespace
}  // namespace platen::vprinter
