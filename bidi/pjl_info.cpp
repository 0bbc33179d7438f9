#include "bidi/pjl_info.hpp"

#include <algorithm>

namespace platen::bidi {
namespace {

// More of them than any printer has; INFO VARIABLES of the largest have some 300.
constexpr std::size_t max_variables = 1024;

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return result;
}

// "[2 ENUMERATED]", "[READONLY]", "[2 RANGE READONLY]"
void read_attribute(std::string_view attribute, Variable& variable) {
  const std::string words = upper(attribute);
  if (words.find("ENUMERATED") != std::string::npos) variable.kind = Variable::Kind::enumerated;
  if (words.find("RANGE") != std::string::npos) variable.kind = Variable::Kind::range;
  if (words.find("TABLE") != std::string::npos) variable.kind = Variable::Kind::table;
  variable.read_only = words.find("READONLY") != std::string::npos;
}

Variable variable_of(std::string_view line) {
  Variable variable;
  // A quoted value may hold brackets; an attribute is the last thing on its line.
  const auto open = line.ends_with(']') ? line.rfind('[') : std::string_view::npos;
  if (open != std::string_view::npos) read_attribute(line.substr(open), variable);
  const std::string_view rest = trim(line.substr(0, open));
  Field field = parse_field(rest);
  variable.name = field.name.empty() ? field.value : field.name;
  if (!field.name.empty()) variable.value = std::move(field.value);
  return variable;
}

// "12.5" in thousandths; PJL's numbers may have a point.
std::optional<std::int64_t> thousandths(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const auto point = text.find('.');
  const auto whole = number(text.substr(0, point));
  if (!whole) return std::nullopt;
  std::string fraction(point == std::string_view::npos ? "" : text.substr(point + 1));
  fraction.resize(3, '0');
  const auto part = number(fraction);
  if (!part) return std::nullopt;
  const std::int64_t value = std::int64_t{*whole} * 1000 + *part;
  return negative ? -value : value;
}

}  // namespace

std::vector<Variable> variables_of(const Reply& reply) {
  std::vector<Variable> variables;
  if (reply.unsupported()) return variables;
  for (const std::string& line : reply.lines) {
    if (!line.starts_with('\t')) {
      if (variables.size() >= max_variables) break;
      variables.push_back(variable_of(line));
    } else if (!variables.empty()) {
      variables.back().options.emplace_back(trim(line));
    }
  }
  return variables;
}

const Variable* find(const std::vector<Variable>& variables, std::string_view name) {
  const auto at = std::find_if(variables.begin(), variables.end(),
                               [name](const Variable& v) { return same_word(v.name, name); });
  return at == variables.end() ? nullptr : &*at;
}

bool allows(const Variable& variable, std::string_view value) {
  if (variable.read_only) return false;
  if (variable.kind == Variable::Kind::enumerated)
    return std::any_of(variable.options.begin(), variable.options.end(),
                       [value](const std::string& option) { return same_word(option, value); });
  if (variable.kind != Variable::Kind::range || variable.options.size() < 2) return true;
  const auto wanted = thousandths(value);
  const auto low = thousandths(variable.options.front()), high = thousandths(variable.options.back());
  return wanted && (!low || *wanted >= *low) && (!high || *wanted <= *high);
}

std::optional<std::string> inquired(const Reply& reply, std::string_view variable) {
  const std::string name(variable);
  if (reply.unsupported() || reply.lines.empty()) return std::nullopt;
  if (!reply.answers("INQUIRE " + name) && !reply.answers("DINQUIRE " + name)) return std::nullopt;
  // Some repeat the name: RESOLUTION=600.
  const Field field = parse_field(reply.lines.front());
  return field.value;
}

Memory memory_of(const Reply& reply) {
  const auto read = [&](std::string_view name) -> std::optional<std::uint32_t> {
    const std::string* text = find(reply.fields, name);
    return text ? number(*text) : std::nullopt;
  };
  return {read("TOTAL"), read("LARGEST")};
}

Subscriptions subscriptions_of(const Reply& reply) {
  Subscriptions told;
  const auto is = [&](std::string_view name, std::string_view value) {
    const std::string* text = find(reply.fields, name);
    return text && same_word(*text, value);
  };
  if (is("DEVICE", "ON")) told.device = Subscriptions::Device::on;
  if (is("DEVICE", "VERBOSE")) told.device = Subscriptions::Device::verbose;
  told.job = is("JOB", "ON");
  told.page = is("PAGE", "ON");
  if (const std::string* timed = find(reply.fields, "TIMED")) told.timed = number(*timed).value_or(0);
  return told;
}

}  // namespace platen::bidi
