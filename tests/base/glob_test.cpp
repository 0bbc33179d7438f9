#include "base/glob.hpp"

#include <string>

#include <gtest/gtest.h>

namespace platen {
namespace {

TEST(Glob, AStarIsAnyTextAndAQuestionMarkOneCharacterInAnyCase) {
  EXPECT_TRUE(matches_glob("*E26?*", "Lexmark e260dn"));
  EXPECT_TRUE(matches_glob("*", ""));
  EXPECT_TRUE(matches_glob("Lexmark*", "Lexmark"));
  EXPECT_TRUE(matches_glob("*aab", "aaaab"));
  EXPECT_FALSE(matches_glob("*E26?", "Lexmark E26"));
  EXPECT_FALSE(matches_glob("E260", "Lexmark E260"));
  EXPECT_FALSE(matches_glob("", "x"));
}

TEST(Glob, ManyStarsAndALongTextTakeNoTime) {
  std::string stars;
  for (int i = 0; i < 40; ++i) stars += "*a";
  EXPECT_FALSE(matches_glob(stars + "b", std::string(20'000, 'a')));
}

}  // namespace
}  // namespace platen
