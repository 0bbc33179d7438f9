#include "inf/lint.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "inf/printer_inf.hpp"
#include "inf/text.hpp"

namespace platen::inf {
namespace fs = std::filesystem;
namespace {

using Keys = std::set<std::string_view>;

const Keys version_keys = {"signature",           "class",
                           "classguid",           "provider",
                           "driverver",           "catalogfile",
                           "catalogfile.ntx86",   "catalogfile.ntamd64",
                           "catalogfile.ntarm64", "driverpackagedisplayname",
                           "driverpackagetype",   "pnplockdown"};
const Keys install_keys = {"copyfiles",       "datafile",        "driverfile",  "configfile", "helpfile",
                           "languagemonitor", "printprocessor",  "datasection", "include",    "needs",
                           "defaultdatatype", "driverisolation", "vendorsetup", "driverver",  "addreg",
                           "drivercategory",  "retention",       "portmonitor", "iccprofile"};

// A section name without its decoration: "PLTMONO.NTamd64" is "PLTMONO".
std::string undecorated(const std::string& name) {
  const std::string plain = lower(name);
  const std::size_t dot = plain.find(".nt");
  return dot == std::string::npos ? plain : plain.substr(0, dot);
}

class Linter {
 public:
  Linter(const InfFile& file, const fs::path& folder, const LintOptions& options)
      : file_(file), folder_(folder), options_(options) {}

  std::vector<Finding> run() {
    for (const UndefinedString& missing : file_.undefined_strings())
      find(missing.line, "The string %" + missing.name + "% is not defined in [Strings].");
    use({"version", "manufacturer", "strings", "destinationdirs", "sourcedisksnames", "sourcedisksfiles",
         "controlflags", "previous names"});
    unknown_keys("Version", version_keys);
    manufacturers();
    while (!installs_.empty()) {
      const std::string next = *installs_.begin();
      installs_.erase(installs_.begin());
      install(next);
    }
    destinations();
    disks();
    unused();
    std::stable_sort(found_.begin(), found_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<Finding> findings;
    for (auto& [line, sentence] : found_) findings.push_back({file_.at(line), std::move(sentence)});
    return findings;
  }

 private:
  void find(std::uint32_t line, std::string sentence) { found_.emplace_back(line, std::move(sentence)); }
  void use(std::initializer_list<std::string> names) { used_.insert(names.begin(), names.end()); }

  void unknown_keys(const std::string& section, const Keys& known) {
    for (const Entry& entry : file_.entries(section))
      if (!known.contains(lower(entry.key)))
        find(entry.line, "\"" + entry.name() + "\" means nothing in [" + section + "].");
  }

  void manufacturers() {
    for (const Entry& maker : file_.entries("Manufacturer")) {
      const std::string base = maker.value().empty() ? maker.key : maker.value();
      std::vector<std::string> sections;
      for (std::size_t i = 1; i < maker.values.size(); ++i) sections.push_back(base + "." + maker.values[i]);
      if (sections.empty()) sections.push_back(base);
      for (const std::string& name : sections) {
        if (!file_.find(name)) find(maker.line, "The models section [" + name + "] is not in the file.");
        models(name);
      }
    }
  }

  void models(const std::string& section) {
    used_.insert(lower(section));
    std::map<std::string, std::string> owners;
    for (const Entry& model : file_.entries(section)) {
      if (is_defined(model.value())) {
        installs_.insert(model.value());
      } else {
        find(model.line, "The install section [" + model.value() + "] is not in the file.");
      }
      if (model.values.size() < 2) find(model.line, "The model \"" + model.key + "\" has no hardware id.");
      for (std::size_t i = 1; i < model.values.size(); ++i) {
        const auto [owner, is_new] = owners.emplace(lower(model.values[i]), model.key);
        if (!is_new && owner->second != model.key)
          find(model.line, "\"" + model.key + "\" has the hardware id of \"" + owner->second + "\".");
      }
    }
  }

  bool is_defined(const std::string& name) const {
    if (file_.find(name)) return true;
    for (const Platform platform : {Platform::amd64, Platform::x86, Platform::arm64})
      if (file_.find(name + "." + std::string(decoration(platform)))) return true;
    return file_.find(name + ".NT") != nullptr;
  }

  void install(const std::string& name) {
    if (!used_.insert(undecorated(name)).second) return;
    for (const Section& section : file_.sections()) {
      if (undecorated(section.name) != undecorated(name)) continue;
      used_.insert(lower(section.name));
      unknown_keys(section.name, install_keys);
      for (const Entry& entry : section.entries) directive(entry);
    }
  }

  void directive(const Entry& entry) {
    if (same_word(entry.key, "CopyFiles"))
      for (const std::string& what : entry.values) copied(what, entry.line);
    if (same_word(entry.key, "DataFile") || same_word(entry.key, "DriverFile") ||
        same_word(entry.key, "ConfigFile") || same_word(entry.key, "HelpFile"))
      needed_.emplace(lower(entry.value()), entry.line);
    if (same_word(entry.key, "DataSection")) {
      if (file_.find(entry.value()))
        installs_.insert(entry.value());
      else
        find(entry.line, "The section [" + entry.value() + "] is not in the file.");
    }
    if (same_word(entry.key, "Include")) includes_ = true;
    if (same_word(entry.key, "Needs"))
      for (const std::string& need : entry.values) {
        if (file_.find(need))
          installs_.insert(need);
        else if (!includes_)
          find(entry.line, "The section [" + need + "] is not in the file, and no Include names one.");
      }
  }

  void copied(const std::string& what, std::uint32_t line) {
    if (what.starts_with('@')) {
      copied_.emplace(lower(what.substr(1)), line);
      return;
    }
    const Section* section = file_.find(what);
    if (!section) {
      find(line, "The section [" + what + "] is not in the file.");
      return;
    }
    used_.insert(lower(what));
    for (const Entry& entry : section->entries) {
      const bool renamed = entry.key.empty() && !entry.value(1).empty();
      copied_.emplace(lower(renamed ? entry.value(1) : entry.name()), entry.line);
    }
  }

  void destinations() {
    if (!file_.find("DestinationDirs", "DefaultDestDir") && !copied_.empty())
      find(1, "[DestinationDirs] has no DefaultDestDir; printer drivers go to 66000.");
    for (const Entry& entry : file_.entries("DestinationDirs"))
      if (!same_word(entry.key, "DefaultDestDir") && !file_.find(entry.key))
        find(entry.line,
             "[DestinationDirs] names the section [" + entry.key + "], which is not in the file.");
  }

  void disks() {
    std::set<std::string> disk_files;
    for (const Section& section : file_.sections()) {
      if (!lower(section.name).starts_with("sourcedisksfiles")) continue;
      used_.insert(lower(section.name));
      for (const Entry& entry : section.entries) {
        disk_files.insert(lower(entry.key));
        on_disk(entry, lower(section.name).substr(std::string_view("sourcedisksfiles").size()));
      }
    }
    for (const auto& [name, line] : copied_)
      if (!disk_files.contains(name)) find(line, "The file " + name + " is not in [SourceDisksFiles].");
    // What Windows itself brings, as unidrv.dll, comes with an Include.
    for (const auto& [name, line] : needed_)
      if (!copied_.contains(name) && !includes_)
        find(line, "The file " + name + " is not copied by any CopyFiles.");
  }

  void on_disk(const Entry& entry, const std::string& suffix) {
    const std::string names = "SourceDisksNames";
    const Entry* disk = file_.find(names + suffix, entry.value());
    if (!disk) disk = file_.find(names, entry.value());
    used_.insert(lower(names + suffix));
    if (!disk) {
      find(entry.line, "The disk \"" + entry.value() + "\" is not in [SourceDisksNames].");
      return;
    }
    std::string path = disk->value(3) + "/" + entry.value(1) + "/" + entry.key;
    std::replace(path.begin(), path.end(), '\\', '/');
    path.erase(0, std::min(path.find_first_not_of('/'), path.size()));
    std::error_code ec;
    if (!options_.built_later.contains(lower(entry.key)) && !fs::is_regular_file(folder_ / path, ec))
      find(entry.line, "The file " + path + " does not exist.");
  }

  void unused() {
    for (const Section& section : file_.sections()) {
      const std::string name = lower(section.name);
      if (!used_.contains(name) && !name.starts_with("strings."))
        find(section.line, "Nothing uses the section [" + section.name + "].");
    }
  }

  const InfFile& file_;
  const fs::path& folder_;
  const LintOptions& options_;
  std::vector<std::pair<std::uint32_t, std::string>> found_;
  std::set<std::string> used_;                   // sections, lower case
  std::set<std::string> installs_;               // still to be looked at
  std::map<std::string, std::uint32_t> copied_;  // file and the line that copies it
  std::map<std::string, std::uint32_t> needed_;
  bool includes_ = false;
};

}  // namespace

std::vector<Finding> lint(const InfFile& file, const fs::path& folder, const LintOptions& options) {
  return Linter(file, folder, options).run();
}

}  // namespace platen::inf
