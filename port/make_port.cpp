#include "port/make_port.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "port/char_port.hpp"
#include "port/file_port.hpp"
#include "port/lpd_port.hpp"
#include "port/parallel/parallel_port.hpp"
#include "port/parallel/ppdev_lines.hpp"
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
  // How the same printer is asked by SNMP is for others to read.
  for (const auto& [key, value] : uri.query)
    if (key != "snmp" && key != "snmp-port")
      return misfit(uri, "A socket port knows no \"" + key +
                             "\": socket://host:9100, or socket://host:9100?snmp=COMMUNITY (or off).");
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

Made make_parallel(const Uri& uri, any_io_executor executor, Clock& clock) {
  const std::string example = "parallel:/dev/parport0 or parallel:/dev/parport0?mode=nibble.";
  if (!uri.host.empty() || uri.path.empty()) return misfit(uri, "Write it as " + example);
  auto preference = ieee1284::Preference::automatic;
  for (const auto& [key, value] : uri.query) {
    const auto named = preference_by_name(value);
    if (key != "mode" || !named)
      return misfit(uri,
                    "A parallel port takes mode=auto, ecp, byte, nibble, epp or compat, as in " + example);
    preference = *named;
  }
  return std::make_unique<ParallelPort>(std::move(executor), clock, uri.format(),
                                        std::make_unique<ieee1284::PpdevLines>(uri.path), preference);
}

Made make_char(const Uri& uri, any_io_executor executor, Clock& clock) {
  const bool usb = uri.scheme == "usblp";
  if (!uri.host.empty() || uri.path.empty() || !uri.query.empty())
    return misfit(uri, usb ? "Write it as usblp:/dev/usb/lp0." : "Write it as lp:/dev/lp0.");
  return std::make_unique<CharPort>(std::move(executor), clock,
                                    usb ? CharPort::Kind::usblp : CharPort::Kind::lp, uri.path);
}

Made make_lpd(const Uri& uri, any_io_executor executor, Clock& clock) {
  const std::string example = "lpd://host/queue or lpd://host/queue?reserve=yes.";
  const std::string queue = uri.path.empty() ? "" : uri.path.substr(1);
  // Such bytes would end the line that names the queue.
  const bool speakable = std::none_of(queue.begin(), queue.end(), [](unsigned char c) { return c <= ' '; });
  if (uri.host.empty() || queue.empty() || !speakable)
    return misfit(uri, "The host or the queue is missing or cannot be used. Write it as " + example);
  LpdTarget target{
      .uri = uri.format(), .host = uri.host, .port = uri.port.value_or(lpd_port), .queue = queue};
  for (const auto& [key, value] : uri.query) {
    if (key != "reserve" || (value != "yes" && value != "no"))
      return misfit(uri, "An LPD port takes reserve=yes or reserve=no, as in " + example);
    target.reserved_source = value == "yes";
  }
  std::error_code ec;
  std::string folder = std::filesystem::temp_directory_path(ec);
  return std::make_unique<LpdPort>(std::move(executor), clock, std::move(target),
                                   ec ? "/tmp" : std::move(folder));
}

constexpr std::array kSchemes{
    Scheme{"socket", "socket://host:9100", make_socket},
    Scheme{"usb", "usb://043d/00f3?serial=…", make_usb},
    Scheme{"parallel", "parallel:/dev/parport0", make_parallel},
    Scheme{"usblp", "usblp:/dev/usb/lp0", make_char},
    Scheme{"lp", "lp:/dev/lp0", make_char},
    Scheme{"lpd", "lpd://host/queue", make_lpd},
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
