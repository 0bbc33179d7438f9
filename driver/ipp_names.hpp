// The same thing in two vocabularies: the GPD's option names and IPP's keywords. Tables, no logic.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "driver/gpd_model.hpp"

namespace platen::driver {

// IPP media sizes are hundredths of a millimetre.
struct IppMedia {
  std::string name;  // "iso_a4_210x297mm"
  int width = 0;
  int height = 0;
};

[[nodiscard]] int hundredths_of_mm(int length, int units_per_inch);
[[nodiscard]] IppMedia ipp_media(const Paper& paper, Pair master_units);
// "iso_a4_210x297mm", "A4" or "na_letter": the option of PaperSize, when the printer has that paper.
[[nodiscard]] std::optional<std::string> paper_option(const GpdModel& model, std::string_view ipp_name);
// The paper nearest to a size in hundredths of a millimetre, when one is near.
[[nodiscard]] std::optional<std::string> paper_option(const GpdModel& model, int width, int height);

// InputBin and MediaType; an unknown GPD name becomes a keyword in lower case.
[[nodiscard]] std::string ipp_source(std::string_view gpd_option);
[[nodiscard]] std::string ipp_media_type(std::string_view gpd_option);
[[nodiscard]] std::optional<std::string> source_option(const GpdModel& model, std::string_view keyword);
[[nodiscard]] std::optional<std::string> media_type_option(const GpdModel& model, std::string_view keyword);

}  // namespace platen::driver
