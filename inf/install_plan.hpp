// Installing a model: what is needed is looked for before anything is copied, and what is copied appears at
// once or not at all.
//
//   auto plan = plan_install(inf, model);                     // every file is there and readable
//   auto driver = copy_driver(*plan, state / "drivers" / "T640");
//   launch("platen-render", {"--gpd", driver->gpd, …});
//
// Both read and write small local files and block meanwhile. copy_driver() replaces an older copy of the same
// driver; killed at any step, it leaves the old copy or the new one, and at most a folder named ".…" beside
// it, which the next call clears away.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "inf/printer_inf.hpp"

namespace platen::inf {

// A GPD has tens of kilobytes; what is larger is no GPD.
inline constexpr std::uintmax_t largest_driver_file = 16U << 20;

struct PlannedFile {
  std::filesystem::path from;  // where it is now
  std::filesystem::path to;    // relative to the driver's folder
};

struct InstallPlan {
  Model model;
  std::vector<PlannedFile> files;  // the INF first, the GPD second, then GPD files that it may include
};

struct InstalledDriver {
  std::filesystem::path folder;
  std::filesystem::path inf;
  std::filesystem::path gpd;
};

// Of what the model's sections copy, Platen needs the GPD files; DLLs, help and colour profiles are for
// Windows.
Result<InstallPlan> plan_install(const PrinterInf& inf, const Model& model);
Result<InstalledDriver> copy_driver(const InstallPlan& plan, const std::filesystem::path& into);

}  // namespace platen::inf
