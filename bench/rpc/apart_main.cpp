// A contestant as a program of its own; PLATEN_BENCH_CONTESTANT says which. bench-rpc starts it with the
// number of the socket that its orders come from.
#include <cstdlib>

#include "apart.hpp"
#include "contestant.hpp"

int main(int count, char** words) {
  using namespace platen::bench;
  if (count != 2) give_up("this program is started by bench-rpc");
  const int orders = std::atoi(words[1]);
  const auto contestant = PLATEN_BENCH_CONTESTANT();
  Order order{};
  while (take(orders, order)) {
    const double each = order.nested ? contestant->nested(order.calls) : contestant->flat(order.calls);
    if (!put(orders, each)) break;
  }
}
