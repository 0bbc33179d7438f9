#include "port/uri.hpp"

#include <algorithm>
#include <charconv>

namespace platen::port {
namespace {

// No address of a printer is longer; a longer one is a mistake or an attack.
constexpr std::size_t max_uri_bytes = 2048;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string shown(std::string_view text) {
  std::string result;
  for (char c : text.substr(0, 200)) result += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
  return "\"" + result + "\"";
}

// nullopt for "%4" and "%zz", and for a NUL or another control character, which no name of ours may hold.
std::optional<std::string> decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_value(text[i + 1]), low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return std::nullopt;
    result += c;
  }
  return result;
}

std::string encoded(std::string_view text, std::string_view also_plain) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string result;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_letter(c) || is_digit(c) || std::string_view("-._~").find(c) != std::string_view::npos ||
        also_plain.find(c) != std::string_view::npos) {
      result += c;
    } else {
      result += {'%', hex[byte >> 4], hex[byte & 15]};
    }
  }
  return result;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), rest_(text) {}

  Result<Uri> parse() {
    if (text_.empty()) return wrong("It is empty. A port looks like socket://printer.example:9100.");
    if (text_.size() > max_uri_bytes)
      return wrong("It is longer than " + std::to_string(max_uri_bytes) + " characters.");
    const auto colon = rest_.find(':');
    if (colon == std::string_view::npos || colon == 0 || !is_scheme(rest_.substr(0, colon)))
      return wrong("It does not begin with a kind of port. Write socket://" +
                   std::string(is_plain(text_) ? text_ : "host") + " for a network printer.");
    uri_.scheme = std::string(rest_.substr(0, colon));
    std::transform(uri_.scheme.begin(), uri_.scheme.end(), uri_.scheme.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    rest_.remove_prefix(colon + 1);
    if (rest_.find('#') != std::string_view::npos) return wrong("It must not hold a '#'; write %23 instead.");

    if (const auto question = rest_.find('?'); question != std::string_view::npos) {
      if (!read_query(rest_.substr(question + 1)))
        return wrong("Behind the '?' there must be key=value, each key once, several joined by '&'.");
      rest_ = rest_.substr(0, question);
    }
    if (rest_.starts_with("//")) {
      rest_.remove_prefix(2);
      const std::string_view authority = rest_.substr(0, rest_.find('/'));
      rest_.remove_prefix(authority.size());
      if (authority.find('@') != std::string_view::npos) return wrong("A user name does not belong into it.");
      // file:///path is the same as file:/path.
      if (authority.empty() && rest_.empty()) return wrong("The host is missing behind \"//\".");
      if (!authority.empty())
        if (auto read = read_authority(authority); !read) return read.error();
    } else if (!rest_.starts_with('/')) {
      return wrong("Behind \"" + uri_.scheme + ":\" there must be //host or /path.");
    }
    auto path = decoded(rest_);
    if (!path) return wrong("Its path holds a control character or a broken %-escape.");
    uri_.path = std::move(*path);
    if (uri_.host.empty() && uri_.path.empty()) return wrong("It has neither a host nor a path.");
    return uri_;
  }

 private:
  static bool is_scheme(std::string_view text) {
    return is_letter(text.front()) && std::all_of(text.begin(), text.end(), [](char c) {
             return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
           });
  }
  static bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return is_letter(c) || is_digit(c) || c == '.' || c == '-'; });
  }

  Result<void> read_authority(std::string_view authority) {
    std::string_view port;
    if (authority.starts_with('[')) {
      const auto end = authority.find(']');
      if (end == std::string_view::npos) return wrong("The IPv6 address lacks its ']'.");
      uri_.host = std::string(authority.substr(1, end - 1));
      if (uri_.host.empty() || !std::all_of(uri_.host.begin(), uri_.host.end(), [](char c) {
            return is_letter(c) || is_digit(c) || c == ':' || c == '.' || c == '%';
          }))
        return wrong("Between '[' and ']' there must be an IPv6 address.");
      authority.remove_prefix(end + 1);
      if (!authority.empty() && authority.front() != ':')
        return wrong("Behind ']' there may only be a port.");
      port = authority;
    } else {
      const auto colon = authority.find(':');
      auto host = decoded(authority.substr(0, colon));
      if (!host || host->empty()) return wrong("The host is missing, or not one.");
      if (host->find_first_of(" /[]<>\"\\") != std::string::npos)
        return wrong("The host holds a character that no host has.");
      if (colon != std::string_view::npos && authority.find(':', colon + 1) != std::string_view::npos)
        return wrong("An IPv6 address must stand in brackets: //[fe80::1]:9100.");
      uri_.host = std::move(*host);
      port = colon == std::string_view::npos ? std::string_view() : authority.substr(colon);
    }
    if (port.empty()) return Result<void>();
    port.remove_prefix(1);
    std::uint16_t number = 0;
    const auto [end, ec] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (ec != std::errc() || end != port.data() + port.size() || number == 0)
      return wrong("The port behind ':' must be a number from 1 to 65535.");
    uri_.port = number;
    return Result<void>();
  }

  bool read_query(std::string_view query) {
    while (!query.empty()) {
      const std::string_view pair = query.substr(0, query.find('&'));
      query.remove_prefix(std::min(query.size(), pair.size() + 1));
      const auto equals = pair.find('=');
      if (equals == std::string_view::npos) return false;
      const auto key = decoded(pair.substr(0, equals)), value = decoded(pair.substr(equals + 1));
      if (!key || key->empty() || !value || !uri_.query.emplace(*key, *value).second) return false;
    }
    return true;
  }

  Error wrong(std::string advice) const {
    return fail(Errc::malformed, "understand the port", shown(text_), std::move(advice));
  }

  std::string_view text_;
  std::string_view rest_;
  Uri uri_;
};

}  // namespace

std::string Uri::format() const {
  std::string text = scheme + ":";
  if (!host.empty()) {
    const bool ipv6 = host.find(':') != std::string::npos;
    text += "//" + (ipv6 ? "[" + host + "]" : encoded(host, ""));
    if (port) text += ":" + std::to_string(*port);
  } else if (path.starts_with("//")) {
    // Otherwise the path would be read as a host.
    text += "//";
  }
  text += encoded(path, "/:@!$'()*+,;=&");
  char separator = '?';
  for (const auto& [key, value] : query) {
    text += separator + encoded(key, "") + "=" + encoded(value, "/:");
    separator = '&';
  }
  return text;
}

Result<Uri> parse_uri(std::string_view text) {
  return Parser(text).parse();
}

}  // namespace platen::port
