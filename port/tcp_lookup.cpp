#include "port/tcp_lookup.hpp"

#include <memory>

#include "base/event.hpp"

namespace platen::port {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// getaddrinfo() cannot be cancelled. So it runs on its own, and who waits for it can leave at the deadline.
struct Lookup {
  explicit Lookup(const asio::any_io_executor& executor) : resolver(executor), done(executor) {}
  tcp::resolver resolver;
  Event done;
  bool ended = false;
  error_code error;
  std::vector<tcp::endpoint> endpoints;
};

}  // namespace

Task<Result<std::vector<tcp::endpoint>>> look_up(asio::any_io_executor executor, Clock& clock,
                                                 std::string host, std::uint16_t port, Deadline deadline) {
  error_code not_numeric;
  const auto address = asio::ip::make_address(host, not_numeric);
  if (!not_numeric) co_return std::vector{tcp::endpoint(address, port)};

  const std::string advice = "Check the name, or use the printer's IP address.";
  auto lookup = std::make_shared<Lookup>(executor);
  lookup->resolver.async_resolve(host, std::to_string(port), [lookup](error_code ec, const auto& results) {
    lookup->ended = true;
    lookup->error = ec;
    for (const auto& entry : results) lookup->endpoints.push_back(entry.endpoint());
    lookup->done.notify();
  });
  while (!lookup->ended)
    if (auto woken = co_await lookup->done.wait(clock, deadline); !woken)
      co_return fail(woken.error().code, "find the address of the printer", host, advice);
  if (lookup->error) co_return fail(Errc::not_found, "find the address of the printer", host, advice);
  co_return std::move(lookup->endpoints);
}

}  // namespace platen::port
