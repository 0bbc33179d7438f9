// parallel_desk [--no-reverse-idle] FOLDER PROGRAM ARGUMENT…: runs the program with the virtual printer on
// its /dev/parport0.
//
// What the printer is sent can hold two words: after COVER-NOW its cover is open for some seconds, after
// UNPLUG-NOW its cable is out for some. Afterwards FOLDER has `taken`, every byte that the printer took, and
// `report`, lines of `name value`: violations, resets, interrupts, ioctls. Exits as the program did.

#include <fstream>
#include <iostream>

#include <sys/wait.h>
#include <unistd.h>

#include "parallel_rig.hpp"

namespace {

constexpr int kWrongArguments = 2, kNoProgram = 127;
constexpr std::chrono::seconds kMishap(3);

void report(platen::rigs::ParallelRig& rig, const std::string& folder) {
  rig.with([&](platen::rigs::PrinterBench& bench) {
    std::ofstream(folder + "/taken") << bench.taken;
    std::ofstream lines(folder + "/report");
    const auto& tally = bench.wire.peripheral().tally();
    lines << "resets " << tally.resets << "\nnegotiations " << tally.negotiations << "\naborts "
          << tally.aborts << "\nbytes-out " << tally.bytes_out << "\nioctls " << bench.ioctls << "\n";
    for (const std::string& violation : bench.wire.peripheral().violations())
      lines << "violation " << violation << "\n";
  });
}

}  // namespace

int main(int argc, char** argv) {
  const bool no_reverse_idle = argc > 1 && std::string_view(argv[1]) == "--no-reverse-idle";
  if (no_reverse_idle) --argc, ++argv;
  if (argc < 3) {
    std::cerr << "Usage: parallel_desk FOLDER PROGRAM ARGUMENT…\n";
    return kWrongArguments;
  }
  platen::rigs::ParallelRig rig;
  rig.with([no_reverse_idle](platen::rigs::PrinterBench& bench) {
    bench.wire.peripheral().faults().no_reverse_idle = no_reverse_idle;
    using platen::rigs::Mishap;
    bench.mishaps = {{"COVER-NOW", Mishap::What::cover_open, kMishap},
                     {"UNPLUG-NOW", Mishap::What::unplugged, kMishap}};
  });
  const pid_t child = ::fork();
  if (child == 0) {
    ::setenv("LD_PRELOAD", "libumockdev-preload.so.0", 1);
    ::execvp(argv[2], argv + 2);
    std::cerr << "parallel_desk: " << argv[2] << " cannot be started\n";
    ::_exit(kNoProgram);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  report(rig, argv[1]);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
