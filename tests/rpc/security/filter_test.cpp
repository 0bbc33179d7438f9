// Both ends' filters with each other, and plain connections above them.
#include "rpc/security/filter.hpp"

#include <gmock/gmock.h>

namespace platen::rpc::security {
namespace {

class Filters : public ::testing::TestWithParam<AuthType> {
 protected:
  explicit Filters(AuthLevel least = AuthLevel::privacy) {
    auto accounts = std::make_shared<Accounts>();
    accounts->add("Alice", "word");
    security_.accounts = accounts;
    security_.least = least;
    server_ = std::make_unique<Filter>(security_);
  }

  void client(std::string_view password, AuthLevel level = AuthLevel::privacy) {
    client_ = std::make_unique<Filter>(ClientSecurity{credentials("alice", password), GetParam(), level});
  }

  // Carries what the client's connection says, and all that follows from it; the server's answers to bind and
  // alter_context stand for its connection. Gives what came up at either end.
  struct Up {
    std::vector<std::byte> server;
    std::vector<std::byte> client;
    bool ended = false;
  };
  Up carry(const Pdu& pdu) {
    Up up;
    auto to_server = client_->from_connection(encode_pdu(pdu)).down;
    while (!to_server.empty()) {
      auto got = server_->from_network(to_server);
      up.server.insert(up.server.end(), got.up.begin(), got.up.end());
      up.ended = up.ended || got.end;
      auto to_client = std::move(got.down);
      if (!got.up.empty())
        if (auto answer = answer_to(got.up); !answer.empty()) {
          const auto more = server_->from_connection(answer).down;
          to_client.insert(to_client.end(), more.begin(), more.end());
        }
      auto back = client_->from_network(to_client);
      up.client.insert(up.client.end(), back.up.begin(), back.up.end());
      up.ended = up.ended || back.end;
      to_server = std::move(back.down);
    }
    return up;
  }

  static std::vector<std::byte> answer_to(Octets octets) {
    const auto pdu = parse_pdu(octets);
    EXPECT_TRUE(pdu);
    EXPECT_FALSE(pdu->auth) << "the connection above knows nothing of verifiers";
    BindAck ack;
    ack.max_send = ack.max_receive = local_fragment;
    ack.contexts.push_back({ContextResult::accepted, ContextReason::none, kNdr});
    if (std::holds_alternative<Bind>(pdu->body))
      return encode_pdu(Pdu{whole_message, pdu->call_id, ByteOrder::little, ack});
    if (std::holds_alternative<AlterContext>(pdu->body))
      return encode_pdu(Pdu{whole_message, pdu->call_id, ByteOrder::little, AlterContextAck{ack}});
    return {};
  }

  static Pdu bind() {
    Bind body;
    body.max_send = body.max_receive = local_fragment;
    body.contexts = {{0, kNdr, {kNdr}}};
    return {whole_message, 1, ByteOrder::little, body};
  }
  static Pdu request(Octets stub) {
    return {whole_message, 2, ByteOrder::little, Request{0, 0, 3, std::nullopt, stub}};
  }

  ServerSecurity security_;
  std::unique_ptr<Filter> server_;
  std::unique_ptr<Filter> client_;
};

INSTANTIATE_TEST_SUITE_P(Types, Filters, ::testing::Values(AuthType::ntlm, AuthType::spnego));

TEST_P(Filters, AClientSignsInAndItsRequestArrivesInClear) {
  client("word");
  const auto bound = carry(bind());
  ASSERT_FALSE(bound.ended) << client_->refusal().value_or(Error{}).sentence();
  EXPECT_EQ(server_->peer_name(), "Alice");
  const auto ack = parse_pdu(bound.client);
  ASSERT_TRUE(ack);
  EXPECT_FALSE(ack->auth);
  EXPECT_EQ(std::get<BindAck>(ack->body).max_receive, tcp_fragment - Guard::overhead);
  for (std::size_t size : {0U, 5U, 5000U}) {
    const std::vector<std::byte> stub(size, std::byte{0x5a});
    const auto up = carry(request(stub));
    EXPECT_EQ(up.server, encode_pdu(request(stub)));
  }
}

TEST_P(Filters, AWrongPasswordIsRefusedAndCountedAndTheClientHearsOfIt) {
  client("wrong");
  const auto bound = carry(bind());
  // With auth3 there is no answer to the last leg: the first request gets it.
  if (!bound.ended) {
    const auto called = carry(request({}));
    EXPECT_TRUE(called.server.empty());
    EXPECT_TRUE(called.ended);
  }
  ASSERT_TRUE(client_->refusal());
  EXPECT_TRUE(client_->refusal()->is(Errc::denied));
  EXPECT_EQ(security_.audit->failed_sign_ins, 1U);
  EXPECT_EQ(server_->peer_name(), "");
}

TEST_P(Filters, ABindWithoutAuthenticationIsRefused) {
  auto said = encode_pdu(bind());
  const auto out = server_->from_network(said);
  EXPECT_TRUE(out.end);
  EXPECT_TRUE(out.up.empty());
  const auto nak = parse_pdu(out.down);
  ASSERT_TRUE(nak);
  EXPECT_TRUE(std::holds_alternative<BindNak>(nak->body));
  EXPECT_EQ(security_.audit->unauthenticated, 1U);
}

TEST_P(Filters, ABindBelowTheLeastLevelIsRefused) {
  client("word", AuthLevel::integrity);
  EXPECT_TRUE(carry(bind()).ended);
  EXPECT_EQ(security_.audit->weak, 1U);
}

TEST_P(Filters, ARequestBeforeTheSignInIsCompleteIsRefused) {
  auto said = encode_pdu(request({}));
  const auto out = server_->from_network(said);
  EXPECT_TRUE(out.end);
  EXPECT_TRUE(out.up.empty());
  const auto fault = parse_pdu(out.down);
  ASSERT_TRUE(fault);
  EXPECT_EQ(std::get<Fault>(fault->body).status, 5U);
}

TEST_P(Filters, AReplayedOrUnsignedRequestEndsTheConnection) {
  for (bool replay : {true, false}) {
    server_ = std::make_unique<Filter>(security_);
    client("word");
    ASSERT_FALSE(carry(bind()).ended);
    const auto before = security_.audit->forged;
    const auto sealed = client_->from_connection(encode_pdu(request({}))).down;
    auto first = sealed;
    if (replay) {
      EXPECT_FALSE(server_->from_network(first).end);
    }
    auto second = replay ? sealed : encode_pdu(request({}));
    const auto out = server_->from_network(second);
    EXPECT_TRUE(out.end);
    EXPECT_TRUE(out.up.empty());
    EXPECT_EQ(security_.audit->forged, before + 1);
  }
}

}  // namespace
}  // namespace platen::rpc::security
