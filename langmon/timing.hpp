// How long the language monitor waits for what, and why so long. Every wait in the room ends by one of these.
#pragma once

#include "base/clock.hpp"

namespace platen::langmon {

// --- The link

// A print server that wakes from deep sleep takes some seconds to accept; one that is gone should be called
// so soon.
inline constexpr Duration open_patience = std::chrono::seconds(10);
// After a failed opening: quick at first (a cable being plugged in), then at most four tries a minute
// (Q163219).
inline constexpr Duration first_back_off = std::chrono::milliseconds(500);
inline constexpr Duration longest_back_off = std::chrono::seconds(15);
// A network printer's only connection is given back soon, so that other computers can print too; long enough
// that the next job of the same person finds it open.
inline constexpr Duration idle_drop = std::chrono::seconds(20);
// Not a limit but a far point in time, for waits that something else ends: a new hour's wait follows.
inline constexpr Duration far_away = std::chrono::hours(1);

// --- Questions

// The first answer: lasers that leave power save answered within 3 s. A printer that does not talk back costs
// its first job this much, and no later one.
inline constexpr Duration greeting_patience = std::chrono::seconds(5);
// Later answers: a laser that composes a page answers late, but not that late.
inline constexpr Duration answer_patience = std::chrono::seconds(10);
// A printer that never answers is asked again ever more rarely (lprint#157).
inline constexpr Duration first_silence = std::chrono::minutes(1);
inline constexpr Duration longest_silence = std::chrono::hours(1);
// A printer whose panel changes ten times a second is asked for its supplies at most this often. Half of the
// second within which every change is to be on the screen.
inline constexpr Duration refresh_gap = std::chrono::milliseconds(500);
// After garbage it is asked anew after refresh_gap, and then ever more rarely, up to this.
inline constexpr Duration longest_resync_gap = std::chrono::minutes(1);
// A printer that tells nothing by itself is asked in another way (SNMP): so often while it works and things
// change, and so seldom while nothing does. One that tells all but its supplies is asked for those in the
// time of a few dozen pages.
inline constexpr Duration quickest_poll = std::chrono::seconds(2);
inline constexpr Duration longest_poll = std::chrono::seconds(60);
inline constexpr Duration supplies_poll = std::chrono::minutes(5);
// Some printers wake for every packet. One that sleeps is left alone this long; a job wakes it, and is asked
// about at once.
inline constexpr Duration sleeping_poll = std::chrono::minutes(15);
// A walk takes some 60 packets; a print server on wireless needs a second for them.
inline constexpr Duration poll_patience = std::chrono::seconds(5);
// A few hundred bytes of commands; a printer that does not take them in this time takes nothing.
inline constexpr Duration command_patience = std::chrono::seconds(10);

// --- Jobs

// Progress is for eyes: ten times a second is smooth.
inline constexpr Duration progress_gap = std::chrono::milliseconds(100);
// How long one write may take nothing before we look at why.
inline constexpr Duration stall_look = std::chrono::seconds(30);
// A printer that talks, but says nothing, takes nothing and has no reason to stop, is lost after this. The
// slowest page known (a full PostScript page on a 1990s laser) took four minutes.
inline constexpr Duration stall_lost = std::chrono::minutes(5);
// A printer that cannot talk may be out of paper: it gets a long weekend.
inline constexpr Duration mute_stall_lost = std::chrono::hours(72);
// All is sent and nothing is heard: ask. The slowest first page (cold fuser) stayed below this.
inline constexpr Duration quiet_before_asking = std::chrono::seconds(30);
inline constexpr Duration longest_quiet = std::chrono::minutes(5);
// What a printer that never said a word may still say at the end of its job.
inline constexpr Duration last_words = std::chrono::seconds(2);
// The data's end is there, but nobody says whether it was its good end: the spooler has this long to come
// back.
inline constexpr Duration verdict_patience = std::chrono::minutes(2);
// A cancelled job's port must be silent within a second.
inline constexpr Duration abort_patience = std::chrono::milliseconds(800);
// Few large writes; small enough that progress moves on a slow parallel cable (150 KB/s: three a second).
inline constexpr std::size_t chunk_bytes = 48 * 1024;

}  // namespace platen::langmon
