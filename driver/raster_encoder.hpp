// One page's black-and-white rows as printer commands, all of them the GPD's.
//
//   RasterEncoder encoder(model, selected, {142, 100}, 4676);   // where the first row lies, in device pixels
//   for each row: encoder.row(bits, out);                       // 8 pixels a byte, 1 is black
//   encoder.end(out);
//
// Each row takes the compression that makes it smallest, blank rows are skipped, a blank page is nothing at
// all.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "driver/gpd_model.hpp"

namespace platen::driver {

class RasterEncoder {
 public:
  // `origin` counts from the sheet's top left corner. The model must outlive the encoder.
  RasterEncoder(const GpdModel& model, const Selection& selected, Pair origin, int width);
  [[nodiscard]] std::size_t bytes_per_row() const { return above_.size(); }
  [[nodiscard]] Result<void> row(std::span<const std::uint8_t> bits, std::string& out);
  [[nodiscard]] Result<void> end(std::string& out);

 private:
  struct Mode {
    const CommandTemplate* enable = nullptr;
    std::string data;  // the present row in this mode
  };
  enum : std::size_t { kPlain, kPackBits, kDeltaRow, kModes };

  Result<void> send(const CommandTemplate* command, std::string& out) const;
  Result<void> begin(std::string& out);
  Result<void> skip_blank_rows(std::string& out);

  std::array<Mode, kModes> modes_;
  std::size_t mode_ = kModes;  // not selected yet
  const CommandTemplate* move_x_;
  const CommandTemplate* move_y_;
  const CommandTemplate* width_;
  const CommandTemplate* begin_;
  const CommandTemplate* send_;
  const CommandTemplate* skip_;
  const CommandTemplate* end_;
  CommandVariables variables_;
  Pair dpi_;
  Pair units_;
  Pair origin_;
  Pair cursor_origin_;  // master units
  std::vector<std::uint8_t> above_;
  int blank_rows_ = 0;
  bool begun_ = false;
};

}  // namespace platen::driver
