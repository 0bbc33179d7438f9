#include "inf/match.hpp"

#include <algorithm>
#include <numeric>

#include "inf/text.hpp"

namespace platen::inf {
namespace {

constexpr std::size_t most_near_models = 5;
// Longer names are cut before they are compared letter by letter.
constexpr std::size_t longest_compared_name = 64;

bool any_same(const std::vector<std::string>& some, const std::vector<std::string>& others) {
  return std::any_of(some.begin(), some.end(), [&others](const std::string& one) {
    return std::any_of(others.begin(), others.end(),
                       [&one](const std::string& other) { return same_word(one, other); });
  });
}

// "Lexmark International" and "Lexmark" are one maker; so the first word is what counts.
std::string without_maker(std::string_view name, std::string_view manufacturer) {
  std::string plain = lower(trim(name));
  for (std::string maker : {lower(manufacturer), lower(manufacturer.substr(0, manufacturer.find(' ')))}) {
    maker += ' ';
    if (maker.size() > 1 && plain.starts_with(maker)) return std::string(trim(plain.substr(maker.size())));
  }
  return plain;
}

bool named(const Model& model, std::string_view name) {
  const std::string wanted = without_maker(name, model.manufacturer);
  if (wanted.empty()) return false;
  if (without_maker(model.name, model.manufacturer) == wanted) return true;
  return std::any_of(
      model.previous_names.begin(), model.previous_names.end(),
      [&](const std::string& previous) { return without_maker(previous, model.manufacturer) == wanted; });
}

// Levenshtein's.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

std::string near_sentence(const PrinterInf& inf, std::string_view name) {
  const auto near = near_models(inf, name);
  if (near.empty()) return "None of its models looks like it; choose one with --model.";
  std::string text = "Models that look like it:";
  for (const std::string& one : near) text += (&one == &near.front() ? " " : ", ") + one;
  return text + ". Choose one with --model.";
}

}  // namespace

std::vector<Match> matches(const PrinterInf& inf, const DeviceId& id) {
  const auto hardware = hardware_ids(id);
  const auto compatible = compatible_ids(id);
  std::vector<Match> found;
  for (const Model& model : inf.models) {
    if (any_same(model.hardware_ids, hardware))
      found.push_back({&model, Fit::hardware_id});
    else if (any_same(model.compatible_ids, hardware) || any_same(model.compatible_ids, compatible) ||
             any_same(model.hardware_ids, compatible))
      found.push_back({&model, Fit::compatible_id});
    else if (named(model, id.model))
      found.push_back({&model, Fit::name});
  }
  std::stable_sort(found.begin(), found.end(), [](const Match& a, const Match& b) { return a.fit < b.fit; });
  return found;
}

std::vector<Match> matches(const PrinterInf& inf, std::string_view model_name) {
  std::vector<Match> found;
  for (const Model& model : inf.models)
    if (named(model, model_name)) found.push_back({&model, Fit::name});
  return found;
}

Result<Model> find_model(const PrinterInf& inf, std::string_view device_id_or_model) {
  const DeviceId id = parse_device_id(device_id_or_model);
  const auto found = id.empty() ? matches(inf, trim(device_id_or_model)) : matches(inf, id);
  if (!found.empty()) return *found.front().model;
  if (id.empty())
    return fail(Errc::not_found, "find the model",
                "\"" + std::string(trim(device_id_or_model)) + "\" in " + inf.name,
                near_sentence(inf, device_id_or_model));
  const std::string looked_for =
      id.model.empty() ? std::string("no model name") : hash_id(id.manufacturer, id.model);
  return fail(Errc::not_found, "find a driver in " + inf.name + " for the printer",
              "\"" + id.manufacturer + " " + id.model + "\"",
              "Its hardware id is " + looked_for + ". " + near_sentence(inf, id.model));
}

std::vector<std::string> near_models(const PrinterInf& inf, std::string_view name) {
  std::vector<std::pair<std::size_t, const Model*>> ranked;
  for (const Model& model : inf.models) {
    const std::string wanted = without_maker(name, model.manufacturer).substr(0, longest_compared_name);
    const std::string known = without_maker(model.name, model.manufacturer).substr(0, longest_compared_name);
    const std::size_t apart = distance(wanted, known);
    // More than half of the letters wrong is no likeness.
    if (model.selectable && apart * 2 <= std::max(wanted.size(), known.size()))
      ranked.emplace_back(apart, &model);
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> names;
  for (const auto& [apart, model] : ranked)
    if (names.size() < most_near_models && std::find(names.begin(), names.end(), model->name) == names.end())
      names.push_back(model->name);
  return names;
}

}  // namespace platen::inf
