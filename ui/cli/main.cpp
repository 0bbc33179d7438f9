#include <clocale>
#include <cstdlib>
#include <iostream>
#include <string_view>
#include <vector>

#include <langinfo.h>
#include <unistd.h>

#include "ui/cli/program.hpp"

int main(int argc, char** argv) {
  using namespace platen::cli;
  std::setlocale(LC_CTYPE, "");
  Surroundings around;
  const char* socket = std::getenv("PLATEN_SOCKET");
  around.socket = socket && *socket ? socket : "/run/platen/platend.sock";
  around.look.color = ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  around.look.unicode = std::string_view(::nl_langinfo(CODESET)) == "UTF-8";
  const std::vector<std::string> words(argv + 1, argv + argc);
  const int exit = run_platen(words, around, std::cout, std::cerr);
  return std::cout.good() ? exit : 1;
}
