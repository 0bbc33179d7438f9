// PCL 5e: bytes in, finished pages out.
//
//   interpreter.begin(defaults);
//   while (!host.full() && !bytes.empty())
//     if (interpreter.take(bytes)) ... the language ended with a UEL
//
// It stops right after the byte that finished a page whenever its host is full, and goes on where it stopped.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "virtual/pcl_text.hpp"

namespace platen::vprinter {

class PclHost {
 public:
  virtual ~PclHost() = default;
  virtual void page_finished(Page page) = 0;
  [[nodiscard]] virtual bool full() const = 0;
  virtual void complain(std::uint64_t offset, std::string what) = 0;
};

// What PJL's environment says for jobs that do not say it themselves.
struct PclDefaults {
  const Paper* paper = &a4();
  Orientation orientation = Orientation::portrait;
  int copies = 1;
  bool duplex = false;
  bool color = false;
};

class PclInterpreter {
 public:
  PclInterpreter(PclHost& host, Glyphs& glyphs);

  void begin(const PclDefaults& defaults);
  // Uses up bytes until they end, the host is full, or a UEL was read (then true).
  bool take(std::span<const std::uint8_t>& bytes);
  void finish();   // the language ended: a page that was begun is put out
  void abandon();  // the job is gone: a page that was begun is thrown away

  [[nodiscard]] std::uint64_t offset() const { return tokens_.offset(); }
  [[nodiscard]] bool inside_command() const { return tokens_.inside(); }

 private:
  void act(const PclToken& token);
  void control(unsigned char code);
  void simple(const PclToken& token);
  bool page_control(const PclToken& token);
  bool rules(const PclToken& token);
  void reset();
  void eject();
  void eject_if_marked();
  void line_feed(double lines = 1);

  PclHost& host_;
  PclCanvas canvas_;
  PclMotion motion_;
  PclRaster raster_;
  PclText text_;
  PclTokenizer tokens_;
  PclDefaults defaults_;

  std::uint64_t token_start_ = 0;
  int source_ = kAutomaticSource;
  int copies_ = 1;
  bool duplex_ = false;
  int line_termination_ = 0;
  int left_registration_ = 0;
  int top_registration_ = 0;
  double rule_width_ = 0;
  double rule_height_ = 0;
  int rule_shade_ = 0;
  bool plotting_ = false;  // HP-GL/2, which is skipped
};

}  // namespace platen::vprinter
