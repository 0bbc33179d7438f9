#include "base/host_lookup.hpp"

#include <cstring>

#include <boost/asio/ip/tcp.hpp>
#include <netdb.h>

#include "base/aside.hpp"

namespace platen {
namespace {

namespace asio = boost::asio;
using Addresses = std::vector<asio::ip::address>;

Addresses ask_the_system(const std::string& host) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;  // or each address comes once for each kind of socket
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &wanted, &found) != 0) return {};
  Addresses addresses;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    if (one->ai_family != AF_INET && one->ai_family != AF_INET6) continue;
    asio::ip::tcp::endpoint end;
    end.resize(one->ai_addrlen);
    std::memcpy(end.data(), one->ai_addr, one->ai_addrlen);
    addresses.push_back(end.address());
  }
  ::freeaddrinfo(found);
  return addresses;
}

}  // namespace

Task<Result<Addresses>> look_up(Clock& clock, std::string host, Deadline deadline) {
  boost::system::error_code not_numeric;
  const auto address = asio::ip::make_address(host, not_numeric);
  if (!not_numeric) co_return Addresses{address};

  const std::string doing = "find the address of";
  const std::string advice = "Check the name, or use the IP address.";
  auto asking = [host] { return ask_the_system(host); };
  auto found = co_await aside(clock, deadline, std::move(asking));
  if (!found) co_return fail(found.error().code, doing, host, advice);
  if (found->empty()) co_return fail(Errc::not_found, doing, host, advice);
  co_return std::move(*found);
}

}  // namespace platen
