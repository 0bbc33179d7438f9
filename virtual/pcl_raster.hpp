// PCL's raster graphics mode: ESC *t, *r and *b commands onto the canvas.
#pragma once

#include <functional>
#include <string>

#include "virtual/pcl_canvas.hpp"
#include "virtual/pcl_rows.hpp"
#include "virtual/pcl_tokens.hpp"

namespace platen::vprinter {

struct PclCursor {
  double x = 0;  // dots, from the logical page's corner
  double y = 0;
};

class PclRaster {
 public:
  using Complain = std::function<void(std::string)>;

  PclRaster(PclCanvas& canvas, PclCursor& cursor, Complain complain);

  void reset();
  [[nodiscard]] bool active() const { return active_; }
  // False: not a raster command. A command that a running raster does not know ends it.
  bool handle(const PclToken& token);
  void end();

 private:
  void set_resolution(double value);
  void start(int where);
  void transfer(const PclToken& token);
  void skip_rows(double count);
  void paint(const PixelRow& row);
  void forget_seed();
  [[nodiscard]] int width_limit() const;
  [[nodiscard]] std::size_t rows_left() const;

  PclCanvas& canvas_;
  PclCursor& cursor_;
  Complain complain_;

  int resolution_ = 75;
  int method_ = 0;
  bool physical_ = true;  // ESC *r3F: along the sheet's width whatever the orientation
  int width_ = 0;         // pixels; 0: to the page's edge
  int height_ = 0;        // rows; 0: no limit

  bool active_ = false;
  int left_ = 0;       // dots
  int row_width_ = 0;  // pixels
  int row_ = 0;
  bool told_height_ = false;
  PixelRow seed_;
};

}  // namespace platen::vprinter
