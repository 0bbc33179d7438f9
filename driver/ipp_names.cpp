#include "driver/ipp_names.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>

#include <cups/cups.h>

namespace platen::driver {
namespace {

using Row = std::pair<std::string_view, std::string_view>;  // GPD, IPP

constexpr std::array<Row, 12> kSources{{
    {"AUTO", "auto"},
    {"UPPER", "tray-1"},
    {"LOWER", "tray-2"},
    {"MIDDLE", "tray-3"},
    {"CASSETTE", "main"},
    {"LARGECAPACITY", "large-capacity"},
    {"MANUAL", "manual"},
    {"ENVMANUAL", "envelope-manual"},
    {"ENVFEED", "envelope"},
    {"MPTRAY", "by-pass-tray"},
    {"TRACTOR", "main-roll"},
    {"FORMSOURCE", "auto"},
}};

constexpr std::array<Row, 5> kMediaTypes{{
    {"STANDARD", "stationery"},
    {"BOND", "stationery-bond"},
    {"SPECIAL", "other"},
    {"GLOSSY", "photographic-glossy"},
    {"TRANSPARENCY", "transparency"},
}};

// Papers differ by more than this; roundings between inches, points and millimetres by less. PWG 5101.1 gives
// 0.5 mm, and drivers that count in whole points add as much again.
constexpr int kSameSize = 100;

template <std::size_t N>
std::string keyword_of(const std::array<Row, N>& table, std::string_view option) {
  for (const auto& [gpd, ipp] : table)
    if (gpd == option) return std::string(ipp);
  std::string keyword(option);
  std::transform(keyword.begin(), keyword.end(), keyword.begin(),
                 [](unsigned char c) { return c == '_' ? '-' : static_cast<char>(std::tolower(c)); });
  return keyword;
}

template <class KeywordOf>
std::optional<std::string> option_with(const GpdModel& model, std::string_view feature,
                                       std::string_view keyword, KeywordOf keyword_of_option) {
  for (const auto& option : model.options(feature))
    if (keyword_of_option(option) == keyword) return option;
  return std::nullopt;
}

}  // namespace

int hundredths_of_mm(int length, int units_per_inch) {
  return static_cast<int>((static_cast<long long>(length) * 2540 + units_per_inch / 2) / units_per_inch);
}

IppMedia ipp_media(const Paper& paper, Pair master_units) {
  const int width = hundredths_of_mm(paper.dimensions.x, master_units.x);
  const int height = hundredths_of_mm(paper.dimensions.y, master_units.y);
  const pwg_media_t* media = pwgMediaForSize(width, height);
  if (media == nullptr || media->pwg == nullptr) return {paper.option, width, height};
  return {media->pwg, media->width, media->length};
}

std::optional<std::string> paper_option(const GpdModel& model, int width, int height) {
  std::optional<std::string> best;
  int nearest = kSameSize + 1;
  Selection selected = model.defaults();
  for (const auto& option : model.options("PaperSize")) {
    selected["PaperSize"] = option;
    const IppMedia media = ipp_media(model.paper(selected), model.master_units());
    const int off = std::max(std::abs(media.width - width), std::abs(media.height - height));
    if (off < nearest) {
      nearest = off;
      best = option;
    }
  }
  return best;
}

std::optional<std::string> paper_option(const GpdModel& model, std::string_view ipp_name) {
  const std::string name(ipp_name);
  if (model.has_option("PaperSize", name)) return name;
  const pwg_media_t* media = pwgMediaForPWG(name.c_str());
  if (media == nullptr) media = pwgMediaForLegacy(name.c_str());
  if (media == nullptr) media = pwgMediaForPPD(name.c_str());
  if (media == nullptr) return std::nullopt;
  return paper_option(model, media->width, media->length);
}

std::string ipp_source(std::string_view gpd_option) {
  return keyword_of(kSources, gpd_option);
}
std::string ipp_media_type(std::string_view gpd_option) {
  return keyword_of(kMediaTypes, gpd_option);
}

std::optional<std::string> source_option(const GpdModel& model, std::string_view keyword) {
  return option_with(model, "InputBin", keyword, ipp_source);
}
std::optional<std::string> media_type_option(const GpdModel& model, std::string_view keyword) {
  return option_with(model, "MediaType", keyword, ipp_media_type);
}

}  // namespace platen::driver
