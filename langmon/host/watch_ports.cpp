#include "langmon/host/watch_ports.hpp"

#include <array>
#include <deque>
#include <map>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/json.hpp>

#include "base/event.hpp"
#include "langmon/timing.hpp"
#include "port/usb/requests.hpp"
#include "port/usb/watch.hpp"

namespace platen::langmon {
namespace {

namespace asio = boost::asio;
using port::UsbWatch;

// A printer that was just switched on may not know its id yet; those behind it in the row are not kept
// waiting for long.
constexpr Duration id_patience = std::chrono::seconds(3);

struct News {
  enum class Kind { arrived, left, listed } kind = Kind::listed;
  port::usb::Printer printer;
};

struct Watcher {
  Watcher(Clock& time, const asio::any_io_executor& executor, Fd in, Fd out)
      : clock(time), changed(executor), input(executor, in.release()), output(executor, out.release()) {}

  void end() {
    ended = true;
    input.close();
    output.close();
    changed.notify();
  }

  Clock& clock;
  Event changed;
  asio::posix::stream_descriptor input;
  asio::posix::stream_descriptor output;
  std::deque<News> news;
  std::map<std::string, port::usb::Printer> present;  // by place
  std::map<std::string, std::string> uris;            // by place: what each was called when it came
  bool ended = false;
};

// What is said on the input means nothing; its end does.
Task<void> await_input_end(std::shared_ptr<Watcher> watcher) {
  std::array<char, 64> ignored{};
  while (!watcher->ended) {
    auto [ec, n] =
        co_await watcher->input.async_read_some(asio::buffer(ignored), asio::as_tuple(asio::use_awaitable));
    if (ec) watcher->end();
  }
}

// A pipe or socket without a reader reports an error.
Task<void> await_output_end(std::shared_ptr<Watcher> watcher) {
  (void)co_await watcher->output.async_wait(asio::posix::stream_descriptor::wait_error,
                                            asio::as_tuple(asio::use_awaitable));
  watcher->end();
}

std::string id_of_names(const port::usb::Printer& printer) {
  if (printer.model.empty()) return {};
  std::string id = "MFG:" + printer.maker + ";MDL:" + printer.model + ";CLS:PRINTER;";
  return id;
}

Task<boost::json::object> told(std::shared_ptr<Watcher> watcher, News news) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const port::usb::Printer& printer = news.printer;
  boost::json::object line;
  if (news.kind == News::Kind::listed) {
    line["event"] = "listed";
    co_return line;
  }
  if (news.kind == News::Kind::left) {
    line["event"] = "left";
    line["uri"] = watcher->uris[printer.at];
    watcher->uris.erase(printer.at);
    watcher->present.erase(printer.at);
    co_return line;
  }
  watcher->present[printer.at] = printer;
  std::vector<port::usb::Printer> all;
  for (const auto& [at, one] : watcher->present) all.push_back(one);
  const auto addresses = port::usb::addresses_of(all);
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].at == printer.at) watcher->uris[printer.at] = addresses[i].uri();

  const port::usb::Address here{.vendor = printer.vendor, .product = printer.product, .at = printer.at};
  auto id = co_await port::usb::ask_device_id(executor, watcher->clock, here, port::QuirkTable::installed(),
                                              Deadline::in(watcher->clock, id_patience));
  line["event"] = "arrived";
  line["uri"] = watcher->uris[printer.at];
  line["at"] = printer.at;
  line["deviceId"] = id ? *id : id_of_names(printer);
  line["description"] = port::usb::describe(printer);
  co_return line;
}

}  // namespace

Task<Result<void>> watch_ports(Clock& clock, Fd in, Fd out) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  auto watcher = std::make_shared<Watcher>(clock, executor, std::move(in), std::move(out));
  const auto note = [watcher](News news) {
    watcher->news.push_back(std::move(news));
    watcher->changed.notify();
  };
  auto watch = UsbWatch::start(executor, [note](UsbWatch::Change change, const port::usb::Printer& printer) {
    note({change == UsbWatch::Change::arrived ? News::Kind::arrived : News::Kind::left, printer});
  });
  if (!watch) co_return watch.error();
  asio::post(executor, [note] { note({}); });  // behind those that are there

  asio::co_spawn(executor, await_input_end(watcher), asio::detached);
  asio::co_spawn(executor, await_output_end(watcher), asio::detached);
  while (!watcher->ended) {
    if (watcher->news.empty()) {
      (void)co_await watcher->changed.wait(clock, Deadline::in(clock, far_away));
      continue;
    }
    News news = std::move(watcher->news.front());
    watcher->news.pop_front();
    const auto said = co_await told(watcher, std::move(news));
    if (watcher->ended) break;
    const std::string line = boost::json::serialize(said) + "\n";
    auto [ec, n] =
        co_await asio::async_write(watcher->output, asio::buffer(line), asio::as_tuple(asio::use_awaitable));
    if (ec) watcher->end();
  }
  co_return Result<void>();
}

}  // namespace platen::langmon
