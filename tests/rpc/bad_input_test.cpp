// Input of every bad kind, from a peer that has bound: a fault or the end of its connection, one count for
// the reason, and nothing changed for anybody else.
#include <functional>

#include "raw_peer.hpp"

namespace platen::rpc::testing {
namespace {

// A request to be made wrong, and what becomes of it.
struct Asked {
  CallHeader header;
  Request request;
  Octets body = encode(EchoRequest{"hello", {1, 2, 3}}).octets;
  std::uint8_t flags = whole_message;
  ByteOrder order = ByteOrder::little;
  std::optional<AuthVerifier> auth;

  Asked() {
    header.chain = random_uuid();
    header.slot = random_number();
    header.left_us = 10'000'000;
    header.interface = {kTest.uuid, 1, 0};
    request.number = Echo::number;
  }
  [[nodiscard]] std::vector<std::byte> octets() const {
    auto stub = encode_call_header(header);
    stub.insert(stub.end(), body.begin(), body.end());
    Request whole = request;
    whole.stub = stub;
    return encode_pdu(Pdu{flags, 7, order, whole, auth});
  }
};

struct Bad {
  std::string name;
  std::uint64_t Audit::*reason;
  std::optional<Errc> fault;  // or else the connection ends
  std::function<std::vector<std::byte>()> octets;
};

void PrintTo(const Bad& kind, std::ostream* out) {
  *out << kind.name;
}

// The octets of a request after `change`.
template <class Change>
std::function<std::vector<std::byte>()> request(Change change) {
  return [change] {
    Asked asked;
    change(asked);
    return asked.octets();
  };
}
template <class Change>
std::function<std::vector<std::byte>()> octets(Change change) {
  return [change] {
    auto all = Asked().octets();
    change(all);
    return all;
  };
}

// Fragments whose message passes the bound that the test sets.
constexpr std::size_t most = 100'000;
std::vector<std::byte> too_many_fragments() {
  std::vector<std::byte> all;
  Asked asked;
  asked.body.assign(20'000, std::byte{1});
  for (int i = 0; i < 6; ++i) {
    asked.flags = i == 0 ? first_fragment : 0;
    const auto more = asked.octets();
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

std::vector<std::byte> twice(std::vector<std::byte> all) {
  const auto again = all;
  all.insert(all.end(), again.begin(), again.end());
  return all;
}

std::vector<std::byte> naps(std::size_t count) {
  std::vector<std::byte> all;
  for (std::size_t i = 0; i < count; ++i) {
    Asked asked;
    asked.request.number = Nap::number;
    asked.body = encode(NapRequest{3'600'000}).octets;
    auto one = asked.octets();
    one[12] = static_cast<std::byte>(i);  // the call id
    all.insert(all.end(), one.begin(), one.end());
  }
  return all;
}

std::vector<std::byte> second_bind() {
  Bind bind;
  bind.max_send = bind.max_receive = local_fragment;
  bind.contexts.push_back({0, {kTest.uuid, 1, 0}, {kCallHeaderNdr}});
  return encode_pdu(Pdu{whole_message, 7, ByteOrder::little, bind});
}

constexpr std::size_t quota = 4;
constexpr std::array<std::byte, 16> signature{};

const Bad kinds[] = {
    {"TruncatedPdu", &Audit::malformed_pdus, {}, octets([](auto& all) {
       all[8] = std::byte{20}, all[9] = {};
     })},
    {"TruncatedCallHeader", &Audit::malformed_pdus, {}, octets([](auto& all) {
       all.resize(request_header + CallHeader::size - 1);
       all[8] = static_cast<std::byte>(all.size());
     })},
    {"TruncatedParameters", &Audit::undecodable, Errc::malformed,
     request([](Asked& a) { a.body.resize(5); })},
    {"ParametersWithMoreBehindThem", &Audit::undecodable, Errc::malformed,
     request([](Asked& a) { a.body.resize(a.body.size() + 1); })},
    {"MisalignedParameters", &Audit::undecodable, Errc::malformed,
     request([](Asked& a) { a.body.insert(a.body.begin(), std::byte{}); })},
    {"ACountBeyondItsOctets", &Audit::undecodable, Errc::malformed,
     request([](Asked& a) { a.body[0] = a.body[8] = std::byte{0xff}; })},
    {"OversizedFragment", &Audit::malformed_pdus, {}, octets([](auto& all) {
       all[8] = all[9] = std::byte{0xff};
     })},
    {"OversizedMessage", &Audit::oversized, Errc::too_large, too_many_fragments},
    {"CallsNestedTooDeeply", &Audit::too_deep, Errc::loop, request([](Asked& a) { a.header.depth = 9; })},
    {"ANestedCallThatNobodyWaitsFor", &Audit::stray_callbacks, Errc::conflict, request([](Asked& a) {
       a.header.depth = 1;
       a.header.target_slot = 3;
       a.request.context = 1;
     })},
    {"WrongByteOrder", &Audit::malformed_pdus, {}, request([](Asked& a) { a.order = ByteOrder::big; })},
    {"ParametersInAnotherByteOrder", &Audit::undecodable, Errc::malformed,
     request([](Asked& a) { std::swap(a.body[8], a.body[11]); })},
    {"UnknownByteOrder", &Audit::malformed_pdus, {}, octets([](auto& all) { all[4] = std::byte{0x20}; })},
    {"UnknownVersion", &Audit::malformed_pdus, {}, octets([](auto& all) { all[0] = std::byte{4}; })},
    {"UnknownType", &Audit::malformed_pdus, {}, octets([](auto& all) { all[2] = std::byte{7}; })},
    {"WrongContext", &Audit::wrong_contexts, Errc::conflict,
     request([](Asked& a) { a.request.context = 77; })},
    {"WrongInterface", &Audit::not_served, Errc::unsupported, request([](Asked& a) {
       a.header.interface = {kOther.uuid, 1, 0};
     })},
    {"UnknownOperation", &Audit::not_served, Errc::unsupported,
     request([](Asked& a) { a.request.number = 99; })},
    {"NoTimeLeft", &Audit::late_calls, Errc::timed_out, request([](Asked& a) { a.header.left_us = 0; })},
    {"ReplayedRequest", &Audit::malformed_pdus, {}, [] { return twice(naps(1)); }},
    {"MoreCallsThanItsQuota", &Audit::over_quota, Errc::busy, [] { return naps(quota + 1); }},
    {"ADescriptorThatDoesNotCome", &Audit::malformed_pdus, {}, request([](Asked& a) {
       a.header.descriptors = 1;
     })},
    {"AVerifierThatNobodyAskedFor", &Audit::malformed_pdus, {}, request([](Asked& a) {
       a.auth = AuthVerifier{10, 6, 0, 1, signature};
     })},
    {"SecondBind", &Audit::malformed_pdus, {}, second_bind},
};

class BadInput : public ::testing::TestWithParam<Bad> {};
INSTANTIATE_TEST_SUITE_P(Kinds, BadInput, ::testing::ValuesIn(kinds),
                         [](const auto& kind) { return kind.param.name; });

TEST_P(BadInput, IsAnsweredOrHungUpOnAndCountedOnce) {
  ServerOptions options = SocketWorld::everybody();
  options.limits.max_message = most;
  options.limits.max_running = quota;
  MemoryWorld world(options);
  world.play([](MemoryWorld& w) -> Task<void> {
    const Bad& kind = GetParam();
    auto good = co_await w.client();
    CO_ASSERT_OK(good);
    RawPeer bad(w.clock, w.reactor.get_executor(), w.connect());
    CO_ASSERT_OK(co_await bad.bind());
    auto octets = kind.octets();
    CO_ASSERT_OK(co_await bad.send_octets(std::move(octets)));
    if (kind.fault) {
      auto told = co_await bad.receive();
      CO_ASSERT_OK(told);
      CO_ASSERT(told->as<Fault>());
      EXPECT_TRUE(told->error().is(*kind.fault)) << told->error().sentence();
      const Asked fine;
      auto once_more = fine.octets();
      once_more[12] = std::byte{0xaa};  // another call id
      if (kind.reason != &Audit::over_quota) {
        CO_ASSERT_OK(co_await bad.send_octets(std::move(once_more)));
        auto answer = co_await bad.receive();
        CO_ASSERT_OK(answer);
        EXPECT_TRUE(answer->as<Response>()) << "the connection goes on";
      }
    } else {
      EXPECT_TRUE(co_await bad.hung_up());
    }
    EXPECT_EQ(w.server.audit().*kind.reason, 1U);
    const Audit& audit = w.server.audit();
    EXPECT_EQ(audit.malformed_pdus + audit.stray_callbacks + audit.late_calls + audit.wrong_contexts +
                  audit.not_served + audit.over_quota + audit.too_deep + audit.oversized + audit.undecodable,
              1U)
        << "and for no other reason";
    EchoRequest request{"and the others?", {}};
    auto echo = co_await (*good)->call<Echo>(std::move(request), w.in(1min));
    EXPECT_TRUE(echo);
    bad.close();
  });
  EXPECT_EQ(world.seen.naps_slept, 0);
}

}  // namespace
}  // namespace platen::rpc::testing
