#include "base/mailbox.hpp"

#include <chrono>
#include <fstream>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/one_thread.hpp"

namespace platen {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

struct MailboxTest : testing::Test {
  std::optional<asio::io_context> reactor{std::in_place, one_thread};
  Mailbox* mailbox = &Mailbox::of(reactor->get_executor());
};

// Whether the kernel says so of that thread of ours within ten seconds.
bool falls_asleep(pid_t thread) {
  const std::string path = "/proc/self/task/" + std::to_string(thread) + "/stat";
  const auto end = std::chrono::steady_clock::now() + 10s;
  while (std::chrono::steady_clock::now() < end) {
    std::string stat;
    std::getline(std::ifstream(path), stat);
    const auto name_ends = stat.rfind(')');
    if (name_ends != std::string::npos && stat.substr(name_ends, 3) == ") S") return true;
    std::this_thread::yield();
  }
  return false;
}

TEST_F(MailboxTest, LettersOfManyThreadsAreReadOnTheReactorEachThreadsInItsOrder) {
  constexpr int threads = 4, each = 2000;
  std::vector<int> next(threads);
  int read = 0;
  bool in_order = true;
  const auto home = std::this_thread::get_id();
  auto working = asio::make_work_guard(*reactor);
  std::vector<std::thread> posters;
  for (int thread = 0; thread < threads; ++thread)
    posters.emplace_back([this, thread, &next, &read, &in_order, &working, home] {
      for (int i = 0; i < each; ++i)
        mailbox->post([thread, i, &next, &read, &in_order, &working, home] {
          in_order = in_order && next[thread]++ == i && std::this_thread::get_id() == home;
          if (++read == threads * each) working.reset();
        });
    });
  reactor->run_for(30s);
  for (auto& poster : posters) poster.join();
  EXPECT_EQ(read, threads * each);
  EXPECT_TRUE(in_order);
}

TEST_F(MailboxTest, ALetterWakesAReactorThatSleeps) {
  auto working = asio::make_work_guard(*reactor);
  std::thread poster([this, &working, sleeper = ::gettid()] {
    EXPECT_TRUE(falls_asleep(sleeper));
    mailbox->post([&working] { working.reset(); });
  });
  reactor->run_for(30s);
  poster.join();
  EXPECT_FALSE(working.owns_work());
}

TEST_F(MailboxTest, AReactorWithoutWorkReturnsAndReadsItsLettersTheNextTime) {
  int read = 0;
  std::thread([this, &read] { mailbox->post([&read] { ++read; }); }).join();
  EXPECT_EQ(reactor->run_for(10s), 0U);
  reactor->restart();
  asio::post(*reactor, [this] { asio::post(*reactor, [] {}); });
  reactor->run_for(10s);
  EXPECT_EQ(read, 1);
}

TEST_F(MailboxTest, ALetterMayPostAnother) {
  auto working = asio::make_work_guard(*reactor);
  mailbox->post([this, &working] { mailbox->post([&working] { working.reset(); }); });
  reactor->run_for(30s);
  EXPECT_FALSE(working.owns_work());
}

TEST_F(MailboxTest, WhatIsNotReadIsDestroyedWithTheReactor) {
  auto held = std::make_shared<int>(7);
  const std::weak_ptr<int> seen = held;
  mailbox->post([held = std::move(held)] {});
  EXPECT_FALSE(seen.expired());
  reactor.reset();
  EXPECT_TRUE(seen.expired());
}

}  // namespace
}  // namespace platen
