// PCL's text: font selection and printing of characters at the cursor.
#pragma once

#include "virtual/glyphs.hpp"
#include "virtual/pcl_motion.hpp"

namespace platen::vprinter {

class PclText {
 public:
  PclText(PclCanvas& canvas, PclMotion& motion, Glyphs& glyphs)
      : canvas_(canvas), motion_(motion), glyphs_(glyphs) {}

  void reset();
  // False: no command of fonts.
  bool handle(const PclToken& token);
  void select(bool secondary) { secondary_ = secondary; }  // SO and SI
  void print(unsigned char code);
  [[nodiscard]] double advance() const { return motion_.column(); }
  [[nodiscard]] bool wraps() const { return wraps_; }

 private:
  struct Font {
    int symbol_set = kRoman8;
    double pitch = 10;
    bool bold = false;
    bool italic = false;
  };

  PclCanvas& canvas_;
  PclMotion& motion_;
  Glyphs& glyphs_;
  Font fonts_[2];
  bool secondary_ = false;
  bool underline_ = false;
  bool wraps_ = false;
};

}  // namespace platen::vprinter
