// A virtual machine with Debian's kernel that a test boots: what is in it, what it runs, what it says.
//
//   Guest guest({.modules = {"usblp"}, .files = {"/usr/bin/lsusb"}, .script = "lsusb -v"});
//   ASSERT_EQ(guest.wait(), 0) << guest.said();
//
// The script is busybox's shell as root; each failing command ends it. It ends with the Guest, whatever
// happens to the test. `qemu_rig` beside this file does the work.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "house/child.hpp"

namespace platen::rigs {

using e2e::Seconds;

struct GuestPlan {
  std::vector<std::string> modules;
  std::vector<std::string> files;  // SOURCE or SOURCE:PATH
  std::string script;
  std::vector<std::string> qemu;  // further arguments of QEMU
  std::string under;              // a program, with arguments, that QEMU itself runs under
  Seconds limit = Seconds(150);
};

class Guest {
 public:
  explicit Guest(const GuestPlan& plan);
  ~Guest();

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  // What the script and the rig have said so far.
  [[nodiscard]] std::string said() const { return rig_->out() + rig_->err(); }
  // Whether it says `words` within the limit; gives up when it has ended.
  bool says(const std::string& words, Seconds limit = Seconds(60));
  // The script's exit code; 124 when it did not end in time, 125 when the rig failed.
  int wait();
  // What the script said between the lines "begin NAME" and "end NAME".
  [[nodiscard]] std::string section(const std::string& name) const;

 private:
  std::filesystem::path folder_;
  Seconds limit_;
  std::unique_ptr<e2e::Child> rig_;
};

// A fresh folder for a test; removed with it unless the test failed.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

// A job in a language that no printer here speaks, so that it is taken and thrown away: any bytes, no pages.
std::string foreign_job(std::size_t size);

}  // namespace platen::rigs
