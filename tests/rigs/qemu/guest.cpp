#include "guest.hpp"

#include <fstream>
#include <random>
#include <stdexcept>

#include <gtest/gtest.h>
#include <stdlib.h>

namespace platen::rigs {
namespace {

// What is heard in every guest's script before its own lines.
constexpr const char* kPrologue =
    "#!/bin/sh\n"
    "set -e\n"
    "begin() { echo \"begin $1\"; }\n"
    "end() { echo \"end $1\"; }\n"
    // until_there PATH: within ten seconds
    "until_there() { n=0; until [ -e \"$1\" ]; do n=$((n + 1)); [ $n -lt 200 ]; sleep 0.05; done; }\n"
    "until_gone() { n=0; while [ -e \"$1\" ]; do n=$((n + 1)); [ $n -lt 200 ]; sleep 0.05; done; }\n";

// Beyond the rig's own bound: the kernel may have to be fetched first.
constexpr Seconds kFetching(300);

}  // namespace

Guest::Guest(const GuestPlan& plan) : limit_(plan.limit) {
  std::string pattern = (std::filesystem::temp_directory_path() / "platen-guest-XXXXXX").string();
  if (!::mkdtemp(pattern.data())) throw std::runtime_error("cannot make a folder for a guest");
  folder_ = pattern;
  e2e::write_file(folder_ / "script", kPrologue + plan.script);
  std::vector<std::string> command{PLATEN_QEMU_RIG,
                                   "--work",
                                   folder_ / "machine",
                                   "--script",
                                   folder_ / "script",
                                   "--timeout",
                                   std::to_string(static_cast<int>(plan.limit.count()))};
  for (const auto& module : plan.modules) command.insert(command.end(), {"--module", module});
  for (const auto& file : plan.files) command.insert(command.end(), {"--file", file});
  if (!plan.under.empty()) command.insert(command.end(), {"--under", plan.under});
  command.emplace_back("--");
  command.insert(command.end(), plan.qemu.begin(), plan.qemu.end());
  rig_ = std::make_unique<e2e::Child>(std::move(command), folder_ / "rig",
                                      e2e::Child::Environment{{"PLATEN_KERNELS", PLATEN_KERNELS_DIR}});
}

Guest::~Guest() {
  rig_.reset();
  if (testing::Test::HasFailure())
    std::cerr << "The guest's folder is kept: " << folder_ << "\n";
  else
    std::filesystem::remove_all(folder_);
}

bool Guest::says(const std::string& words, Seconds limit) {
  e2e::eventually(
      [&] { return said().find(words) != std::string::npos || rig_->wait(Seconds(0)).has_value(); }, limit);
  return said().find(words) != std::string::npos;
}

int Guest::wait() {
  return rig_->wait(limit_ + kFetching).value_or(124);
}

std::string Guest::section(const std::string& name) const {
  const std::string all = said(), begin = "begin " + name + "\n", end = "end " + name + "\n";
  const auto from = all.find(begin);
  const auto to = all.find(end, from);
  if (from == std::string::npos || to == std::string::npos) return {};
  return all.substr(from + begin.size(), to - from - begin.size());
}

Scratch::Scratch() {
  std::string pattern = (std::filesystem::temp_directory_path() / "platen-rig-XXXXXX").string();
  if (!::mkdtemp(pattern.data())) throw std::runtime_error("cannot make a folder for a test");
  path_ = pattern;
}

Scratch::~Scratch() {
  if (testing::Test::HasFailure())
    std::cerr << "The test's folder is kept: " << path_ << "\n";
  else
    std::filesystem::remove_all(path_);
}

std::string foreign_job(std::size_t size) {
  constexpr const char* kUel = "\x1B%-12345X";
  std::mt19937 random(310703);  // the same in every run
  std::string bytes(size, '\0');
  for (char& byte : bytes)
    // No escape: a UEL by chance would end the job.
    do byte = static_cast<char>(random());
    while (byte == '\x1B');
  return std::string(kUel) + "@PJL\r\n@PJL ENTER LANGUAGE = POSTSCRIPT\r\n" + bytes + kUel;
}

}  // namespace platen::rigs
