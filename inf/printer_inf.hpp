// An INF file as the installation of a printer sees it: which models it knows, and what each of them needs.
//
//   auto inf = read_printer_inf("/usr/share/platen/platen.inf");
//   for (const Model& model : inf->models) …            // model.data_file: "gpd/pltmono.gpd"
//
// All errors name file and line. Values; any thread. read_printer_inf() reads a file, understand() is pure.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "inf/inf_file.hpp"

namespace platen::inf {

// The processor in the decorations of section names: [Lexmark.NTamd64].
enum class Platform { amd64, x86, arm64 };
Platform native_platform();
std::string_view decoration(Platform platform);  // "NTamd64"

struct Version {
  std::string signature;
  std::string class_name;
  std::string class_guid;
  std::string provider;
  std::string driver_ver;  // "01/31/2026,1.0.0.0"
  std::string catalog_file;
};

// A file that a model's installation copies.
struct DriverFile {
  std::string name;    // in the printer driver's folder
  std::string source;  // where it is, relative to the INF's folder, with '/': "gpd/pltmono.gpd"
  int folder = 66000;  // Windows' number of the folder it goes to; 66000 is the printer driver's own
  std::uint32_t line = 0;
};

struct Model {
  std::string name;          // "Lexmark T640"
  std::string manufacturer;  // "Lexmark"
  std::string install_section;
  std::vector<std::string> hardware_ids;  // as written: USBPRINT\…, LPTENUM\…
  std::vector<std::string> compatible_ids;
  std::string data_file;  // the GPD's source, as DriverFile::source; empty when the INF names none
  std::string driver_file;
  std::string config_file;
  std::string help_file;
  std::string language_monitor;  // "Platen Language Monitor,platenlm.dll"
  std::string print_processor;
  std::vector<DriverFile> files;      // all that are copied, each once
  std::vector<std::string> includes;  // other INF files that Windows reads for this model
  std::vector<std::string> needs;     // sections of those
  std::vector<std::string> previous_names;
  bool selectable = true;  // false: [ControlFlags] keeps it out of lists
  std::uint32_t line = 0;
};

struct PrinterInf {
  std::string name;            // as errors call it
  std::filesystem::path path;  // of the INF file; empty when it was understood from memory
  Version version;
  Platform platform{};
  std::vector<Model> models;  // in the file's order; at least one
  [[nodiscard]] std::filesystem::path folder() const { return path.parent_path(); }
};

Result<PrinterInf> understand(const InfFile& file, Platform platform);
Result<PrinterInf> read_printer_inf(const std::filesystem::path& path, Platform platform = native_platform());
// The grammar only; for the linter.
Result<InfFile> read_inf_file(const std::filesystem::path& path);

}  // namespace platen::inf
