// What can be wrong with a peripheral on an IEEE 1284 cable. Everything is off at first; any of it may be
// changed at any time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/clock.hpp"

namespace platen::vprinter::ieee1284 {

struct Faults {
  bool no_event_2 = false;   // does not answer negotiation, as a printer from before the standard
  bool wrong_xflag = false;  // says no where it means yes, and yes where it means no
  Duration event_6_late{};   // the standard allows 35 ms
  Duration event_9_late{};   // of every nibble and every byte
  // Says "no more data" after so many bytes of a transfer, though it has more.
  std::optional<std::size_t> premature_end;

  enum class IdLength { inclusive, exclusive, least_first };
  IdLength id_length = IdLength::inclusive;  // with its own two bytes, most significant first, is right
  bool id_without_semicolon = false;

  // Begins a nibble of nothing where the host enters reverse idle.
  bool no_reverse_idle = false;
  // Takes no further byte once it has had so many; and stays so until this is reset.
  std::optional<std::uint64_t> stall_after;
  // Takes nothing while so many bytes of reply wait to be fetched.
  std::optional<std::size_t> reply_limit;
  bool ignores_init = false;
};

}  // namespace platen::vprinter::ieee1284
