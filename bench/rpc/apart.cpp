#include <sys/socket.h>
#include <unistd.h>

#include "contestant.hpp"

namespace platen::bench {
namespace {

struct Order {
  bool nested;
  int calls;
};

template <typename T>
bool put(int socket, const T& value) {
  return ::send(socket, &value, sizeof value, MSG_NOSIGNAL) == static_cast<ssize_t>(sizeof value);
}

template <typename T>
bool take(int socket, T& value) {
  return ::read(socket, &value, sizeof value) == static_cast<ssize_t>(sizeof value);
}

class Apart final : public Contestant {
 public:
  explicit Apart(const std::function<std::unique_ptr<Contestant>()>& make) {
    int ends[2];
    // Packets keep their borders, so one read takes one order.
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
      give_up("cannot make a socket pair");
    child_ = std::make_unique<Child>([&] {
      ::close(ends[0]);
      const auto contestant = make();
      Order order{};
      while (take(ends[1], order)) {
        const double each = order.nested ? contestant->nested(order.calls) : contestant->flat(order.calls);
        if (!put(ends[1], each)) break;
      }
    });
    ::close(ends[1]);
    orders_ = ends[0];
  }
  ~Apart() override { ::close(orders_); }

  double flat(int calls) override { return ask({false, calls}); }
  double nested(int calls) override { return ask({true, calls}); }

 private:
  double ask(Order order) {
    double each = 0;
    if (!put(orders_, order) || !take(orders_, each)) give_up("a contestant has ended before its time");
    return each;
  }

  std::unique_ptr<Child> child_;
  int orders_ = -1;
};

}  // namespace

std::unique_ptr<Contestant> make_apart(const std::function<std::unique_ptr<Contestant>()>& make) {
  return std::make_unique<Apart>(make);
}

}  // namespace platen::bench
