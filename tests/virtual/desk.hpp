// A printer on the tester's desk: bytes in, what it says and puts out kept in memory, on simulated time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "base/one_thread.hpp"
#include "base/simulated_clock.hpp"
#include "virtual/channel.hpp"

namespace platen::vprinter {

inline constexpr std::string_view kUel = "\x1B%-12345X";

struct KeptOutput final : Output {
  struct Sheet {
    PageRecord record;
    Page page;
  };
  void put_out(const Page& page, const PageRecord& record) override { pages.push_back({record, page}); }
  void job_ended(const JobRecord& record) override { jobs.push_back(record); }
  std::vector<Sheet> pages;
  std::vector<JobRecord> jobs;
};

struct Desk {
  explicit Desk(std::string_view model = "Lexmark T640", Printer::Options options = {})
      : printer(clock, *model_by_name(model), output, options) {
    plug_in();
  }

  void plug_in() {
    channel = std::make_unique<Channel>(
        printer, Channel::Wires{[this](std::string_view message) { said += message; }, [] {}});
  }

  void send(std::string_view bytes) {
    waiting += bytes;
    pump();
  }

  // After something was changed that may let the printer go on.
  void pump() {
    printer.look_again();
    const std::span all(reinterpret_cast<const std::uint8_t*>(waiting.data()), waiting.size());
    waiting.erase(0, channel->take(all));
  }

  void pass(Duration span) {
    run_simulation(reactor, clock, span);
    pump();
  }

  std::string heard() { return std::exchange(said, {}); }
  const Bitmap& sheet(std::size_t number) { return output.pages.at(number).page.planes.front().bitmap; }

  boost::asio::io_context reactor{one_thread};
  SimulatedClock clock{reactor.get_executor()};
  KeptOutput output;
  Printer printer;
  std::string said;
  std::string waiting;  // sent, and not taken yet
  std::unique_ptr<Channel> channel;
};

// The smallest rectangle that holds all black dots; empty when there are none.
struct Inked {
  int left = 0, top = 0, right = 0, bottom = 0;  // right and bottom are one beyond
  friend bool operator==(const Inked&, const Inked&) = default;
};

inline Inked inked(const Bitmap& bitmap) {
  Inked found{bitmap.width(), bitmap.height(), 0, 0};
  for (int y = 0; y < bitmap.height(); ++y) {
    const auto row = bitmap.row(y);
    for (std::size_t byte = 0; byte < row.size(); ++byte) {
      if (row[byte] == 0) continue;
      for (int bit = 0; bit < 8; ++bit) {
        if (!((row[byte] >> (7 - bit)) & 1)) continue;
        const int x = static_cast<int>(byte) * 8 + bit;
        found = {std::min(found.left, x), std::min(found.top, y), std::max(found.right, x + 1), y + 1};
      }
    }
  }
  return found.right == 0 ? Inked{} : found;
}

}  // namespace platen::vprinter
