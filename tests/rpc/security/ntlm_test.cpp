// Both ends of the exchange with each other, and what each refuses of the other.
#include "rpc/security/ntlm.hpp"

#include <random>

#include <gmock/gmock.h>

#include "hex.hpp"
#include "rpc/security/spnego.hpp"

namespace platen::rpc::security {
namespace {

// The same numbers in each run, other ones for each context.
Surroundings fixed(unsigned seed) {
  auto random = std::make_shared<std::mt19937>(seed);
  Surroundings out;
  out.random = [random](std::span<std::byte> into) {
    for (auto& octet : into) octet = static_cast<std::byte>((*random)());
  };
  out.time = [] { return 133'000'000'000'000'000ULL; };
  return out;
}

struct Ends {
  std::unique_ptr<SecurityContext> client;
  std::unique_ptr<SecurityContext> server;
};

enum class Form { plain, spnego };

class Exchange : public ::testing::TestWithParam<std::tuple<Form, AuthLevel>> {
 protected:
  Exchange() {
    accounts_.add("Alice", "wörd");
    accounts_.add("bob", "other");
  }

  Ends ends(std::string_view user = "alice", std::string_view password = "wörd",
            std::string_view domain = "SHOP") {
    const auto [form, level] = GetParam();
    const auto who = credentials(user, password, domain);
    if (form == Form::plain)
      return {ntlm_client(who, fixed(1), level), ntlm_server(accounts_, "PLATEN", fixed(2), level)};
    return {spnego_client(who, fixed(1), level), spnego_server(accounts_, "PLATEN", fixed(2), level)};
  }

  // Runs all legs; `change` may touch a token on its way, by its number.
  static bool run(Ends& ends, const std::function<void(int, std::vector<std::byte>&)>& change = {}) {
    std::vector<std::byte> token;
    bool client_done = false;
    bool server_done = false;
    for (int leg = 0; leg < 6 && !(client_done && server_done); ++leg) {
      auto& end = leg % 2 == 0 ? ends.client : ends.server;
      auto step = end->step(token);
      if (!step) return false;
      (leg % 2 == 0 ? client_done : server_done) = step->complete;
      token = std::move(step->token);
      if (change) change(leg, token);
    }
    return client_done && server_done;
  }

  Accounts accounts_;
};

INSTANTIATE_TEST_SUITE_P(Ntlm, Exchange,
                         ::testing::Combine(::testing::Values(Form::plain, Form::spnego),
                                            ::testing::Values(AuthLevel::connect, AuthLevel::integrity,
                                                              AuthLevel::privacy)));

TEST_P(Exchange, EndsWithBothKnowingEachOther) {
  auto pair = ends();
  ASSERT_TRUE(run(pair));
  EXPECT_EQ(pair.server->peer_name(), "Alice");
  EXPECT_EQ(pair.client->peer_name(), "PLATEN");
  std::vector<std::byte> message = from_hex("00010203040506070809");
  for (int round = 0; round < 3; ++round) {
    for (auto [from, to] : {std::pair(&pair.client, &pair.server), std::pair(&pair.server, &pair.client)}) {
      auto sent = message;
      const auto signature = (*from)->protect(sent, std::span(sent).subspan(4));
      EXPECT_NE(sent, message);
      EXPECT_TRUE((*to)->unprotect(sent, std::span(sent).subspan(4), signature));
      EXPECT_EQ(sent, message);
    }
  }
}

TEST_P(Exchange, AWrongPasswordAndAnUnknownUserAreRefusedAlike) {
  auto wrong = ends("alice", "word");
  auto unknown = ends("carol", "wörd");
  for (auto* pair : {&wrong, &unknown}) {
    auto one = pair->client->step({});
    auto two = pair->server->step(one->token);
    auto three = pair->client->step(two->token);
    auto four = pair->server->step(three->token);
    ASSERT_FALSE(four);
    EXPECT_EQ(four.error().sentence(),
              "Could not sign in over the network: permission denied. Check the user name and the password.");
  }
}

TEST_P(Exchange, OneOctetChangedOnItsWayIsNoticedWhereverItIs) {
  std::vector<std::size_t> sizes;
  auto whole = ends();
  ASSERT_TRUE(run(whole, [&sizes](int, auto& token) { sizes.push_back(token.size()); }));
  // The third leg's proof and MIC cover the first two and itself. What DER says around it may be said
  // otherwise.
  const auto form = std::get<0>(GetParam());
  std::size_t unnoticed = 0;
  std::size_t tried = 0;
  for (int leg = 0; leg < 3; ++leg) {
    for (std::size_t at = 0; at < sizes[static_cast<std::size_t>(leg)]; ++at) {
      auto pair = ends();
      ++tried;
      if (run(pair, [leg, at](int now, auto& token) {
            if (now == leg) token[at] ^= std::byte{0x01};
          })) {
        ++unnoticed;
        ADD_FAILURE_AT(__FILE__, __LINE__) << "leg " << leg << " octet " << at;
      }
    }
  }
  EXPECT_EQ(unnoticed, 0U) << "of " << tried << " in form " << static_cast<int>(form);
}

TEST_P(Exchange, NoiseIsRefusedAndNoMore) {
  std::mt19937 random(310703);
  for (int round = 0; round < 2000; ++round) {
    auto pair = ends();
    const int leg = static_cast<int>(random() % 3);
    static_cast<void>(run(pair, [leg, &random](int now, auto& token) {
      if (now != leg || token.empty()) return;
      for (unsigned i = 0; i < 1 + random() % 4; ++i)
        token[random() % token.size()] = static_cast<std::byte>(random());
      if (random() % 4 == 0) token.resize(random() % token.size());
    }));
  }
}

TEST_P(Exchange, AMessageRepeatedLeftOutOrSentBackIsRefused) {
  const auto text = from_hex("0011223344");
  const auto fresh = [this] {
    auto pair = ends();
    EXPECT_TRUE(run(pair));
    return pair;
  };
  auto again = fresh();
  auto sent = text;
  const auto signature = again.client->protect(sent, {});
  EXPECT_TRUE(again.server->unprotect(sent, {}, signature));
  EXPECT_FALSE(again.server->unprotect(sent, {}, signature));

  auto missing = fresh();
  static_cast<void>(missing.client->protect(sent, {}));
  EXPECT_FALSE(missing.server->unprotect(sent, {}, missing.client->protect(sent, {})));

  auto mirrored = fresh();
  EXPECT_FALSE(mirrored.client->unprotect(sent, {}, mirrored.client->protect(sent, {})));
}

TEST(NtlmServer, RefusesTheAnswersOfNtlmV1) {
  struct Answers {
    const char* lm;
    const char* nt;
  };
  // MS-NLMP 4.2.2.2, and 4.2.3.2 with the client's challenge.
  for (const auto& answers : {Answers{"98def7b87f88aa5dafe2df779688a172def11c7d5ccdef13",
                                      "67c43011f30298a2ad35ece64f16331c44bdbed927841f94"},
                              Answers{"aaaaaaaaaaaaaaaa00000000000000000000000000000000",
                                      "7537f803ae367128ca458204bde7caf81e97ed2683267232"}}) {
    Accounts accounts;
    accounts.add("User", "Password");
    auto server = ntlm_server(accounts, "Server", fixed(1), AuthLevel::connect);
    auto client = ntlm_client(credentials("User", "Password", "Domain"), fixed(2), AuthLevel::connect);
    ASSERT_TRUE(server->step(client->step({})->token));
    NtlmAuthenticate message;
    message.flags = 0xe2888235;
    message.user = "User";
    message.domain = "Domain";
    message.lm_response = from_hex(answers.lm);
    message.nt_response = from_hex(answers.nt);
    message.session_key.resize(16);
    EXPECT_FALSE(server->step(encode(message)));
  }
}

TEST(NtlmServer, RefusesWhoWantsLessThanItsLevel) {
  Accounts accounts;
  accounts.add("alice", "word");
  for (auto [wants, takes] : {std::pair(AuthLevel::integrity, AuthLevel::privacy),
                              std::pair(AuthLevel::connect, AuthLevel::integrity)}) {
    auto client = ntlm_client(credentials("alice", "word"), fixed(1), wants);
    EXPECT_FALSE(ntlm_server(accounts, "PLATEN", fixed(2), takes)->step(client->step({})->token));
    EXPECT_FALSE(
        ntlm_server(accounts, "PLATEN", fixed(2), wants)->step(from_hex("4e544c4d535350000100000000000000")));
  }
}

TEST(NtlmServer, TakesNoAnonymousClient) {
  Accounts accounts;
  accounts.add("", "");
  auto server = ntlm_server(accounts, "PLATEN", fixed(1), AuthLevel::privacy);
  auto client = ntlm_client(credentials("", ""), fixed(2), AuthLevel::privacy);
  const auto challenge = server->step(client->step({})->token);
  EXPECT_FALSE(server->step(client->step(challenge->token)->token));
}

TEST(Spnego, AClientWithAnotherFavouriteIsAskedForTheSignature) {
  Accounts accounts;
  accounts.add("alice", "word");
  // Kerberos, then NTLMSSP, with a first token of Kerberos'.
  SpnegoInit init;
  init.mechanisms = from_hex("3017 06092a864886f712010202 060a2b06010401823702020a");
  init.token = from_hex("6e00");
  for (bool sign : {true, false}) {
    auto server = spnego_server(accounts, "PLATEN", fixed(1), AuthLevel::privacy);
    auto client = make_ntlm_client(credentials("alice", "word"), fixed(2), AuthLevel::privacy);
    const auto asked = parse_spnego_response(server->step(encode(init))->token);
    ASSERT_TRUE(asked);
    EXPECT_EQ(asked->state, SpnegoState::request_mic);
    EXPECT_FALSE(asked->token);
    SpnegoResponse out;
    out.token = client->step({})->token;
    const auto challenged = parse_spnego_response(server->step(encode(out))->token);
    ASSERT_TRUE(challenged && challenged->token);
    out.token = client->step(*challenged->token)->token;
    const auto signature = client->sign_mechanisms(init.mechanisms);
    if (sign) out.mic.emplace(signature.begin(), signature.end());
    const auto last = server->step(encode(out));
    EXPECT_EQ(last.has_value(), sign);
  }
}

TEST(Spnego, TokensComeBackAsTheyWent) {
  SpnegoInit init{ntlm_only(), true, true, std::vector<std::byte>(300)};
  const auto back = parse_spnego_init(encode(init));
  ASSERT_TRUE(back) << back.error().sentence();
  EXPECT_TRUE(back->ntlm_first);
  EXPECT_EQ(back->mechanisms, init.mechanisms);
  EXPECT_EQ(back->token, init.token);
  SpnegoResponse response{SpnegoState::incomplete, true, true, std::vector<std::byte>(70'000),
                          from_hex("01")};
  const auto again = parse_spnego_response(encode(response));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->state, response.state);
  EXPECT_EQ(again->token, response.token);
  EXPECT_EQ(again->mic, response.mic);
}

}  // namespace
}  // namespace platen::rpc::security
