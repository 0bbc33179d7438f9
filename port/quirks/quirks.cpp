#include "port/quirks/quirks.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "base/glob.hpp"
#include "base/log.hpp"

namespace platen::port {

extern const std::string_view built_in_quirks;  // quirks/usb.quirks, see CMakeLists.txt

namespace {

constexpr std::string_view suffix = ".quirks";
constexpr const char* user_folder = "/etc/platen/quirks.d";

struct Name {
  std::string_view name;
  void (*set)(Quirks& quirks, bool on);
  bool opening = false;  // says how to open it
};

constexpr std::array kNames{
    Name{"unidir", [](Quirks& q, bool on) { q.unidir = on; }},
    Name{"vendor-class", [](Quirks& q, bool on) { q.vendor_class = on; }, true},
    Name{"no-alternate", [](Quirks& q, bool on) { q.no_alternate = on; }, true},
    Name{"no-soft-reset", [](Quirks& q, bool on) { q.no_soft_reset = on; }},
    Name{"reattach", [](Quirks& q, bool on) { q.reattach = on; }},
    Name{"zero-length", [](Quirks& q, bool on) { q.zero_length = on; }},
    Name{"prod", [](Quirks& q, bool on) { q.prod = on; }},
    Name{"ignore", [](Quirks& q, bool on) { q.ignore = on; }, true},
    Name{"protocol-1", [](Quirks& q, bool on) { q.protocol = on ? 1 : 0; }, true},
    Name{"protocol-2", [](Quirks& q, bool on) { q.protocol = on ? 2 : 0; }, true},
    Name{"protocol-3", [](Quirks& q, bool on) { q.protocol = on ? 3 : 0; }, true},
};

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::optional<std::uint16_t> read_id(std::string_view text) {
  std::uint16_t number = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  if (text.size() != 4 || ec != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

const Name* find_name(std::string_view flag) {
  if (flag.starts_with('-')) flag.remove_prefix(1);
  const auto found = std::ranges::find(kNames, flag, &Name::name);
  return found == kNames.end() ? nullptr : &*found;
}

}  // namespace

std::vector<std::string_view> quirk_names() {
  std::vector<std::string_view> names;
  for (const Name& name : kNames) names.push_back(name.name);
  return names;
}

const QuirkTable& QuirkTable::built_in() {
  static const QuirkTable table = [] {
    QuirkTable made;
    for (const Error& error : made.add(built_in_quirks, "usb.quirks"))
      named_log("quirks")->error(error.sentence());
    return made;
  }();
  return table;
}

const QuirkTable& QuirkTable::installed() {
  static const QuirkTable table = [] {
    QuirkTable made = built_in();
    const char* folder = std::getenv("PLATEN_QUIRKS");
    for (const Error& error : made.add_folder(folder ? folder : user_folder))
      named_log("quirks")->warn(error.sentence());
    return made;
  }();
  return table;
}

Result<QuirkTable::Row> QuirkTable::parse(std::string_view line) {
  const auto wrong = [](std::string advice) {
    return fail(Errc::malformed, "understand", "the quirk", std::move(advice));
  };
  std::array<std::string_view, 4> fields;
  std::string_view rest = line;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto bar = i + 1 < fields.size() ? rest.find('|') : std::string_view::npos;
    fields[i] = trim(rest.substr(0, bar));
    if (i + 1 < fields.size()) {
      if (bar == std::string_view::npos)
        return wrong(
            "It needs four fields with '|' between: what it is for, flags, origin, the bug it answers.");
      rest.remove_prefix(bar + 1);
    }
    if (fields[i].empty()) return wrong("None of its four fields may be empty.");
  }
  Row row{.origin = std::string(fields[2]), .bug = std::string(fields[3])};
  constexpr std::string_view by_model = "model:", by_id = "id:";
  if (fields[0].starts_with(by_model) || fields[0].starts_with(by_id)) {
    std::string& glob = fields[0].starts_with(by_id) ? row.id : row.model;
    glob = trim(fields[0].substr(fields[0].find(':') + 1));
    if (glob.empty()) return wrong("A name, with * and ?, must follow \"model:\" and \"id:\".");
  } else {
    const auto vendor = read_id(fields[0].substr(0, 4));
    const bool split = fields[0].size() > 5 && fields[0][4] == ':';
    row.any_product = split && fields[0].substr(5) == "*";
    const auto product = split && !row.any_product ? read_id(fields[0].substr(5)) : std::nullopt;
    if (!vendor || (!product && !row.any_product))
      return wrong("It must begin with VVVV:PPPP, VVVV:*, model:NAME or id:NAME.");
    row.vendor = *vendor;
    row.product = product.value_or(0);
  }
  std::istringstream flags{std::string(fields[1])};
  for (std::string flag; flags >> flag;) {
    const Name* name = find_name(flag);
    if (!name) return wrong("\"" + flag + "\" is not a flag.");
    if (name->opening && !row.id.empty())
      return wrong("\"" + flag + "\" says how to open the printer, and its id is known only after that.");
    row.flags.push_back(flag);
  }
  return row;
}

std::vector<Error> QuirkTable::add(std::string_view text, const std::string& name) {
  std::vector<Error> errors;
  for (int number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    line = trim(line);
    if (line.empty() || line.starts_with('#')) continue;  // elsewhere it begins a bug's number
    auto row = parse(line);
    if (row) {
      rows_.push_back(std::move(*row));
    } else {
      errors.push_back(row.error());
      errors.back().object = name + ":" + std::to_string(number);
    }
  }
  return errors;
}

std::vector<Error> QuirkTable::add_folder(const std::string& folder) {
  namespace fs = std::filesystem;
  std::vector<fs::path> files;
  std::error_code ec;
  for (fs::directory_iterator entry(folder, ec), end; !ec && entry != end; entry.increment(ec))
    if (entry->path().extension() == suffix) files.push_back(entry->path());
  std::ranges::sort(files);
  std::vector<Error> errors;
  for (const fs::path& path : files) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file)
      errors.push_back(fail(Errc::failed, "read", path.string(), "Its quirks are not used."));
    else
      std::ranges::move(add(text.str(), path.string()), std::back_inserter(errors));
  }
  return errors;
}

Quirks QuirkTable::find(std::uint16_t vendor, std::uint16_t product, std::string_view model,
                        std::string_view id) const {
  Quirks quirks;
  for (const Row& row : rows_) {
    const bool applies = !row.id.empty() ? !id.empty() && matches_glob(row.id, id)
                         : !row.model.empty()
                             ? matches_glob(row.model, model)
                             : row.vendor == vendor && (row.any_product || row.product == product);
    if (!applies) continue;
    for (const std::string& flag : row.flags) find_name(flag)->set(quirks, !flag.starts_with('-'));
  }
  return quirks;
}

bool QuirkTable::wants_ids() const {
  return std::ranges::any_of(rows_, [](const Row& row) { return !row.id.empty(); });
}

}  // namespace platen::port
