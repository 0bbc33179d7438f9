// The `platen` command as a function, so that tests call it with a socket and streams of their own.
#pragma once

#include <ostream>
#include <span>
#include <string>

#include "ui/cli/terminal.hpp"

namespace platen::cli {

struct Surroundings {
  std::string socket;  // where platend is, unless --socket says otherwise
  Look look;
};

// Returns the exit code.
int run_platen(std::span<const std::string> words, const Surroundings& around, std::ostream& out,
               std::ostream& err);

}  // namespace platen::cli
