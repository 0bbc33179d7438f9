#include "rpc/security/crypto.hpp"

#include <cstring>

#include <nettle/arcfour.h>
#include <nettle/hmac.h>
#include <nettle/md4.h>
#include <nettle/md5.h>
#include <nettle/memops.h>

namespace platen::rpc::security {
namespace {

const std::uint8_t* raw(Octets data) {
  return reinterpret_cast<const std::uint8_t*>(data.data());
}

std::uint8_t* raw(Digest& digest) {
  return reinterpret_cast<std::uint8_t*>(digest.data());
}

}  // namespace

std::vector<std::byte> copy_of(Octets octets) {
  return {octets.begin(), octets.end()};
}

void wipe(std::span<std::byte> secret) {
  if (!secret.empty()) ::explicit_bzero(secret.data(), secret.size());
}

Digest md4(Octets data) {
  md4_ctx context;
  md4_init(&context);
  md4_update(&context, data.size(), raw(data));
  Digest digest;
  md4_digest(&context, digest.size(), raw(digest));
  return digest;
}

Digest md5(std::initializer_list<Octets> parts) {
  md5_ctx context;
  md5_init(&context);
  for (const auto& part : parts) md5_update(&context, part.size(), raw(part));
  Digest digest;
  md5_digest(&context, digest.size(), raw(digest));
  ::explicit_bzero(&context, sizeof context);
  return digest;
}

Digest hmac_md5(Octets key, std::initializer_list<Octets> parts) {
  hmac_md5_ctx context;
  hmac_md5_set_key(&context, key.size(), raw(key));
  for (const auto& part : parts) hmac_md5_update(&context, part.size(), raw(part));
  Digest digest;
  hmac_md5_digest(&context, digest.size(), raw(digest));
  ::explicit_bzero(&context, sizeof context);
  return digest;
}

bool same(Octets one, Octets other) {
  return one.size() == other.size() && memeql_sec(one.data(), other.data(), one.size()) == 1;
}

struct Rc4::State {
  arcfour_ctx context;
};

Rc4::Rc4(const Key& key) : state_(std::make_unique<State>()) {
  arcfour_set_key(&state_->context, key.octets.size(), raw(key.octets));
}

Rc4::Rc4(const Rc4& other) : state_(std::make_unique<State>(*other.state_)) {}

Rc4& Rc4::operator=(const Rc4& other) {
  *state_ = *other.state_;
  return *this;
}

Rc4::~Rc4() {
  ::explicit_bzero(&state_->context, sizeof state_->context);
}

void Rc4::apply(std::span<std::byte> data) {
  auto* octets = reinterpret_cast<std::uint8_t*>(data.data());
  arcfour_crypt(&state_->context, data.size(), octets, octets);
}

}  // namespace platen::rpc::security
