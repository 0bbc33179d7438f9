// The text that an INF file is written in: its encodings, and words that are equal whatever their case.
//
// Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace platen::inf {

// UTF-16LE with a byte order mark, UTF-8 with or without one, otherwise Windows-1252 ("ANSI"), to UTF-8. A
// surrogate without its other half becomes U+FFFD. `name` is the file's, for the error.
Result<std::string> decode_text(std::string_view bytes, const std::string& name);

// Section names, keys, ids and model names are compared without regard to the case of ASCII letters.
std::string lower(std::string_view text);
bool same_word(std::string_view a, std::string_view b);

std::string_view trim(std::string_view text);

}  // namespace platen::inf
