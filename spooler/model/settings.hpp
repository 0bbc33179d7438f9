// Where a spooler keeps its things, and what it may do by itself.
#pragma once

#include <cstdint>
#include <filesystem>

namespace platen::spooler {

struct Settings {
  std::filesystem::path state;    // platen.db, jobs/, drivers/, run/
  std::filesystem::path libexec;  // platen-render, platen-monitor
  bool auto_install = false;      // printers that are plugged in
  std::filesystem::path inf_dir;  // of INF files for those; need not exist
  std::uint64_t largest_document = 4ULL << 30;
  bool inline_disk =
      false;  // write on the reactor: for simulations, whose clock must not run ahead of the disk
};

}  // namespace platen::spooler
