// What is kept of a printer's supplies besides what the printer tells: when a supply counts as low and as
// empty, and the ink that jobs used since a cartridge is known to have been new.
//
//   book.replaced("black-toner");
//   book.used("black", 0.043);            // A4 sheets of solid black
//   book.apply(status, false);            // "Black toner", 98 %, estimated
//   keep(book.text()); …  SupplyBook::read(text)
//
// A printer's own level always wins. Without one, an estimate is shown only where both ends are known: that
// the cartridge was new once, and how many pages it is rated for (yields.def, or a person's word). Supplies
// are named as component_of() names them. Pure; one thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "bidi/printer_status.hpp"

namespace platen::bidi {

// Ratings of cartridges are for pages of which so much is covered; a page that nobody counted is taken for
// one.
inline constexpr double rated_coverage = 0.05;
inline constexpr std::int32_t most_yield = 1'000'000;

class SupplyBook {
 public:
  // Errc::malformed for what text() did not write.
  [[nodiscard]] static Result<SupplyBook> read(std::string_view text);
  [[nodiscard]] std::string text() const;
  // Another number after each change that is to be kept.
  [[nodiscard]] std::uint64_t revision() const { return revision_; }

  void set_low(std::string_view supply, std::int32_t percent);
  void set_empty(std::string_view supply, std::int32_t percent);
  void set_yield(std::string_view supply, std::int32_t pages);
  // A new cartridge: counting begins, with nothing used.
  void replaced(std::string_view supply);
  // Of this colour ("black"), in A4 sheets of solid colour.
  void used(std::string_view color, double sheets);
  // So many pages that nobody looked into, in every colour.
  void used_pages(std::uint32_t pages);

  // `told`: the printer tells which supplies it has, so none is added.
  void apply(PrinterStatus& status, bool told) const;
  // Pages at rated_coverage; 0 when nobody knows.
  [[nodiscard]] std::int32_t yield_of(std::string_view supply, std::string_view model) const;

 private:
  struct Entry {
    std::string supply;
    std::int32_t low = -1;  // -1: as the printer says
    std::int32_t empty = -1;
    std::int32_t yield = 0;  // 0: as the model is rated
    bool counting = false;
    double used = 0;
  };
  [[nodiscard]] const Entry* find(std::string_view supply) const;
  Entry& entry(std::string_view supply);
  [[nodiscard]] std::int32_t level(const Entry& entry, std::string_view model) const;

  std::vector<Entry> entries_;
  std::uint64_t revision_ = 0;
};

}  // namespace platen::bidi
