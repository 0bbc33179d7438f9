#include "inf/printer_inf.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>

#include "inf/text.hpp"

namespace platen::inf {
namespace {

constexpr std::string_view printer_class_guid = "{4D36E979-E325-11CE-BFC1-08002BE10318}";
constexpr int printer_driver_folder = 66000;

// The sections that describe one model's installation: the install section, its DataSection, and what it
// Needs.
constexpr std::size_t most_sections_of_a_model = 64;
// Windows takes 64 dependent files; and bounds on what a hostile file can make us copy for each of its
// models.
constexpr std::size_t most_files = 128;
constexpr std::size_t most_names = 64;
constexpr std::size_t most_models = 10'000;

class Reader {
 public:
  Reader(const InfFile& file, Platform platform) : file_(file), platform_(platform) {
    inf_.platform = platform;
  }

  Result<PrinterInf> run() {
    inf_.name = file_.name();
    if (auto read = read_version(); !read) return read.error();
    read_destinations();
    if (auto read = read_manufacturers(); !read) return read.error();
    if (inf_.models.empty())
      return fail(Errc::unsupported, "read", file_.name(),
                  "It lists no printer models for " + std::string(decoration(platform_)) +
                      " in its [Manufacturer] section.");
    read_control_flags();
    return std::move(inf_);
  }

 private:
  std::string text_of(std::string_view section, std::string_view key) const {
    const Entry* entry = file_.find(section, key);
    return entry ? entry->value() : std::string();
  }

  Result<void> read_version() {
    const Section* version = file_.find("Version");
    if (!version)
      return fail(Errc::malformed, "read", file_.name(),
                  "It has no [Version] section; this is not an INF file.");
    inf_.version = {text_of("Version", "Signature"), text_of("Version", "Class"),
                    text_of("Version", "ClassGUID"), text_of("Version", "Provider"),
                    text_of("Version", "DriverVer"), text_of("Version", "CatalogFile")};
    if (const Entry* driver_ver = file_.find("Version", "DriverVer");
        driver_ver && driver_ver->values.size() > 1)
      inf_.version.driver_ver += "," + driver_ver->value(1);
    if (!same_word(inf_.version.signature, "$Windows NT$") && !same_word(inf_.version.signature, "$Chicago$"))
      return file_.wrong(version->line, "The Signature in [Version] must be \"$Windows NT$\".");
    const bool printer_guid = same_word(inf_.version.class_guid, printer_class_guid);
    if (!same_word(inf_.version.class_name, "Printer") || (!inf_.version.class_guid.empty() && !printer_guid))
      return fail(Errc::unsupported, "read", file_.at(version->line),
                  "It installs devices of the class \"" + inf_.version.class_name + "\", not printers.");
    if (const Entry* v4 = file_.find("Version", "ClassVer"))
      return fail(Errc::unsupported, "read", file_.at(v4->line),
                  "It holds a version 4 printer driver; Platen reads version 3 ones.");
    return {};
  }

  void read_destinations() {
    for (const Entry& entry : file_.entries("DestinationDirs")) {
      int folder = 0;
      for (const char c : entry.value().substr(0, 9))
        if (c >= '0' && c <= '9') folder = folder * 10 + (c - '0');
      if (same_word(entry.key, "DefaultDestDir")) default_folder_ = folder;
      folders_[lower(entry.key)] = folder;
    }
  }

  // The most decorated of [name.NTamd64], [name.NT] and [name].
  const Section* decorated(const std::string& name) const {
    for (const std::string& suffix :
         {"." + std::string(decoration(platform_)), std::string(".NT"), std::string()})
      if (const Section* section = file_.find(name + suffix)) return section;
    return nullptr;
  }

  Result<void> read_manufacturers() {
    if (!file_.find("Manufacturer"))
      return fail(Errc::malformed, "read", file_.name(), "It has no [Manufacturer] section.");
    for (const Entry& entry : file_.entries("Manufacturer")) {
      const std::string base = entry.value().empty() ? entry.key : entry.value();
      const Section* models = models_section(entry, base);
      if (!models && entry.values.size() < 2)
        return file_.wrong(entry.line,
                           "There is no section [" + base + "] with the models of " + entry.name() + ".");
      if (!models) continue;
      for (const Entry& model : models->entries)
        if (auto read = read_model(model, entry.name()); !read) return read.error();
    }
    return {};
  }

  // Among decorations like NTamd64.6.0, the last one listed for our processor: INFs list newer systems later.
  const Section* models_section(const Entry& manufacturer, const std::string& base) const {
    const Section* chosen = nullptr;
    const std::string wanted = lower(decoration(platform_));
    for (std::size_t i = 1; i < manufacturer.values.size(); ++i) {
      const std::string listed = lower(manufacturer.values[i]);
      if (listed != wanted && !listed.starts_with(wanted + ".")) continue;
      if (const Section* section = file_.find(base + "." + manufacturer.values[i])) chosen = section;
    }
    return chosen ? chosen : decorated(base);
  }

  Result<void> read_model(const Entry& entry, const std::string& manufacturer) {
    if (entry.key.empty() || entry.value().empty())
      return file_.wrong(entry.line, "A model is written as \"name\" = install section, hardware id.");
    const std::string key = manufacturer + '\n' + entry.key + '\n' + lower(entry.value());
    const auto [place, is_new] = places_.try_emplace(key, inf_.models.size());
    if (is_new) {
      if (places_.size() > most_models) return file_.wrong(entry.line, "The file has too many models.");
      Model fresh;
      fresh.name = entry.key;
      fresh.manufacturer = manufacturer;
      fresh.install_section = entry.value();
      fresh.line = entry.line;
      if (auto read = read_install_section(fresh); !read) return read.error();
      inf_.models.push_back(std::move(fresh));
    }
    Model& model = inf_.models[place->second];
    for (std::size_t i = 1; i < entry.values.size(); ++i) {
      auto& ids = i == 1 ? model.hardware_ids : model.compatible_ids;
      if (!entry.values[i].empty()) ids.push_back(entry.values[i]);
    }
    return {};
  }

  Result<void> read_install_section(Model& model) {
    if (const auto known = installs_.find(lower(model.install_section)); known != installs_.end()) {
      Model copy = known->second;
      copy.name = model.name;
      copy.manufacturer = model.manufacturer;
      copy.line = model.line;
      model = std::move(copy);
      return {};
    }
    const Section* install = decorated(model.install_section);
    if (!install)
      return file_.wrong(model.line, "The install section [" + model.install_section + "] of \"" +
                                         model.name + "\" is not in the file.");
    std::vector<const Section*> sections = {install};
    for (std::size_t i = 0; i < sections.size() && sections.size() < most_sections_of_a_model; ++i)
      if (auto read = read_directives(*sections[i], model, sections); !read) return read.error();
    installs_[lower(model.install_section)] = model;
    return {};
  }

  Result<void> read_directives(const Section& section, Model& model, std::vector<const Section*>& sections) {
    auto also = [&sections](const Section* more) {
      if (more && std::find(sections.begin(), sections.end(), more) == sections.end())
        sections.push_back(more);
    };
    for (const Entry& entry : section.entries) {
      if (same_word(entry.key, "CopyFiles")) {
        for (const std::string& what : entry.values)
          if (auto added = copy_files(what, entry, model); !added) return added.error();
      } else if (same_word(entry.key, "DataFile")) {
        auto source = source_of(entry.value(), entry.line);
        if (!source) return source.error();
        model.data_file = *source;
      } else if (same_word(entry.key, "DriverFile")) {
        model.driver_file = entry.value();
      } else if (same_word(entry.key, "ConfigFile")) {
        model.config_file = entry.value();
      } else if (same_word(entry.key, "HelpFile")) {
        model.help_file = entry.value();
      } else if (same_word(entry.key, "LanguageMonitor")) {
        model.language_monitor = joined(entry);
      } else if (same_word(entry.key, "PrintProcessor")) {
        model.print_processor = joined(entry);
      } else if (same_word(entry.key, "DataSection")) {
        const Section* data = file_.find(entry.value());
        if (!data) return file_.wrong(entry.line, "The section [" + entry.value() + "] is not in the file.");
        also(data);
      } else if (same_word(entry.key, "Include")) {
        add_names(model.includes, entry.values);
      } else if (same_word(entry.key, "Needs")) {
        add_names(model.needs, entry.values);
        for (const std::string& need : entry.values) also(file_.find(need));
      }
    }
    return {};
  }

  static void add_names(std::vector<std::string>& names, const std::vector<std::string>& more) {
    for (const std::string& name : more)
      if (names.size() < most_names && !name.empty()) names.push_back(name);
  }

  // "Name,dll" may be written with or without quotes around the whole.
  static std::string joined(const Entry& entry) {
    std::string text;
    for (const std::string& value : entry.values) text += (text.empty() ? "" : ",") + value;
    return text;
  }

  Result<void> copy_files(const std::string& what, const Entry& entry, Model& model) {
    if (what.empty()) return {};
    if (what.front() == '@')
      return add_file(what.substr(1), what.substr(1), default_folder_, entry.line, model);
    const Section* section = file_.find(what);
    if (!section)
      return file_.wrong(entry.line, "CopyFiles names the section [" + what + "], which is not in the file.");
    const auto folder = folders_.find(lower(what));
    for (const Entry& file : section->entries) {
      const std::string& name = file.name();
      const std::string& from = file.key.empty() && !file.value(1).empty() ? file.value(1) : name;
      auto added =
          add_file(name, from, folder == folders_.end() ? default_folder_ : folder->second, file.line, model);
      if (!added) return added.error();
    }
    return {};
  }

  Result<void> add_file(const std::string& name, const std::string& from, int folder, std::uint32_t line,
                        Model& model) {
    if (name.empty() || name.find_first_of("/\\:") != std::string::npos)
      return file_.wrong(line, "\"" + name + "\" is no file name; a folder is given in [SourceDisksFiles].");
    auto source = source_of(from, line);
    if (!source) return source.error();
    for (const DriverFile& known : model.files)
      if (known.folder == folder && same_word(known.name, name)) return {};
    if (model.files.size() == most_files) return file_.wrong(line, "The model copies too many files.");
    model.files.push_back({name, *source, folder, line});
    return {};
  }

  // Where [SourceDisksFiles] and [SourceDisksNames] put a file; beside the INF when they do not name it. A
  // path that leaves the INF's folder is refused: installing must not read other files.
  Result<std::string> source_of(const std::string& name, std::uint32_t line) const {
    std::string path;
    if (const Entry* entry = in_decorated("SourceDisksFiles", name)) {
      line = entry->line;
      if (const Entry* disk = in_decorated("SourceDisksNames", entry->value())) path = disk->value(3) + "\\";
      path += entry->value(1) + "\\";
    }
    path += name;
    std::string clean;
    for (std::string_view rest = path; !rest.empty();) {
      const std::size_t end = std::min(rest.find_first_of("\\/"), rest.size());
      const std::string_view part = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (part.empty() || part == ".") continue;
      if (part == ".." || part.find(':') != std::string_view::npos)
        return file_.wrong(line, "The path \"" + path + "\" leads out of the INF's own folder.");
      clean += (clean.empty() ? "" : "/") + std::string(part);
    }
    if (clean.empty()) return file_.wrong(line, "A file name is missing.");
    return clean;
  }

  const Entry* in_decorated(const std::string& section, const std::string& key) const {
    // Windows' name for these two sections leaves out the NT: [SourceDisksFiles.amd64].
    const std::string processor(decoration(platform_).substr(2));
    const Entry* entry = file_.find(section + "." + processor, key);
    return entry ? entry : file_.find(section, key);
  }

  void read_control_flags() {
    std::multimap<std::string, Model*> by_id;
    std::multimap<std::string, Model*> by_name;
    for (Model& model : inf_.models) {
      by_name.emplace(lower(model.name), &model);
      for (const std::string& id : model.hardware_ids) by_id.emplace(lower(id), &model);
      for (const std::string& id : model.compatible_ids) by_id.emplace(lower(id), &model);
    }
    for (const Entry& entry : file_.entries("ControlFlags")) {
      if (!lower(entry.key).starts_with("excludefromselect")) continue;
      for (const std::string& excluded : entry.values) {
        if (excluded == "*") all_excluded_ = true;
        for (auto [at, end] = by_id.equal_range(lower(excluded)); at != end; ++at)
          at->second->selectable = false;
      }
    }
    if (all_excluded_)
      for (Model& model : inf_.models) model.selectable = false;
    for (const Entry& entry : file_.entries("Previous Names"))
      for (auto [at, end] = by_name.equal_range(lower(entry.key)); at != end; ++at)
        if (at->second->previous_names.size() < most_names)
          at->second->previous_names.push_back(entry.value());
  }

  const InfFile& file_;
  const Platform platform_;
  PrinterInf inf_;
  int default_folder_ = printer_driver_folder;
  std::map<std::string, int> folders_;
  std::map<std::string, std::size_t> places_;  // of models in inf_.models
  bool all_excluded_ = false;
  std::map<std::string, Model> installs_;  // many models share one section
};

}  // namespace

Platform native_platform() {
#if defined(__aarch64__)
  return Platform::arm64;
#elif defined(__i386__)
  return Platform::x86;
#else
  return Platform::amd64;
#endif
}

std::string_view decoration(Platform platform) {
  switch (platform) {
    case Platform::x86:
      return "NTx86";
    case Platform::arm64:
      return "NTarm64";
    case Platform::amd64:
      break;
  }
  return "NTamd64";
}

Result<PrinterInf> understand(const InfFile& file, Platform platform) {
  return Reader(file, platform).run();
}

Result<InfFile> read_inf_file(const std::filesystem::path& path) {
  std::error_code ec;
  if (std::filesystem::is_directory(path, ec))
    return fail(Errc::unsupported, "read the printer INF", path.string(),
                "It is a folder; name the .inf file in it.");
  std::ifstream in(path, std::ios::binary);
  if (!in)
    return fail_errno(errno, "read the printer INF", path.string(), "Check the path and its permissions.");
  std::string bytes(largest_inf + 1, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  if (in.bad())
    return fail(Errc::failed, "read the printer INF", path.string(), "The disk did not give its contents.");
  return InfFile::parse(bytes, path.string());
}

Result<PrinterInf> read_printer_inf(const std::filesystem::path& path, Platform platform) {
  auto file = read_inf_file(path);
  if (!file) return file.error();
  auto inf = understand(*file, platform);
  if (!inf) return inf.error();
  inf->path = path;
  return inf;
}

}  // namespace platen::inf
