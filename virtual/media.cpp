#include "virtual/media.hpp"

#include <algorithm>
#include <array>

#include <boost/algorithm/string/predicate.hpp>

namespace platen::vprinter {
namespace {

// The logical page starts 75/300 inch from the edge of a North American sheet and 71/300 from that of an ISO
// one (60 and 59 in landscape): PCL 5 Printer Language Technical Reference, "logical page and printable
// area".
constexpr int kInchPortrait = 150, kInchLandscape = 120, kIsoPortrait = 142, kIsoLandscape = 118;

constexpr std::array kPapers = {
    Paper{"A4", "A4", 26, 4, 4960, 7016, kIsoPortrait, kIsoLandscape},
    Paper{"Letter", "LETTER", 2, 2, 5100, 6600, kInchPortrait, kInchLandscape},
    Paper{"Legal", "LEGAL", 3, 3, 5100, 8400, kInchPortrait, kInchLandscape},
    Paper{"Executive", "EXECUTIVE", 1, 5, 4350, 6300, kInchPortrait, kInchLandscape},
    Paper{"A5", "A5", 25, 18, 3496, 4960, kIsoPortrait, kIsoLandscape},
    Paper{"A6", "A6", 24, 24, 2480, 3496, kIsoPortrait, kIsoLandscape},
    Paper{"JIS B5", "JISB5", 45, 13, 4300, 6070, kIsoPortrait, kIsoLandscape},
    Paper{"A3", "A3", 27, 7, 7016, 9922, kIsoPortrait, kIsoLandscape},
    Paper{"Ledger", "LEDGER", 6, 6, 6600, 10200, kInchPortrait, kInchLandscape},
    Paper{"Monarch", "MONARCH", 80, 9, 2325, 4500, kInchPortrait, kInchLandscape},
    Paper{"Com 10", "COM10", 81, 8, 2475, 5700, kInchPortrait, kInchLandscape},
    Paper{"DL", "DL", 90, 11, 2598, 5196, kIsoPortrait, kIsoLandscape},
    Paper{"C5", "C5", 91, 10, 3826, 5408, kIsoPortrait, kIsoLandscape},
    Paper{"B5 Envelope", "B5", 100, 14, 4156, 5904, kIsoPortrait, kIsoLandscape},
};

}  // namespace

std::span<const Paper> papers() {
  return kPapers;
}

const Paper* paper_by_pcl(int code) {
  auto found = std::ranges::find(kPapers, code, &Paper::pcl);
  return found == kPapers.end() ? nullptr : &*found;
}

const Paper* paper_by_pjl(std::string_view name) {
  auto found =
      std::ranges::find_if(kPapers, [name](const Paper& paper) { return boost::iequals(paper.pjl, name); });
  return found == kPapers.end() ? nullptr : &*found;
}

const Paper& a4() {
  return kPapers[0];
}

}  // namespace platen::vprinter
