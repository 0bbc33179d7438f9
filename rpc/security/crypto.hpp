// The primitives that NTLMSSP is made of, from nettle, and what keeps secrets from staying in memory. Old
// ones (MD4, MD5, RC4): they are what the protocol and all its clients speak. Nothing else may use them.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <span>
#include <vector>

namespace platen::rpc::security {

using Octets = std::span<const std::byte>;
using Digest = std::array<std::byte, 16>;

[[nodiscard]] std::vector<std::byte> copy_of(Octets octets);

void wipe(std::span<std::byte> secret);  // which the compiler may not leave out

// 128 secret bits, wiped when they go.
struct Key {
  Digest octets{};
  Key() = default;
  explicit Key(const Digest& value) : octets(value) {}
  Key(const Key&) = default;
  Key& operator=(const Key&) = default;
  ~Key() { wipe(octets); }
};

[[nodiscard]] Digest md4(Octets data);
[[nodiscard]] Digest md5(std::initializer_list<Octets> parts);
[[nodiscard]] Digest hmac_md5(Octets key, std::initializer_list<Octets> parts);

// In time that depends on the length only.
[[nodiscard]] bool same(Octets one, Octets other);

// A stream that goes on from call to call. A copy goes on from where its original was.
class Rc4 {
 public:
  explicit Rc4(const Key& key);
  Rc4(const Rc4& other);
  Rc4& operator=(const Rc4& other);
  ~Rc4();
  void apply(std::span<std::byte> data);  // in place

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace platen::rpc::security
