// The host's times on an IEEE 1284 cable.
#pragma once

#include "base/clock.hpp"

namespace platen::port::ieee1284 {

// Data before a strobe, a strobe's length, data after it: the standard wants 0.5 us, and old printers 0.75.
inline constexpr Duration settle_time = std::chrono::microseconds(1);
// The standard gives a peripheral 35 ms for an answer. Printers were seen that need more (1 ms was too short
// for a DeskJet 540, 35 ms for some when they are busy); a second makes each dead printer felt.
inline constexpr Duration answer_patience = std::chrono::milliseconds(100);
// Nearly every answer comes within microseconds: look without a pause so long, then with pauses that grow.
inline constexpr Duration spin_time = std::chrono::microseconds(500);
inline constexpr Duration first_pause = std::chrono::microseconds(50);
inline constexpr Duration longest_pause = std::chrono::milliseconds(5);
// nInit: at least 50 us.
inline constexpr Duration init_pulse = std::chrono::microseconds(100);
// A byte that ECP's peripheral leaves unanswered so long is taken back.
inline constexpr Duration ecp_stall = std::chrono::milliseconds(20);
// Unanswered EPP cycles: the bus standard has 10 us, a cable and a program need more.
inline constexpr Duration epp_patience = std::chrono::milliseconds(1);
// A printer that takes nothing and says nothing is asked whether it is still there: so often with data
// waiting, and so often without. Three answers missing make it gone, when the lines stand as without a
// printer; else it may just be slow.
inline constexpr Duration stalled_check = std::chrono::milliseconds(250);
inline constexpr Duration idle_check = std::chrono::seconds(5);
inline constexpr int misses_for_gone = 3;
inline constexpr int misses_for_dead = 30;
// After its reset, a printer is given so long to be ready again.
inline constexpr Duration reset_patience = std::chrono::seconds(5);

}  // namespace platen::port::ieee1284
