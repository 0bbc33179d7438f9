#include "rpc/security/guard.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "hex.hpp"
#include "rpc/security/ntlm_keys.hpp"

namespace platen::rpc::security {
namespace {

class Guards : public ::testing::TestWithParam<AuthLevel> {
 protected:
  Guards() {
    accounts_.add("alice", "word");
    const auto level = GetParam();
    client_ = std::make_unique<Guard>(spnego_client(credentials("alice", "word"), real_surroundings(), level),
                                      AuthType::spnego, level, 79231);
    server_ = std::make_unique<Guard>(spnego_server(accounts_, "PLATEN", real_surroundings(), level),
                                      AuthType::spnego, level, 79231);
    std::optional<AuthVerifier> leg;
    for (int i = 0; i < 5 && !(client_->complete() && server_->complete()); ++i) {
      auto next = (i % 2 == 0 ? client_ : server_)->step(leg);
      EXPECT_TRUE(next) << next.error().sentence();
      if (!next) return;
      leg = *next;
    }
    EXPECT_TRUE(client_->complete() && server_->complete());
  }

  static Pdu request(Octets stub) {
    return {whole_message, 7, ByteOrder::little, Request{9, 0, 3, std::nullopt, stub}};
  }
  std::vector<std::byte> sealed(const Pdu& pdu) {
    std::vector<std::byte> octets;
    client_->protect(pdu, encode_pdu(pdu), octets);
    return octets;
  }
  // What the server makes of these octets.
  Result<std::vector<std::byte>> arrives(std::vector<std::byte> octets) {
    auto pdu = parse_pdu(octets);
    if (!pdu) return pdu.error();
    auto good = server_->unprotect(*pdu, octets);
    if (!good) return good.error();
    if (const auto* got = std::get_if<Request>(&pdu->body))
      return std::vector(got->stub.begin(), got->stub.end());
    return std::vector<std::byte>();
  }

  Accounts accounts_;
  std::unique_ptr<Guard> client_;
  std::unique_ptr<Guard> server_;
};

INSTANTIATE_TEST_SUITE_P(Levels, Guards, ::testing::Values(AuthLevel::integrity, AuthLevel::privacy));

TEST_P(Guards, ARequestArrivesAsItWent) {
  for (std::size_t size : {0U, 1U, 15U, 16U, 17U, 5000U}) {
    const std::vector<std::byte> stub(size, std::byte{0x5a});
    const auto octets = sealed(request(stub));
    EXPECT_LE(octets.size(), request_header + size + Guard::overhead);
    const auto got = arrives(octets);
    ASSERT_TRUE(got) << got.error().sentence();
    EXPECT_EQ(*got, stub);
  }
  EXPECT_TRUE(arrives(sealed(Pdu{whole_message, 7, ByteOrder::little, Cancel{}})));
}

TEST_P(Guards, OnlyPrivacyHidesTheStub) {
  const auto text = from_hex("706c6174656e706c6174656e706c6174656e");
  const auto octets = sealed(request(text));
  const bool shown = std::ranges::search(octets, text).begin() != octets.end();
  EXPECT_EQ(shown, GetParam() == AuthLevel::integrity);
}

TEST_P(Guards, OneOctetChangedAnywhereIsRefused) {
  const auto octets = sealed(request(from_hex("0102030405")));
  for (std::size_t at = 0; at < octets.size(); ++at) {
    auto changed = octets;
    changed[at] ^= std::byte{0x40};
    // The cipher goes on with every try: nothing is right after a wrong one, and nothing has to be.
    EXPECT_FALSE(arrives(changed)) << at;
  }
}

TEST_P(Guards, WhatIsNotSignedReplayedOrOfAnotherContextIsRefused) {
  const auto stub = from_hex("0102030405");
  const auto good = sealed(request(stub));
  EXPECT_FALSE(arrives(encode_pdu(request(stub))));
  auto other = request(stub);
  const std::array<std::byte, 16> value{};
  for (auto verifier :
       {AuthVerifier{9, 4, 0, 79231, value},
        AuthVerifier{10, static_cast<std::uint8_t>(GetParam()), 0, 79231, value},
        AuthVerifier{9, static_cast<std::uint8_t>(GetParam()), 0, 79232, value},
        AuthVerifier{9, static_cast<std::uint8_t>(GetParam()), 0, 79231, std::span(value).first(12)}}) {
    other.auth = verifier;
    EXPECT_FALSE(arrives(encode_pdu(other)));
  }
  EXPECT_TRUE(arrives(good));
  EXPECT_FALSE(arrives(good));
}

TEST(Accounts, AreReadWithTheLineOfWhatIsWrong) {
  const auto good = Accounts::parse("# who prints\n\nAlice:A4F49C406510BDCAB6824EE7C30FD852\r\n", "accounts");
  ASSERT_TRUE(good) << good.error().sentence();
  const auto* alice = good->find("aLICE");
  ASSERT_NE(alice, nullptr);
  EXPECT_EQ(alice->name, "Alice");
  EXPECT_EQ(alice->hash.octets, nt_hash("Password").octets);
  EXPECT_EQ(good->find("bob"), nullptr);
  for (std::string_view bad : {"alice", "alice:", ":a4f49c406510bdcab6824ee7c30fd852", "alice:a4f4",
                               "alice:x4f49c406510bdcab6824ee7c30fd852"}) {
    const auto refused = Accounts::parse(std::string("#\n").append(bad), "accounts");
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().object, "accounts:2");
  }
}

TEST(Accounts, AFileThatOthersCanReadIsRefused) {
  const std::string path = ::testing::TempDir() + "accounts-" + std::to_string(::getpid());
  std::ofstream(path) << "alice:a4f49c406510bdcab6824ee7c30fd852\n";
  ::chmod(path.c_str(), 0640);
  EXPECT_FALSE(Accounts::load(path));
  ::chmod(path.c_str(), 0600);
  const auto accounts = Accounts::load(path);
  ASSERT_TRUE(accounts) << accounts.error().sentence();
  EXPECT_NE(accounts->find("alice"), nullptr);
  const std::string link = path + "-link";
  ASSERT_EQ(::symlink(path.c_str(), link.c_str()), 0);
  EXPECT_FALSE(Accounts::load(link));
  ::unlink(link.c_str());
  ::unlink(path.c_str());
  EXPECT_FALSE(Accounts::load(path));
}

}  // namespace
}  // namespace platen::rpc::security
