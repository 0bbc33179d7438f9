#include "port/make_port.hpp"

#include <algorithm>
#include <array>

#include "port/file_port.hpp"
#include "port/socket_port.hpp"
#include "port/uri.hpp"
#include "port/usb/usb_port.hpp"

namespace platen::port {
namespace {

using boost::asio::any_io_executor;
using Made = Result<std::unique_ptr<Port>>;

struct Scheme {
  std::string_view name;
  std::string_view looks_like;
  Made (*make)(const Uri& uri, any_io_executor executor, Clock& clock);
};

Error misfit(const Uri& uri, std::string advice) {
  return fail(Errc::malformed, "understand the port", uri.format(), std::move(advice));
}

Made make_socket(const Uri& uri, any_io_executor executor, Clock& clock) {
  if (uri.host.empty()) return misfit(uri, "The host is missing: socket://host:9100.");
  if (!uri.path.empty() && uri.path != "/")
    return misfit(uri, "Nothing belongs behind the host and the port: socket://host:9100.");
  if (!uri.query.empty()) return misfit(uri, "A socket port takes no options: socket://host:9100.");
  return std::make_unique<SocketPort>(std::move(executor), clock, uri.host,
                                      uri.port.value_or(raw_printing_port));
}

Made make_file(const Uri& uri, any_io_executor executor, Clock& clock) {
  if (!uri.host.empty()) return misfit(uri, "A file has no host: file:/path.");
  return std::make_unique<FilePort>(std::move(executor), clock, uri.path);
}

Made make_usb(const Uri& uri, any_io_executor executor, Clock& clock) {
  auto address = usb::parse_address(uri);
  if (!address) return address.error();
  return std::make_unique<UsbPort>(std::move(executor), clock, std::move(*address));
}

constexpr std::array kSchemes{
    Scheme{"socket", "socket://host:9100", make_socket},
    Scheme{"usb", "usb://043d/00f3?serial=…", make_usb},
    Scheme{"file", "file:/path", make_file},
};

}  // namespace

Made make_port(std::string_view text, any_io_executor executor, Clock& clock) {
  auto uri = parse_uri(text);
  if (!uri) return uri.error();
  const auto scheme =
      std::find_if(kSchemes.begin(), kSchemes.end(), [&](const Scheme& s) { return s.name == uri->scheme; });
  if (scheme != kSchemes.end()) return scheme->make(*uri, std::move(executor), clock);
  std::string known;
  for (const Scheme& s : kSchemes) known += (known.empty() ? "" : ", ") + std::string(s.looks_like);
  return fail(Errc::unsupported, "use the port", uri->format(),
              "The kinds of port that work are: " + known + ".");
}

}  // namespace platen::port
