// What rpc/transport/readiness.hpp saves the kernel must never cost a byte, an end or a descriptor.
#include <cstring>

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/one_thread.hpp"
#include "rpc/transport/unix.hpp"
#include "test_interface.hpp"

namespace platen::rpc::testing {
namespace {

// Answers whatever comes with one octet, as a server does, and reads on.
class Answering final : public TransportUser {
 public:
  explicit Answering(std::unique_ptr<Transport> over) : transport(std::move(over)) {}

  bool on_octets(std::span<std::byte> octets, Descriptors& came) override {
    for (const auto octet : octets) heard += static_cast<char>(octet);
    for (auto& fd : came) descriptors.push_back(std::move(fd));
    const std::byte answer{'!'};
    const std::span<const std::byte> part(&answer, 1);
    Descriptors none;
    static_cast<void>(transport->write(std::span(&part, 1), none));
    if (before_reading_on) std::exchange(before_reading_on, {})();
    return reads_on;
  }
  void on_end(Error why) override {
    end = std::move(why);
    ++ends;
    if (on_its_end) std::exchange(on_its_end, {})();
  }
  void on_room() override {}
  void on_reactor_gone() override { gone = true; }

  std::unique_ptr<Transport> transport;
  std::string heard;
  Descriptors descriptors;
  std::optional<Error> end;
  bool gone = false;
  bool reads_on = true;
  std::function<void()> before_reading_on;
  std::function<void()> on_its_end;
  int ends = 0;
};

class UnixTransport : public ::testing::Test {
 protected:
  UnixTransport() {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    asio::local::stream_protocol::socket socket(reactor_->get_executor());
    socket.assign(asio::local::stream_protocol(), ends[0]);
    other_ = Fd(ends[1]);
    auto transport = unix_transport(std::move(socket));
    EXPECT_TRUE(transport);
    user_ = std::make_shared<Answering>(std::move(*transport));
  }
  ~UnixTransport() override {
    if (user_) user_->transport->close();
    if (reactor_) settle();
  }

  // Everything that can happen now.
  void settle() {
    reactor_->restart();
    reactor_->poll();
  }
  void say(std::string_view words) const {
    ASSERT_EQ(::send(other_.get(), words.data(), words.size(), 0), static_cast<ssize_t>(words.size()));
  }
  void say_with_descriptor(char word) const {
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))]{};
    iovec data{&word, 1};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    auto* part = CMSG_FIRSTHDR(&message);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(sizeof(int));
    const int number = STDIN_FILENO;
    std::memcpy(CMSG_DATA(part), &number, sizeof number);
    ASSERT_EQ(::sendmsg(other_.get(), &message, 0), 1);
  }

  std::optional<asio::io_context> reactor_{std::in_place, one_thread};
  Fd other_;
  std::shared_ptr<Answering> user_;
};

TEST_F(UnixTransport, WhatComesLaterIsHeardThoughTheKernelIsNotAskedAgain) {
  user_->transport->read(user_);
  for (const auto* word : {"a", "b", "c"}) {
    say(word);
    settle();
  }
  EXPECT_EQ(user_->heard, "abc");
  EXPECT_FALSE(user_->end);
}

TEST_F(UnixTransport, WhatComesBetweenReadingAndWaitingIsHeard) {
  user_->transport->read(user_);
  user_->before_reading_on = [this] { say("b"); };
  say("a");
  settle();
  EXPECT_EQ(user_->heard, "ab");
}

TEST_F(UnixTransport, AnEndThatCameTogetherWithTheLastWordsIsNoticed) {
  user_->transport->read(user_);
  say("last words");
  other_.reset();
  settle();
  EXPECT_EQ(user_->heard, "last words");
  ASSERT_TRUE(user_->end);
  EXPECT_TRUE(user_->end->is(Errc::closed));
}

TEST_F(UnixTransport, AnEndRightAfterTheAnswerIsNoticed) {
  user_->transport->read(user_);
  user_->before_reading_on = [this] { other_.reset(); };
  say("a");
  settle();
  ASSERT_TRUE(user_->end);
}

TEST_F(UnixTransport, WhatStandsBehindDescriptorsIsHeard) {
  user_->transport->take_descriptors();
  user_->transport->read(user_);
  say("a");
  say_with_descriptor('b');
  say_with_descriptor('c');
  say("d");
  settle();
  EXPECT_EQ(user_->heard, "abcd");
  EXPECT_EQ(user_->descriptors.size(), 2U);
}

TEST_F(UnixTransport, WhoExpectsNoDescriptorsIsGivenNone) {
  const int next = ::dup(STDIN_FILENO);
  ::close(next);
  user_->transport->read(user_);
  say_with_descriptor('a');
  settle();
  EXPECT_EQ(user_->heard, "a");
  EXPECT_TRUE(user_->descriptors.empty());
  const int still_next = ::dup(STDIN_FILENO);
  ::close(still_next);
  EXPECT_EQ(next, still_next) << "one is open that nobody holds";
}

TEST_F(UnixTransport, WhoDoesNotReadOnHearsTheRestWhenItReadsAgain) {
  user_->reads_on = false;
  user_->transport->read(user_);
  say("a");
  settle();
  say("b");
  settle();
  EXPECT_EQ(user_->heard, "a");
  EXPECT_EQ(user_.use_count(), 1) << "nothing is asked for, and it is kept alive";
  user_->transport->read(user_);
  settle();
  EXPECT_EQ(user_->heard, "ab");
}

TEST_F(UnixTransport, WhoClosesWhileItHearsIsLetGo) {
  user_->reads_on = false;
  user_->before_reading_on = [this] { user_->transport->close(); };
  user_->transport->read(user_);
  say("a");
  settle();
  EXPECT_EQ(user_->heard, "a");
  EXPECT_EQ(user_.use_count(), 1);
}

TEST_F(UnixTransport, AnEndIsToldOnce) {
  user_->transport->read(user_);
  user_->on_its_end = [this] { user_->transport->close(); };
  other_.reset();
  settle();
  EXPECT_EQ(user_->ends, 1);
  EXPECT_EQ(user_.use_count(), 1);
}

TEST_F(UnixTransport, ClosingTellsWhoWaits) {
  user_->transport->read(user_);
  user_->transport->close();
  settle();
  ASSERT_TRUE(user_->end);
  EXPECT_TRUE(user_->end->is(Errc::closed));
  user_->transport->read(user_);
  settle();
  EXPECT_TRUE(user_->end);
}

TEST_F(UnixTransport, AReactorThatIsTakenDownTellsWhoWaits) {
  user_->transport->read(user_);
  settle();
  reactor_.reset();
  EXPECT_TRUE(user_->gone);
  user_.reset();
}

}  // namespace
}  // namespace platen::rpc::testing
