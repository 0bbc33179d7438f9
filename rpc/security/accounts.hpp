// Who may connect over the network: names, and the NT hash of each one's password.
//
// The file is text, one account a line, `name:hash` with the hash as 32 hexadecimal digits (what
// `iconv -t utf16le | openssl md4` of the password prints, or the fourth field of a smbpasswd). Empty lines
// and those that begin with # do not count. The hash is as good as the password, so the file must be its
// user's and readable by nobody else, or it is refused.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "rpc/security/crypto.hpp"

namespace platen::rpc::security {

class Accounts {
 public:
  static constexpr std::size_t longest_name = 63;
  [[nodiscard]] static Result<Accounts> load(const std::string& path);
  [[nodiscard]] static Result<Accounts> parse(std::string_view text, const std::string& name);

  void add(std::string_view user, std::string_view password);
  // Whatever the case of the letters. Nothing when there is no such account.
  struct Account {
    std::string name;
    Key hash;
  };
  [[nodiscard]] const Account* find(std::string_view user) const;
  [[nodiscard]] bool empty() const { return accounts_.empty(); }

 private:
  std::map<std::string, Account> accounts_;  // by the name in capitals
};

}  // namespace platen::rpc::security
