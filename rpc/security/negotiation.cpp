// Both ends of SPNEGO around NTLMSSP. The first token goes along with the offer, so that it costs one leg
// more than NTLMSSP alone: the server's signature over the list of mechanisms.
#include "rpc/security/ntlm.hpp"
#include "rpc/security/spnego.hpp"

namespace platen::rpc::security {
namespace {

Error refused(const char* what) {
  return fail(Errc::denied, "agree on how to sign in", std::string("over the network (") + what + ")",
              "The program there must speak NTLMSSP inside SPNEGO.");
}

class Negotiation : public SecurityContext {
 public:
  explicit Negotiation(std::unique_ptr<Ntlm> ntlm) : ntlm_(std::move(ntlm)) {}
  [[nodiscard]] const std::string& peer_name() const override { return ntlm_->peer_name(); }
  [[nodiscard]] std::array<std::byte, signature_size> protect(Octets message,
                                                              std::span<std::byte> secret) override {
    return ntlm_->protect(message, secret);
  }
  [[nodiscard]] bool unprotect(Octets message, std::span<std::byte> secret, Octets signature) override {
    return ntlm_->unprotect(message, secret, signature);
  }

 protected:
  std::unique_ptr<Ntlm> ntlm_;
  std::vector<std::byte> mechanisms_;
  bool begun_ = false;
  bool complete_ = false;
};

class NegotiatingClient final : public Negotiation {
 public:
  using Negotiation::Negotiation;

  Result<Step> step(Octets token) override {
    if (complete_) return refused("one message too many");
    if (!std::exchange(begun_, true)) {
      auto first = ntlm_->step({});
      if (!first) return first.error();
      mechanisms_ = ntlm_only();
      return Step{encode(SpnegoInit{mechanisms_, true, true, std::move(first->token)}), false};
    }
    const auto response = parse_spnego_response(token);
    if (!response) return response.error();
    if (response->state == SpnegoState::rejected) return refused("it was rejected");
    if (response->chosen && !response->ntlm) return refused("the server chose another mechanism");
    if (!ntlm_->established()) {
      if (!response->token || response->state == SpnegoState::completed)
        return refused("there is no challenge");
      auto answer = ntlm_->step(*response->token);
      if (!answer) return answer.error();
      SpnegoResponse out;
      out.token = std::move(answer->token);
      out.mic = copy_of(ntlm_->sign_mechanisms(mechanisms_));
      return Step{encode(out), false};
    }
    // We signed the list, so the server has to.
    if (response->state != SpnegoState::completed || !response->mic ||
        !ntlm_->check_mechanisms(mechanisms_, *response->mic))
      return refused("the list of mechanisms was changed on its way");
    complete_ = true;
    return Step{{}, true};
  }
};

class NegotiatingServer final : public Negotiation {
 public:
  using Negotiation::Negotiation;

  Result<Step> step(Octets token) override {
    if (complete_) return refused("one message too many");
    if (!std::exchange(begun_, true)) return begin(token);
    const auto response = parse_spnego_response(token);
    if (!response) return response.error();
    if (!response->token) return refused("there is no answer");
    auto answer = ntlm_->step(*response->token);
    if (!answer) return answer.error();
    SpnegoResponse out;
    if (!answer->complete) {
      out.state = SpnegoState::incomplete;
      out.token = std::move(answer->token);
      return Step{encode(out), false};
    }
    // Who offered something else first must show that nobody put it there for him.
    if (!response->mic && list_must_be_signed_) return refused("the list of mechanisms is not signed");
    if (response->mic && !ntlm_->check_mechanisms(mechanisms_, *response->mic))
      return refused("the list of mechanisms was changed on its way");
    out.state = SpnegoState::completed;
    if (response->mic) out.mic = copy_of(ntlm_->sign_mechanisms(mechanisms_));
    complete_ = true;
    return Step{encode(out), true};
  }

 private:
  Result<Step> begin(Octets token) {
    const auto init = parse_spnego_init(token);
    if (!init) return init.error();
    if (!init->ntlm_offered) return refused("the client does not offer it");
    mechanisms_ = init->mechanisms;
    list_must_be_signed_ = !init->ntlm_first;
    SpnegoResponse out;
    out.chosen = true;
    out.state = list_must_be_signed_ ? SpnegoState::request_mic : SpnegoState::incomplete;
    if (init->ntlm_first && init->token) {
      auto challenge = ntlm_->step(*init->token);
      if (!challenge) return challenge.error();
      out.token = std::move(challenge->token);
    }
    return Step{encode(out), false};
  }

  bool list_must_be_signed_ = false;
};

}  // namespace

std::unique_ptr<SecurityContext> spnego_client(Credentials who, Surroundings surroundings, AuthLevel level) {
  return std::make_unique<NegotiatingClient>(
      make_ntlm_client(std::move(who), std::move(surroundings), level));
}

std::unique_ptr<SecurityContext> spnego_server(const Accounts& accounts, std::string name,
                                               Surroundings surroundings, AuthLevel level) {
  return std::make_unique<NegotiatingServer>(
      make_ntlm_server(accounts, std::move(name), std::move(surroundings), level));
}

}  // namespace platen::rpc::security
