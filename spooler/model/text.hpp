// Text from outside, made fit to be kept and shown. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace platen::spooler {

// The length of the well-formed UTF-8 character at the beginning of `text`; 0 when there is none.
std::size_t utf8_length(std::string_view text);
// Whether `text` (under four bytes) could be the beginning of a character.
bool utf8_may_continue(std::string_view text);

// IPP's own limit for names.
inline constexpr std::size_t longest_name = 255;
// For a job's or a user's name: control characters become visible ("\x0A"), bytes that are no UTF-8 become
// U+FFFD, and what is too long is cut between two characters.
std::string clean_name(std::string_view given, std::size_t longest = longest_name);

// A printer's name: letters, digits, ".", "_" and "-", not beginning with "." or "-", at most 127.
bool is_printer_name(std::string_view name);
// "Lexmark T640 (MS)" gives "Lexmark-T640-MS".
std::string printer_name_from(std::string_view model);

}  // namespace platen::spooler
