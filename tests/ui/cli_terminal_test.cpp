#include <gmock/gmock.h>

#include "ui/cli/event_parser.hpp"
#include "ui/cli/terminal.hpp"

namespace platen::cli {
namespace {

TEST(Terminal, ShowsControlCharactersAndBrokenBytesAsText) {
  EXPECT_EQ(printable("a\x1B[31m\r\n\tb\x7F"), "a\\x1B[31m\\r\\n\\tb\\x7F");
  EXPECT_EQ(printable("\xC2\x9B"
                      "x\xFF\xC0\x80\xED\xA0\x80\xE2\x82"),
            "\\x9Bx\\xFF\\xC0\\x80\\xED\\xA0\\x80\\xE2\\x82");
  EXPECT_EQ(printable("Größe 漢字 \U0001F5A8"), "Größe 漢字 \U0001F5A8");
  EXPECT_EQ(printable("\u202Etxt.exe\u2066"), "\\u202Etxt.exe\\u2066");
}

TEST(Terminal, CountsColumnsAndNotBytes) {
  EXPECT_EQ(columns("Größe"), 5U);
  EXPECT_EQ(columns("漢字"), 4U);
  EXPECT_EQ(columns("e\u0301"), 1U);
  EXPECT_EQ(columns("\x1B[38;2;1;2;3mab\x1B[0m"), 2U);
  EXPECT_EQ(columns("\x1B"), 0U);
}

TEST(Terminal, DrawsBarsInTheInksColourOnlyWhereThatCanBeSeen) {
  EXPECT_EQ(bar(50, "#00FFFF", {.color = false, .unicode = false}), "[##########----------]");
  EXPECT_EQ(bar(0, "#00FFFF", {.color = true, .unicode = true}).find("█"), std::string::npos);
  EXPECT_NE(bar(1, "none", {.color = false, .unicode = true}).find("█"), std::string::npos);
  EXPECT_NE(bar(50, "#00FFFF", {.color = true, .unicode = true}).find("\x1B[38;2;0;255;255m"),
            std::string::npos);
  EXPECT_EQ(bar(50, "#000000", {.color = true, .unicode = true}).find('\x1B'), std::string::npos);
  EXPECT_EQ(bar(50, "#\x1B[2J;x", {.color = true, .unicode = true}).find('\x1B'), std::string::npos);
  EXPECT_EQ(columns(bar(400, "#00FFFF", {.color = true, .unicode = true})), 20U);
}

TEST(Terminal, WritesSizesForPeople) {
  EXPECT_EQ(human_size(0), "0 bytes");
  EXPECT_EQ(human_size(1500), "1.5 KB");
  EXPECT_EQ(human_size(123'456'789), "123 MB");
}

TEST(EventParser, ReadsEventsHoweverTheyAreCut) {
  const std::string text = ": c\n\nevent: job\r\ndata: {\r\ndata:}\r\n\r\nid: 3\ndata: x\n\nevent: none\n\n";
  for (std::size_t size = 1; size < text.size(); ++size) {
    EventParser parser;
    std::vector<Event> events;
    for (std::size_t at = 0; at < text.size(); at += size)
      for (Event& event : parser.feed(std::string_view(text).substr(at, size)))
        events.push_back(std::move(event));
    ASSERT_EQ(events.size(), 2U) << size;
    EXPECT_EQ(events[0].name, "job");
    EXPECT_EQ(events[0].data, "{\n}");
    EXPECT_EQ(events[1].data, "x");
  }
}

}  // namespace
}  // namespace platen::cli
