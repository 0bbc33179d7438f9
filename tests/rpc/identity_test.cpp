// What calls are known by cannot be guessed, and never comes twice.
#include "rpc/wire/identity.hpp"

#include <cstring>
#include <set>
#include <thread>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.hpp"

namespace platen::rpc::testing {
namespace {

// Past several fillings of the pool, and several seeds.
constexpr int many = 200'000;

TEST(Identity, NoChainComesTwiceAndEachIsOfVersionFour) {
  std::set<Uuid> seen;
  for (int i = 0; i < many; ++i) {
    const auto uuid = random_uuid();
    ASSERT_EQ(uuid.time_hi_and_version >> 12, 4);
    ASSERT_EQ(uuid.rest[0] >> 6, 2);
    ASSERT_TRUE(seen.insert(uuid).second) << to_text(uuid);
  }
}

TEST(Identity, EachBitOfACallIdIsAsOftenSetAsNot) {
  std::array<int, 32> set{};
  for (int i = 0; i < many; ++i) {
    const auto number = random_number();
    ASSERT_NE(number, 0U);
    for (std::size_t bit = 0; bit < set.size(); ++bit) set[bit] += static_cast<int>(number >> bit & 1);
  }
  // Ten standard deviations: √(many) / 2 each.
  for (const int count : set) EXPECT_NEAR(count, many / 2, 2240);
}

TEST(Identity, AChildProcessAndAThreadDrawOtherNumbersThanTheirParent) {
  static_cast<void>(random_uuid());  // so that there is a pool that could be shared
  auto pipe = make_pipe();
  ASSERT_TRUE(pipe);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto drawn = random_uuid();
    ::_exit(::write(pipe->write_end.get(), &drawn, sizeof drawn) == sizeof drawn ? 0 : 1);
  }
  ASSERT_GT(child, 0);
  pipe->write_end.reset();
  const auto own = random_uuid();
  Uuid of_child;
  ASSERT_EQ(::read(pipe->read_end.get(), &of_child, sizeof of_child), static_cast<ssize_t>(sizeof of_child));
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_NE(own, of_child);
  Uuid of_thread;
  std::thread([&of_thread] { of_thread = random_uuid(); }).join();
  EXPECT_NE(of_thread, own);
  EXPECT_NE(of_thread, of_child);
}

}  // namespace
}  // namespace platen::rpc::testing
