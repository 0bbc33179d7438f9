// Captures of other people's clients, said again to our server: it takes them as it did then, and answers the
// same octets (captures/README.md).
#include <cstring>
#include <fstream>

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>

#include "base/one_thread.hpp"
#include "interop/echo_interface.hpp"
#include "rpc/endpoint_mapper.hpp"
#include "rpc/transport/tcp.hpp"
#include "test_interface.hpp"

namespace platen::rpc::testing {
namespace {

using boost::asio::ip::tcp;

struct Said {
  bool by_client = false;
  std::vector<std::byte> octets;
};

std::vector<Said> read_capture(const std::string& name) {
  std::vector<Said> said;
  std::ifstream file(PLATEN_SOURCE "/tests/rpc/captures/" + name + ".hex");
  std::string direction, digits;
  while (file >> direction >> digits) {
    Said one{direction == "C", {}};
    for (std::size_t at = 0; at + 1 < digits.size(); at += 2)
      one.octets.push_back(static_cast<std::byte>(std::stoi(digits.substr(at, 2), nullptr, 16)));
    said.push_back(std::move(one));
  }
  EXPECT_GE(said.size(), 4U) << name;
  return said;
}

// What the server had drawn and what the time was, as its challenge tells: NTLMSSP message 2 (MS-NLMP
// 2.2.1.2), with the time as the last entry of its target information but the end.
security::Surroundings surroundings_of(const std::vector<Said>& said) {
  constexpr std::string_view mark("NTLMSSP\0\2\0\0\0", 12);
  std::string challenge(8, '\0');
  std::uint64_t time = 0;
  for (const auto& one : said) {
    const std::string_view octets(reinterpret_cast<const char*>(one.octets.data()), one.octets.size());
    const auto at = octets.find(mark);
    if (one.by_client || at == std::string_view::npos) continue;
    challenge = octets.substr(at + 24, 8);
    constexpr std::string_view stamp("\7\0\10\0", 4);
    const auto entry = octets.find(stamp, at + 48);
    EXPECT_NE(entry, std::string_view::npos) << "no time in the challenge";
    std::memcpy(&time, octets.data() + entry + stamp.size(), sizeof time);
    break;
  }
  return {[challenge](std::span<std::byte> into) {
            std::memcpy(into.data(), challenge.data(), std::min(into.size(), challenge.size()));
          },
          [time] { return time; }};
}

// The port that the mapper named then: the floor of TCP in the tower of its answer.
std::uint16_t port_in(const std::vector<std::byte>& answer) {
  for (std::size_t at = 0; at + 6 < answer.size(); ++at)
    if (answer[at] == std::byte{7} && answer[at + 1] == std::byte{2} && answer[at + 2] == std::byte{0})
      return static_cast<std::uint16_t>(std::to_integer<unsigned>(answer[at + 3]) << 8 |
                                        std::to_integer<unsigned>(answer[at + 4]));
  return 0;
}

class Captures : public ::testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(Clients, Captures,
                         ::testing::Values("impacket_mapper", "impacket_ntlm_privacy", "rpcclient_mapper",
                                           "rpcclient_spnego_privacy", "samba_ntlm_privacy",
                                           "samba_spnego_privacy_big"),
                         [](const auto& client) { return std::string(client.param); });

TEST_P(Captures, AreAnsweredAsTheyWere) {
  const auto said = read_capture(GetParam());
  const bool mapper = std::string_view(GetParam()).ends_with("mapper");
  asio::io_context reactor{one_thread};
  AlarmClock clock(reactor.get_executor());
  EndpointMap map;
  map.add(
      {{kEcho.uuid, kEcho.major, kEcho.minor}, {127, 0, 0, 1}, port_in(said.back().octets), "Platen's echo"});
  Server server(clock, reactor.get_executor(), {});
  server.add(mapper ? endpoint_mapper(map) : echo_service(clock));
  security::ServerSecurity security;
  auto accounts = std::make_shared<security::Accounts>();
  accounts->add("alice", "Word 1");
  security.accounts = accounts;

  tcp::acceptor acceptor(reactor, {asio::ip::make_address("127.0.0.1"), 0});
  tcp::socket client(reactor);
  client.connect(acceptor.local_endpoint());
  auto filter = mapper ? nullptr : std::make_shared<security::Filter>(security, surroundings_of(said));
  server.serve(tcp_transport(acceptor.accept(), std::move(filter)));

  auto scene = [](Clock& time, tcp::socket& socket, const std::vector<Said>& all) -> Task<void> {
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto expected = all[i].octets;
      if (all[i].by_client) {
        const auto out = asio::buffer(expected);
        auto [failed, sent] =
            co_await before(time, Deadline::in(time, long_enough),
                            [&socket, &out](auto token) { return asio::async_write(socket, out, token); });
        CO_ASSERT(!failed);
        continue;
      }
      std::vector<std::byte> got(expected.size());
      const auto into = asio::buffer(got);
      auto [failed, size] =
          co_await before(time, Deadline::in(time, long_enough),
                          [&socket, &into](auto token) { return asio::async_read(socket, into, token); });
      EXPECT_FALSE(failed) << failed.message() << " after " << size << " octets of answer " << i;
      // The association group of a bind_ack is drawn anew each time.
      if (got[2] == std::byte{12}) std::copy_n(expected.begin() + 20, 4, got.begin() + 20);
      EXPECT_TRUE(got == expected) << "answer " << i;
      CO_ASSERT(!failed);
    }
  };
  play_on(reactor, scene(clock, client, said));
  EXPECT_EQ(security.audit->forged, 0U);
  EXPECT_EQ(security.audit->failed_sign_ins, 0U);
  server.stop();
  reactor.restart();
  reactor.poll();
}

}  // namespace
}  // namespace platen::rpc::testing
