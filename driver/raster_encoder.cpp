#include "driver/raster_encoder.hpp"

#include <algorithm>

#include "driver/compress.hpp"

namespace platen::driver {

RasterEncoder::RasterEncoder(const GpdModel& model, const Selection& selected, Pair origin, int width)
    : modes_{Mode{model.command("CmdDisableCompression", selected), {}},
             Mode{model.command("CmdEnableTIFF4", selected), {}},
             Mode{model.command("CmdEnableDRC", selected), {}}},
      move_x_(model.command("CmdXMoveAbs", selected)),
      move_y_(model.command("CmdYMoveAbs", selected)),
      width_(model.command("CmdSetSrcBmpWidth", selected)),
      begin_(model.command("CmdBeginRaster", selected)),
      send_(model.command("CmdSendBlockData", selected)),
      skip_(model.command("CmdYMoveRelDown", selected)),
      end_(model.command("CmdEndRaster", selected)),
      dpi_(model.dpi(selected)),
      units_(model.master_units()),
      origin_(origin),
      cursor_origin_(model.paper(selected).cursor_origin),
      above_(static_cast<std::size_t>((width + 7) / 8)) {}

Result<void> RasterEncoder::send(const CommandTemplate* command, std::string& out) const {
  if (command == nullptr) return {};
  auto bytes = command->expand(variables_);
  if (!bytes) return bytes.error();
  out += *bytes;
  return {};
}

// The blank rows above the first ink are a matter of where raster graphics begin.
Result<void> RasterEncoder::begin(std::string& out) {
  int top = origin_.y;
  if (move_y_ != nullptr) {
    top += blank_rows_;
    blank_rows_ = 0;
  }
  variables_[Variable::DestX] = static_cast<std::int64_t>(origin_.x) * units_.x / dpi_.x - cursor_origin_.x;
  variables_[Variable::DestY] = static_cast<std::int64_t>(top) * units_.y / dpi_.y - cursor_origin_.y;
  variables_[Variable::RasterDataWidthInBytes] = static_cast<std::int64_t>(above_.size());
  for (const auto* command : {move_x_, move_y_, width_, begin_})
    if (auto sent = send(command, out); !sent) return sent;
  begun_ = true;
  mode_ = kModes;
  return {};
}

Result<void> RasterEncoder::skip_blank_rows(std::string& out) {
  if (blank_rows_ == 0) return {};
  variables_[Variable::NumOfDataBytes] = 0;
  if (skip_ != nullptr) {
    variables_[Variable::DestYRel] = static_cast<std::int64_t>(blank_rows_) * units_.y / dpi_.y;
    if (auto sent = send(skip_, out); !sent) return sent;
  } else {
    // An empty row is blank in every mode but delta row, where it repeats the one above.
    if (mode_ == kDeltaRow || mode_ == kModes) {
      mode_ = modes_[kPlain].enable != nullptr ? kPlain : kPackBits;
      if (auto sent = send(modes_[mode_].enable, out); !sent) return sent;
    }
    for (; blank_rows_ > 0; --blank_rows_)
      if (auto sent = send(send_, out); !sent) return sent;
  }
  blank_rows_ = 0;
  std::fill(above_.begin(), above_.end(), std::uint8_t{0});
  return {};
}

Result<void> RasterEncoder::row(std::span<const std::uint8_t> bits, std::string& out) {
  bits = bits.first(std::min(bits.size(), above_.size()));
  const auto ink = std::find_if(bits.rbegin(), bits.rend(), [](std::uint8_t b) { return b != 0; });
  if (ink == bits.rend()) {
    ++blank_rows_;
    return {};
  }
  if (!begun_)
    if (auto done = begin(out); !done) return done;
  if (auto done = skip_blank_rows(out); !done) return done;

  const auto used = bits.first(static_cast<std::size_t>(bits.rend() - ink));
  for (auto& mode : modes_) mode.data.clear();
  modes_[kPlain].data.assign(reinterpret_cast<const char*>(used.data()), used.size());
  if (modes_[kPackBits].enable != nullptr) pack_bits(used, modes_[kPackBits].data);
  if (modes_[kDeltaRow].enable != nullptr)
    delta_row(bits, std::span(above_).first(bits.size()), modes_[kDeltaRow].data);

  std::size_t best = kModes;
  std::size_t smallest = 0;
  std::string change;
  for (std::size_t mode = 0; mode < kModes; ++mode) {
    // A raster begins plain; a printer that cannot be told to go back stays with what it was told last.
    const bool possible =
        modes_[mode].enable != nullptr || (mode == kPlain && mode_ != kPackBits && mode_ != kDeltaRow);
    if (!possible) continue;
    std::string enabling;
    if (mode != mode_)
      if (auto sent = send(modes_[mode].enable, enabling); !sent) return sent;
    const std::size_t size = modes_[mode].data.size() + enabling.size();
    if (best == kModes || size < smallest || (size == smallest && mode == mode_)) {
      best = mode;
      smallest = size;
      change = std::move(enabling);
    }
  }
  out += change;
  mode_ = best;
  variables_[Variable::NumOfDataBytes] = static_cast<std::int64_t>(modes_[best].data.size());
  if (auto sent = send(send_, out); !sent) return sent;
  out += modes_[best].data;
  std::copy(bits.begin(), bits.end(), above_.begin());
  return {};
}

Result<void> RasterEncoder::end(std::string& out) {
  blank_rows_ = 0;
  if (!begun_) return {};
  begun_ = false;
  std::fill(above_.begin(), above_.end(), std::uint8_t{0});
  return send(end_, out);
}

}  // namespace platen::driver
