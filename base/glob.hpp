// Names with wildcards, as tables of printers have them: * is any text, ? any one character. Letter case is
// ignored, of ASCII letters only. In linear time for one star, never worse than the product of both lengths.
#pragma once

#include <string_view>

namespace platen {

[[nodiscard]] bool matches_glob(std::string_view glob, std::string_view text);

}  // namespace platen
