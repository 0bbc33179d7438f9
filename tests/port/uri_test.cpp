#include "port/uri.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace platen::port {
namespace {

using testing::HasSubstr;

TEST(Uri, ReadsEveryKindOfPort) {
  EXPECT_EQ(parse_uri("socket://10.0.0.7:9101").value(),
            (Uri{.scheme = "socket", .host = "10.0.0.7", .port = 9101}));
  EXPECT_EQ(parse_uri("SOCKET://printer.example").value(),
            (Uri{.scheme = "socket", .host = "printer.example"}));
  EXPECT_EQ(parse_uri("socket://[fe80::1]:9100").value(),
            (Uri{.scheme = "socket", .host = "fe80::1", .port = 9100}));
  EXPECT_EQ(parse_uri("lpd://host/queue").value(), (Uri{.scheme = "lpd", .host = "host", .path = "/queue"}));
  EXPECT_EQ(parse_uri("usb://043d/00f3?serial=A%20B").value(),
            (Uri{.scheme = "usb", .host = "043d", .path = "/00f3", .query = {{"serial", "A B"}}}));
  EXPECT_EQ(parse_uri("parallel:/dev/parport0").value(),
            (Uri{.scheme = "parallel", .path = "/dev/parport0"}));
  EXPECT_EQ(parse_uri("file:/tmp/a%20b").value(), (Uri{.scheme = "file", .path = "/tmp/a b"}));
  EXPECT_EQ(parse_uri("file:///tmp/x").value(), (Uri{.scheme = "file", .path = "/tmp/x"}));
}

TEST(Uri, IsTheSameAfterWritingAndReading) {
  for (const char* text :
       {"socket://10.0.0.7:9101", "socket://[fe80::1]:9100", "lpd://host/queue",
        "usb://043d/00f3?serial=A%20B&x=%26", "file:/tmp/a%20b", "file:////two", "file:/50%25"}) {
    const auto uri = parse_uri(text);
    ASSERT_TRUE(uri) << text;
    EXPECT_EQ(parse_uri(uri->format()).value(), *uri) << text << " became " << uri->format();
    EXPECT_EQ(uri->format(), text);
  }
}

TEST(Uri, SaysWhatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "It is empty"},
      {"10.0.0.7", "socket://10.0.0.7"},
      {"socket:", "//host or /path"},
      {"socket:host:9100", "//host or /path"},
      {"socket://", "host is missing"},
      {"socket://:9100", "host is missing"},
      {"socket://host:", "from 1 to 65535"},
      {"socket://host:0", "from 1 to 65535"},
      {"socket://host:65536", "from 1 to 65535"},
      {"socket://host:91x", "from 1 to 65535"},
      {"socket://fe80::1", "brackets"},
      {"socket://[fe80::1", "lacks its ']'"},
      {"socket://[fe80::1]x", "Behind ']'"},
      {"socket://user@host", "user name"},
      {"socket://ho st", "no host has"},
      {"file:/a%2", "broken %-escape"},
      {"file:/a%00b", "control character"},
      {"file:/a\nb", "control character"},
      {"file:/a#b", "%23"},
      {"usb://1/2?serial", "key=value"},
      {"usb://1/2?a=1&a=2", "each key once"},
  };
  for (const auto& [text, expected] : cases) {
    const auto uri = parse_uri(text);
    ASSERT_FALSE(uri) << text;
    EXPECT_TRUE(uri.error().is(Errc::malformed));
    EXPECT_THAT(uri.error().advice, HasSubstr(expected)) << text;
  }
  EXPECT_FALSE(parse_uri(std::string(5000, 'a')));
}

}  // namespace
}  // namespace platen::port
