#include "rpc/security/accounts.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.hpp"
#include "rpc/security/ntlm_keys.hpp"
#include "rpc/security/text.hpp"

namespace platen::rpc::security {
namespace {

// Ten thousand accounts are 400 KB.
constexpr std::size_t longest_file = 1U << 20;

std::optional<Key> hash_of(std::string_view digits) {
  constexpr std::string_view all = "0123456789abcdef";
  Key key;
  if (digits.size() != 2 * key.octets.size()) return std::nullopt;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const char digit = digits[i] >= 'A' && digits[i] <= 'F' ? static_cast<char>(digits[i] + 0x20) : digits[i];
    const auto value = all.find(digit);
    if (value == std::string_view::npos) return std::nullopt;
    key.octets[i / 2] = key.octets[i / 2] << 4 | static_cast<std::byte>(value);
  }
  return key;
}

}  // namespace

Result<Accounts> Accounts::parse(std::string_view text, const std::string& name) {
  Accounts out;
  for (int number = 1; !text.empty(); ++number) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    const auto colon = line.rfind(':');
    const auto hash = colon == std::string_view::npos ? std::nullopt : hash_of(line.substr(colon + 1));
    if (!hash || colon == 0 || colon > longest_name)
      return fail(Errc::malformed, "read the accounts", name + ":" + std::to_string(number),
                  "A line is a name of at most 63 octets, a colon, and 32 hexadecimal digits.");
    const std::string user(line.substr(0, colon));
    out.accounts_.insert_or_assign(to_upper(user), Account{user, *hash});
  }
  return out;
}

Result<Accounts> Accounts::load(const std::string& path) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file) return fail_errno(errno, "read the accounts", path);
  struct stat about {};
  if (::fstat(file.get(), &about) != 0) return fail_errno(errno, "read the accounts", path);
  if (!S_ISREG(about.st_mode) || (about.st_mode & 077) != 0 ||
      (about.st_uid != ::geteuid() && about.st_uid != 0))
    return fail(Errc::denied, "read the accounts", path,
                "Only its owner may be able to read it; make it so with chmod 600.");
  std::string text;
  text.resize(longest_file + 1);
  std::size_t size = 0;
  while (size < text.size()) {
    const auto got = ::read(file.get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(errno, "read the accounts", path);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  auto out = size > longest_file ? fail(Errc::too_large, "read the accounts", path, "It may have 1 MiB.")
                                 : parse(std::string_view(text).substr(0, size), path);
  wipe(std::as_writable_bytes(std::span(text)));
  return out;
}

void Accounts::add(std::string_view user, std::string_view password) {
  accounts_.insert_or_assign(to_upper(user), Account{std::string(user), nt_hash(password)});
}

const Accounts::Account* Accounts::find(std::string_view user) const {
  const auto at = accounts_.find(to_upper(user));
  return at == accounts_.end() ? nullptr : &at->second;
}

}  // namespace platen::rpc::security
