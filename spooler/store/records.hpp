// What the store keeps of a printer and of a job: the public value and what only the spooler itself needs.
#pragma once

#include <filesystem>

#include "spooler/model/model.hpp"

namespace platen::spooler {

struct JobRecord {
  Job job;
  std::uint32_t pages_before = 0;  // pages that were out before the present attempt began
  std::uint32_t pages_out = 0;     // out by the printer's word; not shown as done before it is on the disk
  bool rendered = false;  // the present attempt's renderer ended well: all its data is with the monitor
  std::string note;       // what happened to it on its way, for a person; stays until it is over
};

struct PrinterRecord {
  std::int64_t number = 0;  // names its monitor's socket; never given twice
  Printer printer;
  std::filesystem::path gpd;  // under drivers/
};

}  // namespace platen::spooler
