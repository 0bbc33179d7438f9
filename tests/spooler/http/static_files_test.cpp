#include "spooler/http/static_files.hpp"

#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace platen::spooler::http {
namespace {

class StaticFilesTest : public testing::Test {
 protected:
  StaticFilesTest() {
    std::filesystem::create_directories(root_ / "web" / "img");
    std::ofstream(root_ / "web" / "index.html") << "<!doctype html>";
    std::ofstream(root_ / "web" / "img" / "a.png") << "picture";
    std::ofstream(root_ / "web" / ".hidden") << "secret";
    std::ofstream(root_ / "secret") << "secret";
    std::filesystem::create_symlink(root_ / "secret", root_ / "web" / "link");
  }
  ~StaticFilesTest() override { std::filesystem::remove_all(root_); }

  Reply get(std::string_view target, std::string_view tag = {}) {
    Request request;
    request.head.method(Verb::get);
    if (!tag.empty()) request.head.set(Field::if_none_match, tag);
    if (!parse_target(target, request)) return error_reply(400, "malformed", "");
    return StaticFiles(root_ / "web")(request);
  }

  const std::filesystem::path root_ =
      std::filesystem::temp_directory_path() / ("platen-web-" + std::to_string(::getpid()));
};

TEST_F(StaticFilesTest, ThePageAndItsFilesHaveTheirTypes) {
  EXPECT_EQ(get("/").body, "<!doctype html>");
  EXPECT_EQ(get("/").type, "text/html; charset=utf-8");
  EXPECT_EQ(get("/img/a.png").type, "image/png");
}

TEST_F(StaticFilesTest, NothingOutsideTheFolderIsServed) {
  for (const char* target : {"/../secret", "/%2e%2e/secret", "/..%2fsecret", "/img/..%2f..%2fsecret",
                             "/.hidden", "/link", "/img", "/none", "/index.html%00.png"})
    EXPECT_GE(get(target).status, 400u) << target;
}

TEST_F(StaticFilesTest, AFileThatTheClientHasIsNotSentAgain) {
  const Reply first = get("/");
  ASSERT_EQ(first.headers[0].first, "ETag");
  EXPECT_EQ(get("/", first.headers[0].second).status, 304u);
  std::ofstream(root_ / "web" / "index.html") << "<!doctype html><p>new";
  EXPECT_EQ(get("/", first.headers[0].second).status, 200u);
}

}  // namespace
}  // namespace platen::spooler::http
