#include "pcl_reader.hpp"

#include <algorithm>
#include <bit>
#include <cctype>
#include <cstdlib>

namespace platen::driver::test {

std::vector<std::uint8_t> unpack_bits(std::string_view data, std::size_t width) {
  std::vector<std::uint8_t> row;
  std::size_t i = 0;
  while (i < data.size()) {
    const int control = static_cast<signed char>(data[i++]);
    if (control >= 0) {
      for (int n = 0; n <= control && i < data.size(); ++n)
        row.push_back(static_cast<std::uint8_t>(data[i++]));
    } else if (control != -128 && i < data.size()) {
      row.insert(row.end(), static_cast<std::size_t>(1 - control), static_cast<std::uint8_t>(data[i++]));
    }
  }
  row.resize(std::max(row.size(), width));
  return row;
}

std::vector<std::uint8_t> apply_delta(std::string_view data, std::vector<std::uint8_t> above) {
  std::size_t place = 0;
  std::size_t i = 0;
  const auto next = [&] { return i < data.size() ? static_cast<unsigned char>(data[i++]) : 0u; };
  while (i < data.size()) {
    const unsigned command = next();
    const unsigned count = command / 32 + 1;
    std::size_t offset = command % 32;
    if (offset == 31) {
      unsigned more = 0;
      do {
        more = next();
        offset += more;
      } while (more == 255);
    }
    place += offset;
    for (unsigned n = 0; n < count; ++n, ++place) {
      if (place >= above.size()) return {};  // beyond the row: an encoder's mistake
      above[place] = static_cast<std::uint8_t>(next());
    }
  }
  return above;
}

bool PclPage::has(std::string_view command) const {
  return std::find(commands.begin(), commands.end(), command) != commands.end();
}

bool PclPage::ink(int column, int row) const {
  const auto found = rows.find(row);
  if (found == rows.end() || column < 0 || static_cast<std::size_t>(column / 8) >= found->second.size())
    return false;
  return (found->second[static_cast<std::size_t>(column / 8)] & (0x80 >> column % 8)) != 0;
}

long long PclPage::dots() const {
  long long sum = 0;
  for (const auto& [y, row] : rows)
    for (const auto byte : row) sum += std::popcount(byte);
  return sum;
}

namespace {

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  PclJob read() {
    while (at_ < bytes_.size() && job_.trouble.empty()) {
      const char c = bytes_[at_++];
      if (c == '\f') {
        if (raster_) trouble("a form feed within raster graphics");
        job_.pages.push_back(std::move(page_));
        page_ = {};
      } else if (c != '\x1b' || at_ >= bytes_.size()) {
        trouble("a byte that belongs to no command");
      } else if (bytes_[at_] == 'E') {
        ++at_;
        ++job_.resets;
      } else {
        sequence();
      }
    }
    return std::move(job_);
  }

 private:
  void trouble(const std::string& what) {
    if (job_.trouble.empty()) job_.trouble = what + " at byte " + std::to_string(at_);
  }

  void sequence() {
    const std::string group(bytes_.substr(at_, 2));
    at_ += 2;
    for (;;) {
      std::string digits;
      while (at_ < bytes_.size() && !std::isalpha(static_cast<unsigned char>(bytes_[at_])))
        digits += bytes_[at_++];
      if (at_ >= bytes_.size()) return trouble("a command without its end");
      const char letter = bytes_[at_++];
      const char upper = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
      command(group + upper, std::atoi(digits.c_str()), group + digits + upper);
      if (letter == upper) return;
    }
  }

  void command(const std::string& name, int value, const std::string& whole) {
    if (name == "*bW") return row(static_cast<std::size_t>(value));
    if (name == "*bY" && raster_) {
      y_ += value;
      std::fill(above_.begin(), above_.end(), std::uint8_t{0});
    } else if (name == "*bM") {
      mode_ = value;
    } else if (name == "*rC") {
      raster_ = false;
      mode_ = 0;
    } else {
      if (raster_) trouble("'" + whole + "' within raster graphics");
      page_.commands.push_back(whole);
      if (name == "*rS") page_.width = value;
      if (name == "*pX") page_.x = value;
      if (name == "*pY") y_ = value;
      if (name == "*rA") {
        raster_ = true;
        above_.assign(static_cast<std::size_t>((page_.width + 7) / 8), 0);
      }
    }
  }

  void row(std::size_t size) {
    if (!raster_) return trouble("a row outside of raster graphics");
    const auto data = bytes_.substr(at_, size);
    if (data.size() != size) return trouble("a row that ends too early");
    at_ += size;
    const std::size_t width = above_.size();
    std::vector<std::uint8_t> row(data.begin(), data.end());
    if (mode_ == 2) row = unpack_bits(data, width);
    if (mode_ == 3) row = apply_delta(data, above_);
    row.resize(std::max(row.size(), width));
    if (row.size() != width) trouble("a row that is too long");
    page_.modes.push_back(mode_);
    above_ = row;
    if (std::any_of(row.begin(), row.end(), [](auto b) { return b != 0; })) page_.rows[y_] = row;
    ++y_;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  PclJob job_;
  PclPage page_;
  bool raster_ = false;
  int mode_ = 0;
  int y_ = 0;
  std::vector<std::uint8_t> above_;
};

}  // namespace

PclJob read_pcl(std::string_view bytes) {
  return Reader(bytes).read();
}

}  // namespace platen::driver::test
