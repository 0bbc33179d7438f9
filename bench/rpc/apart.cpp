#include "apart.hpp"

#include <filesystem>

#include "contestant.hpp"

namespace platen::bench {
namespace {

class Apart final : public Contestant {
 public:
  explicit Apart(const std::string& program) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) != 0) give_up("cannot make a socket pair");
    const auto path = (std::filesystem::read_symlink("/proc/self/exe").parent_path() / program).string();
    const auto orders = std::to_string(ends[1]);
    child_ = std::make_unique<Child>([&] {
      ::close(ends[0]);
      ::execl(path.c_str(), path.c_str(), orders.c_str(), nullptr);
      give_up("cannot start " + path);
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

std::unique_ptr<Contestant> make_apart(const std::string& program) {
  return std::make_unique<Apart>(program);
}

}  // namespace platen::bench
