#include "rpc/security/ntlm.hpp"

#include <algorithm>
#include <chrono>

#include "rpc/ndr/cursor.hpp"
#include "rpc/security/text.hpp"

namespace platen::rpc::security {
namespace {

// What both must have, whatever the level: without these there is no session worth the name.
constexpr std::uint32_t required = ntlm_flag::unicode | ntlm_flag::ntlm | ntlm_flag::extended_security |
                                   ntlm_flag::key_128 | ntlm_flag::key_exchange;

std::uint32_t required_at(AuthLevel level) {
  switch (level) {
    case AuthLevel::privacy:
      return required | ntlm_flag::sign | ntlm_flag::seal;
    case AuthLevel::integrity:
      return required | ntlm_flag::sign;
    default:
      return required;
  }
}

// A response of NTLMv2 is a proof and a blob of at least 28 octets; one of NTLMv1 has 24 in all.
constexpr std::size_t proof_size = 16;
constexpr std::size_t blob_fixed = 28;

// The one answer for all that is wrong with a proof: which it was would help only who guesses.
Error denied() {
  return fail(Errc::denied, "sign in", "over the network", "Check the user name and the password.");
}

Error weak(const char* what) {
  return fail(Errc::denied, "agree on how to protect", std::string("the connection (") + what + ")",
              "The program there must speak NTLMv2 with 128-bit keys.");
}

class Client final : public Ntlm {
 public:
  Client(Credentials who, Surroundings surroundings, AuthLevel level)
      : Ntlm(Sender::client), who_(std::move(who)), surroundings_(std::move(surroundings)), level_(level) {}

  [[nodiscard]] const std::string& peer_name() const override { return server_; }

  Result<Step> step(Octets token) override {
    switch (turn_++) {
      case 0:
        return begin();
      case 1:
        return answer(token);
      default:
        return weak("one message too many");
    }
  }

 private:
  Step begin() {
    NtlmNegotiate negotiate;
    negotiate.flags = required_at(level_) | ntlm_flag::request_target | ntlm_flag::always_sign |
                      ntlm_flag::target_info | ntlm_flag::version | ntlm_flag::key_56;
    negotiate_ = encode(negotiate);
    return {negotiate_, false};
  }

  Result<Step> answer(Octets token) {
    const auto challenge = parse_challenge(token);
    if (!challenge) return challenge.error();
    const std::uint32_t needed = required_at(level_) | ntlm_flag::target_info;
    if ((challenge->flags & needed) != needed) return weak("the server offers less");
    if (!well_formed(challenge->target_info)) return weak("the server's attributes have no end");
    server_ = challenge->target;

    // The server's attributes go back, so that it sees whether they were changed on their way.
    std::vector<std::byte> attributes;
    const auto copied = [&challenge, &attributes](Attribute id) {
      if (auto value = find_attribute(challenge->target_info, id)) put_attribute(attributes, id, *value);
    };
    for (auto id : {Attribute::domain, Attribute::server, Attribute::dns_domain, Attribute::dns_server})
      copied(id);
    auto stamp = find_attribute(challenge->target_info, Attribute::timestamp);
    const bool timed = stamp && stamp->size() == 8;
    if (timed) copied(Attribute::timestamp);
    NdrWriter flags;
    flags.u32(attribute_flag_mic);
    put_attribute(attributes, Attribute::flags, flags.take_octets());
    end_attributes(attributes);
    const std::uint64_t time = timed ? NdrReader(*stamp).u64() : surroundings_.time();

    Challenge mine;
    surroundings_.random(mine);
    Key session;
    surroundings_.random(session.octets);
    const Key ntowf = ntowf_v2(who_.hash, who_.user, who_.domain);
    const auto blob = client_blob(time, mine, attributes);
    const Digest proof = nt_proof(ntowf, challenge->challenge, blob);
    const Key base = session_base_key(ntowf, proof);

    NtlmAuthenticate message;
    message.flags = required_at(level_) | ntlm_flag::request_target | ntlm_flag::always_sign |
                    ntlm_flag::target_info | ntlm_flag::version;
    message.domain = who_.domain;
    message.user = who_.user;
    // With a timestamp of the server's, the LM response is nothing (MS-NLMP 3.1.5.1.2).
    message.lm_response =
        timed ? std::vector<std::byte>(24) : lm_v2_response(ntowf, challenge->challenge, mine);
    message.nt_response.assign(proof.begin(), proof.end());
    message.nt_response.insert(message.nt_response.end(), blob.begin(), blob.end());
    const Digest hidden = exchange_key(base, session.octets);
    message.session_key.assign(hidden.begin(), hidden.end());
    auto octets = encode(message);
    const Digest mic = hmac_md5(session.octets, {negotiate_, token, octets});
    std::ranges::copy(mic, octets.begin() + mic_place);
    establish(session);
    return Step{std::move(octets), true};
  }

  Credentials who_;
  Surroundings surroundings_;
  AuthLevel level_;
  int turn_ = 0;
  std::vector<std::byte> negotiate_;
  std::string server_;
};

class Server final : public Ntlm {
 public:
  Server(const Accounts& accounts, std::string name, Surroundings surroundings, AuthLevel level)
      : Ntlm(Sender::server),
        accounts_(accounts),
        name_(std::move(name)),
        surroundings_(std::move(surroundings)),
        level_(level) {}

  [[nodiscard]] const std::string& peer_name() const override { return peer_; }

  Result<Step> step(Octets token) override {
    switch (turn_++) {
      case 0:
        return challenge(token);
      case 1:
        return verify(token);
      default:
        return weak("one message too many");
    }
  }

 private:
  Result<Step> challenge(Octets token) {
    const auto negotiate = parse_negotiate(token);
    if (!negotiate) return negotiate.error();
    const std::uint32_t needed = required_at(level_);
    if ((negotiate->flags & needed) != needed) return weak("the client offers less");
    negotiate_.assign(token.begin(), token.end());

    NtlmChallenge message;
    message.flags = needed | ntlm_flag::target_info | ntlm_flag::request_target |
                    ntlm_flag::target_is_server |
                    (negotiate->flags & (ntlm_flag::version | ntlm_flag::always_sign | ntlm_flag::key_56 |
                                         ntlm_flag::sign | ntlm_flag::seal));
    message.target = name_;
    surroundings_.random(server_challenge_);
    message.challenge = server_challenge_;
    const auto name = to_utf16(name_);
    for (auto id : {Attribute::domain, Attribute::server, Attribute::dns_domain, Attribute::dns_server})
      put_attribute(message.target_info, id, name);
    // Who gets the time knows that a MIC is understood (MS-NLMP 3.1.5.1.2).
    NdrWriter time;
    time.u64(surroundings_.time());
    put_attribute(message.target_info, Attribute::timestamp, time.take_octets());
    end_attributes(message.target_info);
    challenge_ = encode(message);
    return Step{challenge_, false};
  }

  Result<Step> verify(Octets token) {
    const auto message = parse_authenticate(token);
    if (!message) return message.error();
    const std::uint32_t needed = required_at(level_);
    if ((message->flags & needed) != needed) return weak("the client offers less");
    if ((message->flags & ntlm_flag::anonymous) != 0 || message->user.empty())
      return weak("nobody in particular");
    if (message->nt_response.size() < proof_size + blob_fixed) return weak("not NTLMv2");
    if (message->session_key.size() != sizeof(Digest)) return weak("no key");

    Digest proof;
    std::copy_n(message->nt_response.begin(), proof_size, proof.begin());
    const auto blob = Octets(message->nt_response).subspan(proof_size);
    if (blob[0] != std::byte{1} || !well_formed(blob.subspan(blob_fixed))) return weak("not NTLMv2");

    // Somebody unknown is computed as somebody known is, so that time does not tell who is.
    const auto* account = accounts_.find(message->user);
    const Key ntowf = ntowf_v2(account ? account->hash : Key{}, message->user, message->domain);
    const bool right = same(proof, nt_proof(ntowf, server_challenge_, blob));
    if (!right || account == nullptr) return denied();

    const Key base = session_base_key(ntowf, proof);
    Digest hidden;
    std::ranges::copy(message->session_key, hidden.begin());
    const Key session{exchange_key(base, hidden)};
    wipe(hidden);
    if (!mic_is_right(*message, token, blob.subspan(blob_fixed), session)) return denied();
    peer_ = account->name;
    establish(session);
    return Step{{}, true};
  }

  // Whether there is one stands in the attributes, which the proof covers: nobody can take it out.
  [[nodiscard]] bool mic_is_right(const NtlmAuthenticate& message, Octets token, Octets attributes,
                                  const Key& session) const {
    const auto flags = find_attribute(attributes, Attribute::flags);
    if (!flags || flags->size() != 4 || (NdrReader(*flags).u32() & attribute_flag_mic) == 0) return true;
    if (!message.with_mic) return false;
    std::vector<std::byte> blank(token.begin(), token.end());
    std::fill_n(blank.begin() + mic_place, message.mic.size(), std::byte{0});
    return same(message.mic, hmac_md5(session.octets, {negotiate_, challenge_, blank}));
  }

  const Accounts& accounts_;
  std::string name_;
  Surroundings surroundings_;
  AuthLevel level_;
  int turn_ = 0;
  Challenge server_challenge_{};
  std::vector<std::byte> negotiate_;
  std::vector<std::byte> challenge_;
  std::string peer_;
};

}  // namespace

void Ntlm::establish(const Key& session) {
  out_.emplace(session, self_);
  in_.emplace(session, self_ == Sender::client ? Sender::server : Sender::client);
}

std::array<std::byte, Ntlm::signature_size> Ntlm::protect(Octets message, std::span<std::byte> secret) {
  return out_->seal(message, secret);
}

bool Ntlm::unprotect(Octets message, std::span<std::byte> secret, Octets signature) {
  return in_->unseal(message, secret, signature);
}

MessageChannel::Signature Ntlm::sign_mechanisms(Octets list) {
  const Rc4 before = out_->cipher();
  const auto signature = out_->sign(list);
  out_->restore(before);
  return signature;
}

bool Ntlm::check_mechanisms(Octets list, Octets signature) {
  const Rc4 before = in_->cipher();
  const bool right = in_->check(list, signature);
  in_->restore(before);
  return right;
}

std::unique_ptr<Ntlm> make_ntlm_client(Credentials who, Surroundings surroundings, AuthLevel level) {
  return std::make_unique<Client>(std::move(who), std::move(surroundings), level);
}

std::unique_ptr<Ntlm> make_ntlm_server(const Accounts& accounts, std::string name, Surroundings surroundings,
                                       AuthLevel level) {
  return std::make_unique<Server>(accounts, std::move(name), std::move(surroundings), level);
}

std::unique_ptr<SecurityContext> ntlm_client(Credentials who, Surroundings surroundings, AuthLevel level) {
  return make_ntlm_client(std::move(who), std::move(surroundings), level);
}

std::unique_ptr<SecurityContext> ntlm_server(const Accounts& accounts, std::string name,
                                             Surroundings surroundings, AuthLevel level) {
  return make_ntlm_server(accounts, std::move(name), std::move(surroundings), level);
}

Credentials credentials(std::string_view user, std::string_view password, std::string_view domain) {
  return {std::string(user), std::string(domain), nt_hash(password)};
}

}  // namespace platen::rpc::security
