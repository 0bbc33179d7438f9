// The two compressions of PCL raster rows that pay. Pure; each appends to `out`.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace platen::driver {

// Mode 2, PackBits (TIFF "4"): runs and literals.
void pack_bits(std::span<const std::uint8_t> row, std::string& out);

// Mode 3, delta row: only what differs from the row above. Both spans have the same length. Nothing at all is
// appended when the rows are equal, and an empty row means just that to the printer.
void delta_row(std::span<const std::uint8_t> row, std::span<const std::uint8_t> above, std::string& out);

}  // namespace platen::driver
