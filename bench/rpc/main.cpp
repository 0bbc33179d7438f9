// Measures calls between processes: the runtime of rpc/ beside the bare socket and its peers, in turn, so
// that the machine's drift hits all alike. Prints `name value unit` lines, medians.
#include <algorithm>
#include <cstdio>
#include <vector>

#include <sched.h>

#include "contestant.hpp"

namespace platen::bench {

namespace {

constexpr int rounds = 11;
constexpr int calls = 10'000;
// A call of these takes several times as long, and no more of them are needed for a steady median.
constexpr int calls_of_slow = 4'000;

void pin_to_one_processor() {
  cpu_set_t all;
  CPU_ZERO(&all);
  if (::sched_getaffinity(0, sizeof all, &all) != 0) give_up("cannot ask for the processors");
  int last = 0;
  for (int i = 0; i < CPU_SETSIZE; ++i)
    if (CPU_ISSET(i, &all)) last = i;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(last, &one);
  if (::sched_setaffinity(0, sizeof one, &one) != 0) give_up("cannot stay on one processor");
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

struct Entry {
  const char* name;
  std::unique_ptr<Contestant> contestant;
  int calls;  // a round; half as many nested
  std::vector<double> flat;
  std::vector<double> nested;
};

void race() {
  std::vector<Entry> entries;
  entries.push_back({"raw", make_raw(), calls, {}, {}});
  entries.push_back({"rpc", make_platen(), calls, {}, {}});
#ifdef PLATEN_BENCH_SDBUS
  entries.push_back({"sdbus", make_sdbus(), calls, {}, {}});
#else
  std::fprintf(stderr, "sd-bus is not measured: libsystemd-dev is not installed\n");
#endif
#ifdef PLATEN_BENCH_CAPNP
  entries.push_back({"capnp", make_apart("bench-rpc-capnp"), calls_of_slow, {}, {}});
#else
  std::fprintf(stderr, "Cap'n Proto is not measured: libcapnp-dev and capnproto are not installed\n");
#endif
#ifdef PLATEN_BENCH_GRPC
  entries.push_back({"grpc", make_apart("bench-rpc-grpc"), calls_of_slow, {}, {}});
#else
  std::fprintf(
      stderr,
      "gRPC is not measured: libgrpc++-dev, libprotobuf-dev and protobuf-compiler-grpc are not installed\n");
#endif
  for (int round = 0; round < rounds; ++round)
    for (auto& entry : entries) {
      entry.flat.push_back(entry.contestant->flat(entry.calls));
      entry.nested.push_back(entry.contestant->nested(entry.calls / 2));
    }
  for (const auto& entry : entries) {
    std::printf("%s_flat %.2f us\n", entry.name, median(entry.flat));
    std::printf("%s_nested %.2f us\n", entry.name, median(entry.nested));
  }
  const auto ratio = [](const std::vector<double>& values, const std::vector<double>& to) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < values.size(); ++i) ratios.push_back(values[i] / to[i]);
    return median(std::move(ratios));
  };
  for (std::size_t i = 1; i < entries.size(); ++i) {
    std::printf("%s_flat_ratio %.2f x\n", entries[i].name, ratio(entries[i].flat, entries[0].flat));
    std::printf("%s_nested_ratio %.2f x\n", entries[i].name, ratio(entries[i].nested, entries[0].nested));
  }
}

}  // namespace
}  // namespace platen::bench

int main() {
  platen::bench::pin_to_one_processor();
  platen::bench::race();
  platen::bench::measure_platen_itself();
}
