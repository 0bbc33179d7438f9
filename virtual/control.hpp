// The words of the control socket: what a person, or a test, does to the printer. docs/architecture.md lists
// them.
#pragma once

#include <random>
#include <string>
#include <string_view>

#include "virtual/printer.hpp"
#include "virtual/wire.hpp"

namespace platen::vprinter {

class Control {
 public:
  Control(Printer& printer, Wire& wire) : printer_(printer), wire_(wire) {}

  // "ok", the status as JSON, or "error " and a sentence. One line, without its end.
  std::string tell(std::string_view words);

 private:
  using Words = std::vector<std::string>;
  using Handler = Result<void> (Control::*)(const Words&);
  struct Row {
    std::string_view word;
    std::size_t least;  // arguments
    std::size_t most;
    std::string_view usage;
    Handler handler;
  };
  static std::span<const Row> rows();
  [[nodiscard]] std::string status() const;

  Result<void> paper_out(const Words& words);
  Result<void> paper_in(const Words& words);
  Result<void> jam(const Words& words);
  Result<void> clear_jam(const Words& words);
  Result<void> cover(const Words& words);
  Result<void> supply(const Words& words);
  Result<void> levels(const Words& words);
  Result<void> offline(const Words& words);
  Result<void> online(const Words& words);
  Result<void> rest(const Words& words);
  Result<void> cancel(const Words& words);
  Result<void> stall(const Words& words);
  Result<void> resume(const Words& words);
  Result<void> silence(const Words& words);
  Result<void> speak(const Words& words);
  Result<void> garbage(const Words& words);
  Result<void> disconnect(const Words& words);
  Result<void> refuse(const Words& words);
  Result<void> accept(const Words& words);
  Result<void> slow(const Words& words);
  Result<void> fault(const Words& words);

  Printer& printer_;
  Wire& wire_;
  std::mt19937 noise_{640};  // the same noise in every run
};

}  // namespace platen::vprinter
