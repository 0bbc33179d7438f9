// The papers that the virtual printer knows: one table for PCL's size codes, PJL's names, the media codes of
// PJL status and the sheet's size in dots.
#pragma once

#include <span>
#include <string_view>

namespace platen::vprinter {  // the room is virtual/, but `virtual` is a keyword

inline constexpr int kDotsPerInch = 600;  // page memory, whatever the raster's own resolution
inline constexpr double kDotsPerDecipoint = kDotsPerInch / 720.0;

struct Paper {
  std::string_view name;  // as displays and replies say it: "A4"
  std::string_view pjl;   // the value of @PJL SET PAPER
  int pcl;                // ESC &l#A
  int media_code;         // the yy of 41xyy
  int width;              // dots, portrait
  int height;
  int left_portrait;  // from the sheet's left edge to the logical page, in dots
  int left_landscape;
};

[[nodiscard]] std::span<const Paper> papers();
[[nodiscard]] const Paper* paper_by_pcl(int code);
[[nodiscard]] const Paper* paper_by_pjl(std::string_view name);  // any case
[[nodiscard]] const Paper& a4();

}  // namespace platen::vprinter
