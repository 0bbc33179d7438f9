// bench-port: how fast bytes move through a port, beside the bare library, to the same printer in the same
// rig. To be run under usb_server. Prints `name value unit` lines: medians of rounds in turns, since the
// machine's speed drifts.
#include <algorithm>
#include <functional>
#include <iostream>
#include <vector>

#include "rigs/usb_rig.hpp"
#include "usb.hpp"

namespace {

using namespace platen::bench;

constexpr int rounds = 15;
constexpr std::size_t out_bytes = 16 << 20, in_bytes = 2 << 20;

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void race(const std::string& name, std::size_t bytes, double (*bare)(std::size_t),
          double (*ours)(std::size_t), const std::function<void()>& prepare) {
  std::vector<double> bare_rates, our_rates, ratios;
  for (int round = 0; round < rounds; ++round) {
    prepare();
    const double first = static_cast<double>(bytes) / 1e6 / bare(bytes);
    prepare();
    const double second = static_cast<double>(bytes) / 1e6 / ours(bytes);
    bare_rates.push_back(first);
    our_rates.push_back(second);
    ratios.push_back(second / first * 100);
  }
  std::cout << "port_usb_" << name << " " << median(our_rates) << " MB/s\n"
            << "port_usb_" << name << "_bare_libusb " << median(bare_rates) << " MB/s\n"
            << "port_usb_" << name << "_share " << median(ratios) << " %\n";
}

}  // namespace

int main() try {
  platen::rig::UsbRig rig;
  rig.tell("plug 1 E260dn keep=0");
  race("out", out_bytes, &bare_out, &platen_out, [] {});
  race("in", in_bytes, &bare_in, &platen_in, [&rig] {
    // A fresh plug: what the other did not read would be left over.
    rig.tell("unplug 1");
    rig.tell("plug 1 E260dn keep=0");
    rig.tell("murmur 1 " + std::to_string(in_bytes));
  });
  return 0;
} catch (const std::exception& problem) {
  std::cerr << "bench-port: " << problem.what() << "\n";
  return 1;
}
