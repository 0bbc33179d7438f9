// Runs `platen` against a scripted platend.
#pragma once

#include <sstream>

#include <gmock/gmock.h>

#include "scripted_server.hpp"
#include "ui/cli/program.hpp"

namespace platen::cli {

class CliTest : public testing::Test {
 protected:
  int run(const std::vector<std::string>& words) {
    std::ostringstream out, err;
    Surroundings around;
    around.socket = server_.socket();
    around.look.unicode = true;
    const int exit = run_platen(words, around, out, err);
    out_ = out.str();
    err_ = err.str();
    return exit;
  }
  SeenRequest only_request() {
    const auto all = server_.requests();
    EXPECT_EQ(all.size(), 1U);
    return all.empty() ? SeenRequest() : all.back();
  }

  ScriptedServer server_;
  std::string out_;
  std::string err_;
};

}  // namespace platen::cli
