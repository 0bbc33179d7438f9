// The file in which a printer's SupplyBook outlives its monitor. Written by a thread of its own, since a disk
// may take long: the newest text wins, and is on the disk whole or not at all.
//
//   SupplyFile file("/var/lib/platen/supplies/7", log);
//   monitor.remember(file.read());
//   file.keep(book.text());          // returns at once
//
// Owned by the host, called on its reactor's thread. Its destructor waits until the last text is written.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <spdlog/logger.h>

#include "base/lock.hpp"
#include "bidi/supply_book.hpp"

namespace platen::langmon {

class SupplyFile {
 public:
  SupplyFile(std::filesystem::path path, std::shared_ptr<spdlog::logger> log);
  ~SupplyFile();
  SupplyFile(const SupplyFile&) = delete;
  SupplyFile& operator=(const SupplyFile&) = delete;

  // An empty book when there is no file, or one that nobody can read; the log then says so.
  [[nodiscard]] bidi::SupplyBook read() const;
  void keep(std::string text);

 private:
  void write();

  const std::filesystem::path path_;
  std::shared_ptr<spdlog::logger> log_;
  Mutex mutex_;
  Signal changed_;
  std::optional<std::string> due_ PLATEN_GUARDED_BY(mutex_);
  bool ending_ PLATEN_GUARDED_BY(mutex_) = false;
  std::thread writer_;  // begun with the first text: most printers have nothing to keep
};

}  // namespace platen::langmon
