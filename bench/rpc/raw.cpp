#include <array>

#include <sys/socket.h>
#include <unistd.h>

#include "contestant.hpp"

namespace platen::bench {
namespace {

class Raw final : public Contestant {
 public:
  Raw() {
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_) != 0)
      give_up("cannot make a socket pair");
    child_ = std::make_unique<Child>([this] {
      ::close(ends_[0]);
      for (;;) {
        take(ends_[1]);
        if (octets_[0] == nested_call) {
          octets_[0] = 0;
          put(ends_[1]);
          take(ends_[1]);
        }
        put(ends_[1]);
      }
    });
    ::close(ends_[1]);
  }
  ~Raw() override { ::close(ends_[0]); }

  double flat(int calls) override {
    octets_[0] = 0;
    const double from = now_us();
    for (int i = 0; i < calls; ++i) {
      put(ends_[0]);
      take(ends_[0]);
    }
    return (now_us() - from) / calls;
  }

  double nested(int calls) override {
    const double from = now_us();
    for (int i = 0; i < calls; ++i) {
      octets_[0] = nested_call;
      put(ends_[0]);
      take(ends_[0]);
      put(ends_[0]);
      take(ends_[0]);
    }
    return (now_us() - from) / calls;
  }

 private:
  static constexpr char nested_call = 1;

  void put(int socket) {
    if (::write(socket, octets_.data(), octets_.size()) != static_cast<ssize_t>(octets_.size())) ::_exit(1);
  }
  void take(int socket) {
    for (std::size_t at = 0; at < octets_.size();) {
      const auto got = ::read(socket, octets_.data() + at, octets_.size() - at);
      if (got <= 0) ::_exit(1);
      at += static_cast<std::size_t>(got);
    }
  }

  int ends_[2] = {-1, -1};
  std::array<char, payload> octets_{};
  std::unique_ptr<Child> child_;
};

}  // namespace

std::unique_ptr<Contestant> make_raw() {
  return std::make_unique<Raw>();
}

}  // namespace platen::bench
