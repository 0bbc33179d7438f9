#include "virtual/pcl_interpreter.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace platen::vprinter {
namespace {

constexpr int kMostCopies = 999;  // what the printer's own menu allows

// Commands that this printer knows and that leave no trace on its pages: media type, output bin, print
// quality, fonts and patterns by number, transparency, macros, line and raster scaling. As "family group
// final".
constexpr std::array<std::string_view, 25> kQuiet = {
    "&lM", "&lG", "&lT", "&lP", "*oM", "*oQ", "&bM", "*cD", "*cE", "*cF", "*cW", "*cQ", "*vN",
    "*vO", "*vT", "*lO", "*lR", "*tH", "*tV", "*vW", "*gW", "&fX", "&fY", "&fS", "&tP"};

bool is_quiet(const PclToken& token) {
  const char name[] = {token.family, token.group, token.final};
  return std::ranges::find(kQuiet, std::string_view(name, 3)) != kQuiet.end();
}

std::string name_of(const PclToken& token) {
  std::string name = "ESC ";
  name += token.family;
  if (token.group) name += token.group;
  name += '#';
  name += token.final;
  return name;
}

}  // namespace

PclInterpreter::PclInterpreter(PclHost& host, Glyphs& glyphs)
    : host_(host),
      motion_(canvas_),
      raster_(canvas_, motion_.cursor,
              [this](std::string what) { host_.complain(token_start_, std::move(what)); }),
      text_(canvas_, motion_, glyphs) {}

void PclInterpreter::begin(const PclDefaults& defaults) {
  defaults_ = defaults;
  tokens_.reset();
  reset();
}

void PclInterpreter::reset() {
  canvas_.set_sheet(*defaults_.paper, defaults_.orientation, defaults_.color);
  left_registration_ = top_registration_ = 0;
  canvas_.set_registration(0, 0);
  source_ = kAutomaticSource;
  copies_ = defaults_.copies;
  duplex_ = defaults_.duplex;
  line_termination_ = 0;
  rule_width_ = rule_height_ = 0;
  rule_shade_ = 0;
  plotting_ = false;
  raster_.reset();
  text_.reset();
  motion_.reset();
}

bool PclInterpreter::take(std::span<const std::uint8_t>& bytes) {
  while (!bytes.empty() && !host_.full()) {
    auto token = tokens_.next(bytes);
    if (!token) continue;
    if (token->is_uel()) return true;
    act(*token);
  }
  return false;
}

void PclInterpreter::finish() {
  if (tokens_.inside()) host_.complain(tokens_.offset(), "the data end inside a command");
  if (raster_.active()) host_.complain(tokens_.offset(), "the data end inside a raster graphic");
  raster_.end();
  eject_if_marked();
}

void PclInterpreter::abandon() {
  raster_.end();
  canvas_.discard();
}

void PclInterpreter::act(const PclToken& token) {
  token_start_ = token.start;
  if (token.kind == PclToken::Kind::broken) {
    host_.complain(token.start, token.what);
    return;
  }
  if (plotting_) {
    if (token.is('%', 0, 'A') || (token.kind == PclToken::Kind::simple && token.final == 'E'))
      plotting_ = false;
    if (token.kind != PclToken::Kind::simple) return;
  }
  if (raster_.handle(token)) return;
  raster_.end();
  switch (token.kind) {
    case PclToken::Kind::character:
      control(static_cast<unsigned char>(token.final));
      return;
    case PclToken::Kind::simple:
      simple(token);
      return;
    case PclToken::Kind::broken:
      return;
    case PclToken::Kind::command:
      break;
  }
  if (page_control(token) || motion_.handle(token) || text_.handle(token) || rules(token)) return;
  if (token.is('&', 'p', 'X')) {
    for (std::uint8_t code : token.payload) text_.print(code);
    return;
  }
  if (!is_quiet(token)) host_.complain(token.start, name_of(token) + " is unknown");
}

void PclInterpreter::control(unsigned char code) {
  switch (code) {
    case 0x07:
    case 0x00:
    case 0x0B:
      return;
    case 0x08:
      motion_.backspace(text_.advance());
      return;
    case 0x09:
      motion_.tab();
      return;
    case 0x0A:
      if (line_termination_ >= 2) motion_.carriage_return();
      line_feed();
      return;
    case 0x0C:
      if (line_termination_ >= 2) motion_.carriage_return();
      eject();
      return;
    case 0x0D:
      motion_.carriage_return();
      if (line_termination_ == 1 || line_termination_ == 3) line_feed();
      return;
    case 0x0E:
      text_.select(true);
      return;
    case 0x0F:
      text_.select(false);
      return;
  }
  if (code < 0x20) return;
  if (text_.wraps() && motion_.beyond_right(text_.advance())) {
    motion_.carriage_return();
    line_feed();
  }
  text_.print(code);
}

void PclInterpreter::simple(const PclToken& token) {
  switch (token.final) {
    case 'E':
      eject_if_marked();
      reset();
      return;
    case '=':
      line_feed(0.5);
      return;
    case '9':
      motion_.new_sheet();
      return;
    default:
      host_.complain(token.start, std::string("ESC ") + token.final + " is unknown");
  }
}

bool PclInterpreter::page_control(const PclToken& token) {
  const int value = static_cast<int>(token.value);
  if (token.is('%', 0, 'A')) return true;
  if (token.is('%', 0, 'B')) {
    host_.complain(token.start, "HP-GL/2 is skipped");
    plotting_ = true;
    return true;
  }
  if (token.is('&', 'k', 'G')) {
    if (value >= 0 && value <= 3) line_termination_ = value;
    return true;
  }
  if (token.is('&', 'a', 'G')) {
    eject_if_marked();
    return true;
  }
  if (token.family != '&' || token.group != 'l') return false;
  switch (token.final) {
    case 'A':
      eject_if_marked();
      if (const Paper* paper = paper_by_pcl(value)) {
        canvas_.set_sheet(*paper, Orientation::portrait, defaults_.color);
        motion_.new_sheet();
      } else {
        host_.complain(token.start, "page size " + std::to_string(value) + " is unknown");
      }
      return true;
    case 'O':
      if (value < 0 || value > 3) return true;
      eject_if_marked();
      canvas_.set_sheet(canvas_.paper(), static_cast<Orientation>(value), defaults_.color);
      motion_.new_sheet();
      return true;
    case 'H':
      eject_if_marked();
      if (value != 0) source_ = value;
      motion_.home();
      return true;
    case 'S':
      eject_if_marked();
      if (value >= 0 && value <= 2) duplex_ = value != 0;
      motion_.home();
      return true;
    case 'X':
      copies_ = std::clamp(value, 1, kMostCopies);
      return true;
    case 'U':
    case 'Z': {
      // A few inches either way are more than any envelope needs.
      const int dots = static_cast<int>(std::clamp(token.value, -4000.0, 4000.0) * kDotsPerDecipoint);
      (token.final == 'U' ? left_registration_ : top_registration_) = dots;
      canvas_.set_registration(left_registration_, top_registration_);
      return true;
    }
  }
  return false;
}

bool PclInterpreter::rules(const PclToken& token) {
  if (token.family != '*' || token.group != 'c') return false;
  const double most = std::max(canvas_.paper().width, canvas_.paper().height);
  const double size = std::clamp(token.value, 0.0, 1e6);
  switch (token.final) {
    case 'A':
      rule_width_ = std::min(motion_.from_units(size), most);
      return true;
    case 'B':
      rule_height_ = std::min(motion_.from_units(size), most);
      return true;
    case 'H':
      rule_width_ = std::min(size * kDotsPerDecipoint, most);
      return true;
    case 'V':
      rule_height_ = std::min(size * kDotsPerDecipoint, most);
      return true;
    case 'G':
      rule_shade_ = static_cast<int>(size);
      return true;
    case 'P': {
      const auto [x, y] = motion_.cursor;
      const int left = static_cast<int>(x), top = static_cast<int>(y), width = static_cast<int>(rule_width_),
                height = static_cast<int>(rule_height_);
      if (token.value == 2 && rule_shade_ < 100) {
        // Shading by whole lines: as dark as asked for on the average, and cheap.
        for (int line = 0; line < height; ++line)
          if (line * 37 % 100 < rule_shade_) canvas_.fill(left, top + line, width, 1);
      } else {
        canvas_.fill(left, top, width, height, token.value != 1);
      }
      return true;
    }
  }
  return false;
}

void PclInterpreter::line_feed(double lines) {
  if (!motion_.line_feed(lines)) return;
  const double x = motion_.cursor.x;
  eject();
  motion_.cursor.x = x;
}

void PclInterpreter::eject_if_marked() {
  if (canvas_.marked()) eject();
}

void PclInterpreter::eject() {
  Page page;
  page.paper = &canvas_.paper();
  page.source = source_;
  page.copies = copies_;
  page.duplex = duplex_;
  page.planes = canvas_.take();
  const double x = motion_.cursor.x;
  motion_.home();
  motion_.cursor.x = x;
  host_.page_finished(std::move(page));
}

}  // namespace platen::vprinter
