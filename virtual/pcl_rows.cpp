#include "virtual/pcl_rows.hpp"

#include <algorithm>

namespace platen::vprinter {
namespace {

// Writes into a row of fixed length; what goes beyond it is clipped, as the printer does.
class RowWriter {
 public:
  explicit RowWriter(PixelRow& row) : row_(row) {}
  void put(std::uint8_t byte) {
    if (at_ < row_.size()) row_[at_] = byte;
    ++at_;
  }
  void skip(std::size_t n) { at_ += n; }
  void repeat(std::uint8_t byte, std::size_t n) {
    if (at_ < row_.size())
      std::fill_n(row_.begin() + static_cast<std::ptrdiff_t>(at_), std::min(n, row_.size() - at_), byte);
    at_ += n;
  }

 private:
  PixelRow& row_;
  std::size_t at_ = 0;
};

class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  [[nodiscard]] std::size_t left() const { return bytes_.size(); }
  std::uint8_t take() {
    const std::uint8_t byte = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return byte;
  }
  std::span<const std::uint8_t> take(std::size_t n) {
    auto part = bytes_.first(n);
    bytes_ = bytes_.subspan(n);
    return part;
  }
  // The rest of a number: bytes are added up to and including the first that is not 255.
  bool add_extension(std::size_t& number) {
    for (;;) {
      if (empty()) return false;
      const std::uint8_t more = take();
      number += more;
      if (more != 255) return true;
    }
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

std::string raw(Reader in, PixelRow& row) {
  std::ranges::fill(row, std::uint8_t{0});
  RowWriter out(row);
  while (!in.empty()) out.put(in.take());
  return {};
}

std::string run_length(Reader in, PixelRow& row) {
  std::ranges::fill(row, std::uint8_t{0});
  RowWriter out(row);
  while (!in.empty()) {
    const std::size_t count = in.take() + std::size_t{1};
    if (in.empty()) return "a run-length pair without its value";
    out.repeat(in.take(), count);
  }
  return {};
}

std::string pack_bits(Reader in, PixelRow& row) {
  std::ranges::fill(row, std::uint8_t{0});
  RowWriter out(row);
  while (!in.empty()) {
    const std::uint8_t control = in.take();
    if (control == 128) continue;
    if (control > 128) {
      if (in.empty()) return "a PackBits run without its value";
      out.repeat(in.take(), std::size_t{257} - control);
      continue;
    }
    const std::size_t count = control + std::size_t{1};
    const bool short_of = in.left() < count;
    for (std::uint8_t byte : in.take(std::min(count, in.left()))) out.put(byte);
    if (short_of) return "a PackBits literal that ends early";
  }
  return {};
}

std::string delta_row(Reader in, PixelRow& row) {
  RowWriter out(row);
  while (!in.empty()) {
    const std::uint8_t command = in.take();
    const std::size_t count = (command >> 5) + std::size_t{1};
    std::size_t offset = command & 31;
    if (offset == 31 && !in.add_extension(offset)) return "a delta-row offset that ends early";
    out.skip(offset);
    const bool short_of = in.left() < count;
    for (std::uint8_t byte : in.take(std::min(count, in.left()))) out.put(byte);
    if (short_of) return "a delta-row replacement that ends early";
  }
  return {};
}

std::string compressed_replacement(Reader in, PixelRow& row) {
  RowWriter out(row);
  while (!in.empty()) {
    const std::uint8_t command = in.take();
    const bool run = command & 0x80;
    std::size_t offset = run ? (command >> 5) & 3 : (command >> 3) & 15;
    std::size_t count = run ? command & 31 : command & 7;
    const bool long_offset = offset == (run ? 3u : 15u), long_count = count == (run ? 31u : 7u);
    if (long_offset && !in.add_extension(offset)) return "a replacement offset that ends early";
    if (long_count && !in.add_extension(count)) return "a replacement count that ends early";
    out.skip(offset);
    if (run) {
      if (in.empty()) return "a replacement run without its value";
      out.repeat(in.take(), count + 2);
      continue;
    }
    ++count;
    const bool short_of = in.left() < count;
    for (std::uint8_t byte : in.take(std::min(count, in.left()))) out.put(byte);
    if (short_of) return "a replacement that ends early";
  }
  return {};
}

std::string one_row(int method, Reader in, PixelRow& row) {
  switch (method) {
    case 0:
      return raw(in, row);
    case 1:
      return run_length(in, row);
    case 2:
      return pack_bits(in, row);
    case 3:
      return delta_row(in, row);
    case 9:
      return compressed_replacement(in, row);
  }
  return "compression method " + std::to_string(method) + " is unknown";
}

DecodedRows adaptive(Reader in, PixelRow& seed, std::size_t most_rows) {
  DecodedRows out;
  while (!in.empty()) {
    if (in.left() < 3) {
      out.problem = "an adaptive block's header that ends early";
      break;
    }
    const int command = in.take();
    std::size_t n = in.take() * std::size_t{256};
    n += in.take();
    if (command <= 3) {
      const bool short_of = in.left() < n;
      std::string problem = one_row(command, Reader(in.take(std::min(n, in.left()))), seed);
      if (short_of) problem = "an adaptive block that ends early";
      if (out.problem.empty()) out.problem = problem;
      if (out.rows.size() < most_rows) out.rows.push_back(seed);
    } else if (command == 4 || command == 5) {
      if (command == 4) std::ranges::fill(seed, std::uint8_t{0});
      n = std::min(n, most_rows - out.rows.size());
      out.rows.insert(out.rows.end(), n, seed);
    } else {
      out.problem = "adaptive command " + std::to_string(command) + " is unknown";
      break;
    }
  }
  // Mono firmware forgets the row at the end of a block.
  std::ranges::fill(seed, std::uint8_t{0});
  return out;
}

}  // namespace

DecodedRows decode_rows(int method, std::span<const std::uint8_t> payload, PixelRow& seed,
                        std::size_t most_rows) {
  if (method == 5) return adaptive(Reader(payload), seed, most_rows);
  DecodedRows out;
  out.problem = one_row(method, Reader(payload), seed);
  out.rows.push_back(seed);
  return out;
}

}  // namespace platen::vprinter
