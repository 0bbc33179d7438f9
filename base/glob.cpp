#include "base/glob.hpp"

#include <cstddef>

namespace platen {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

// Only the last star is ever gone back to.
bool matches_glob(std::string_view glob, std::string_view text) {
  std::size_t g = 0, t = 0, after_star = std::string_view::npos, retry = 0;
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      after_star = ++g;
      retry = t;
    } else if (g < glob.size() && (glob[g] == '?' || lower(glob[g]) == lower(text[t]))) {
      ++g, ++t;
    } else if (after_star != std::string_view::npos) {
      g = after_star;
      t = ++retry;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

}  // namespace platen
