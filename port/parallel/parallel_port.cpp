#include "port/parallel/parallel_port.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/event.hpp"
#include "base/log.hpp"
#include "base/mailbox.hpp"
#include "port/parallel/worker.hpp"

namespace platen::port {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using ieee1284::ParallelHost;
using ieee1284::Preference;
using ieee1284::Worker;

// What one write hands to the worker: about 50 ms of a fast printer.
constexpr std::size_t kMostPerParallelWrite = 4096;
// The worker is in a handshake, or has an answer.
constexpr Duration kWorkerPatience = 2s;

Error not_open(std::string operation, const std::string& uri) {
  return fail(Errc::closed, std::move(operation), uri, "The port is not open.");
}

Error named(Error error, const std::string& uri) {
  error.object = uri;
  return error;
}

}  // namespace

std::optional<Preference> preference_by_name(std::string_view name) {
  constexpr std::array kNames{
      std::pair{std::string_view("auto"), Preference::automatic},
      std::pair{std::string_view("ecp"), Preference::ecp},
      std::pair{std::string_view("byte"), Preference::byte},
      std::pair{std::string_view("nibble"), Preference::nibble},
      std::pair{std::string_view("epp"), Preference::epp},
      std::pair{std::string_view("compat"), Preference::compatibility},
  };
  for (const auto& [known, preference] : kNames)
    if (known == name) return preference;
  return std::nullopt;
}

// All but `worker` belongs to the reactor.
struct ParallelPort::State : std::enable_shared_from_this<State> {
  State(const asio::any_io_executor& executor, Clock& time, std::string name)
      : mailbox(Mailbox::of(executor)), clock(time), uri(std::move(name)), changed(executor) {}

  Mailbox& mailbox;
  Clock& clock;
  std::string uri;
  Event changed;
  bool open = false;
  unsigned session = 0;  // of open(); what is pending when one ends must not go on in the next
  std::optional<Error> lost;
  std::string inbox;
  bool writing = false;
  std::uint64_t write_number = 0;
  std::optional<std::size_t> written;
  std::unique_ptr<Worker> worker;

  void end_session() {
    open = false;
    writing = false;
    ++session;
  }

  // From the worker's thread.
  template <class Change>
  static void tell(const std::weak_ptr<State>& self, Mailbox& mailbox, Change change) {
    mailbox.post([self, change = std::move(change)]() mutable {
      if (auto state = self.lock()) {
        change(*state);
        state->changed.notify();
      }
    });
  }

  void start(std::unique_ptr<ieee1284::ParallelLines> lines) {
    std::weak_ptr<State> self = weak_from_this();
    Worker::Events events;
    events.heard = [self, &mailbox = mailbox](std::string text) {
      tell(self, mailbox, [text = std::move(text)](State& state) {
        if (!state.open) return;
        state.inbox += text;
        state.worker->set_unread(state.inbox.size());
      });
    };
    events.sent = [self, &mailbox = mailbox](std::uint64_t number, std::size_t count) {
      tell(self, mailbox, [number, count](State& state) {
        if (number == state.write_number) state.written = count;
      });
    };
    events.lost = [self, &mailbox = mailbox](Error error) {
      tell(self, mailbox, [error = std::move(error)](State& state) {
        if (!state.open) return;
        state.lost = named(error, state.uri);
        state.end_session();
      });
    };
    worker = std::make_unique<Worker>(std::move(lines), std::move(events));
  }

  [[nodiscard]] Error why_closed(std::string operation) const {
    return lost ? *lost : fail(Errc::closed, std::move(operation), uri, "The port was closed meanwhile.");
  }

  // Has `work` done on the worker's thread.
  template <class T, class Work>
  static Task<Result<T>> ask(std::shared_ptr<State> state, std::string operation, Deadline deadline,
                             Work work) {
    auto answer = std::make_shared<std::optional<Result<T>>>();
    Worker::Job job = [self = std::weak_ptr<State>(state), &mailbox = state->mailbox,
                       worker = state->worker.get(), answer, work = std::move(work)](ParallelHost& host) {
      Result<T> result = work(host, *worker);
      tell(self, mailbox,
           [answer, result = std::move(result)](State&) mutable { answer->emplace(std::move(result)); });
    };
    state->worker->submit(std::move(job));
    while (!*answer) {
      auto woken = co_await state->changed.wait(state->clock, deadline);
      if (!woken && !*answer) co_return fail(woken.error().code, operation, state->uri);
    }
    if (!**answer) co_return named((*answer)->error(), state->uri);
    co_return std::move(**answer);
  }
};

ParallelPort::ParallelPort(const asio::any_io_executor& executor, Clock& clock, std::string uri,
                           std::unique_ptr<ieee1284::ParallelLines> lines, Preference preference)
    : clock_(clock),
      uri_(std::move(uri)),
      preference_(preference),
      state_(std::make_shared<State>(executor, clock_, uri_)) {
  state_->start(std::move(lines));
}

ParallelPort::~ParallelPort() {
  close();
  state_->worker.reset();
}

bool ParallelPort::is_open() const {
  return state_->open;
}

Task<Result<void>> ParallelPort::open(Deadline deadline) {
  auto state = state_;
  if (state->open) co_return Result<void>();
  auto work = [preference = preference_, uri = uri_](ParallelHost& host, Worker& worker) -> Result<void> {
    auto opened = host.open(preference);
    worker.set_open(opened.has_value());
    if (opened) named_log("port " + uri)->debug("open in {} mode", host.mode_name());
    return opened;
  };
  auto asking = State::ask<void>(state, "open the port", deadline, std::move(work));
  auto opened = co_await std::move(asking);
  if (!opened) {
    // It may still succeed, too late.
    state->worker->submit([worker = state->worker.get()](ParallelHost& host) {
      worker->set_open(false);
      host.close();
    });
    co_return opened.error();
  }
  state->open = true;
  state->lost.reset();
  state->inbox.clear();
  state->worker->set_unread(0);
  co_return Result<void>();
}

Task<Result<std::size_t>> ParallelPort::read_some(std::span<std::byte> into, Deadline deadline) {
  auto state = state_;
  const std::string operation = "read from";
  if (!state->open) co_return state->lost ? *state->lost : not_open(operation, state->uri);
  const unsigned session = state->session;
  while (state->inbox.empty() || state->session != session) {
    if (state->session != session) co_return state->why_closed(operation);
    auto woken = co_await state->changed.wait(state->clock, deadline);
    if (!woken && state->session == session && state->inbox.empty())
      co_return fail(woken.error().code, operation, state->uri);
  }
  const std::size_t count = std::min(into.size(), state->inbox.size());
  std::memcpy(into.data(), state->inbox.data(), count);
  state->inbox.erase(0, count);
  if (state->worker) state->worker->set_unread(state->inbox.size());
  co_return count;
}

Task<Result<std::size_t>> ParallelPort::write_some(std::span<const std::byte> from, Deadline deadline) {
  auto state = state_;
  const std::string operation = "write to";
  if (!state->open) co_return state->lost ? *state->lost : not_open(operation, state->uri);
  if (std::exchange(state->writing, true))
    co_return fail(Errc::conflict, operation, state->uri, "Another write is under way.");
  const auto part = from.first(std::min(from.size(), kMostPerParallelWrite));
  const unsigned session = state->session;
  state->written.reset();
  state->worker->send(++state->write_number, {part.begin(), part.end()});
  boost::system::error_code why;
  while (state->session == session && !state->written && !why) {
    auto woken = co_await state->changed.wait(state->clock, deadline);
    if (!woken) why = woken.error().code;
  }
  if (state->session == session && !state->written) {
    // The worker alone knows how much the printer has. It tells at the end of its burst, also when nobody
    // wants to wait.
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    state->worker->stop_sending();
    const Deadline soon = Deadline::in(state->clock, kWorkerPatience);
    while (state->session == session && !state->written) {
      auto woken = co_await state->changed.wait(state->clock, soon);
      if (!woken) break;
    }
    if (state->session == session && !state->written) {
      state->end_session();
      state->lost =
          fail(Errc::closed, operation, state->uri, "The port does not come to an end with a byte.");
    }
  }
  if (state->session != session) co_return state->why_closed(operation);
  state->writing = false;
  if (*state->written > 0) co_return *state->written;
  co_return fail(why ? why : make_error_code(Errc::timed_out), operation, state->uri);
}

Task<Result<std::string>> ParallelPort::device_id(Deadline deadline) {
  if (!state_->open) co_return not_open("read the device id of", uri_);
  auto work = [](ParallelHost& host, Worker&) { return host.device_id(); };
  auto asking = State::ask<std::string>(state_, "read the device id of", deadline, work);
  co_return co_await std::move(asking);
}

Task<Result<StatusLines>> ParallelPort::status_lines(Deadline deadline) {
  if (!state_->open) co_return not_open("read the status lines of", uri_);
  auto work = [](ParallelHost& host, Worker&) -> Result<StatusLines> {
    const ieee1284::Status status = host.compatibility_status();
    return StatusLines{.paper_empty = status.paper_error, .selected = status.select, .error = !status.fault};
  };
  auto asking = State::ask<StatusLines>(state_, "read the status lines of", deadline, work);
  co_return co_await std::move(asking);
}

Task<Result<void>> ParallelPort::abort_job(Deadline deadline) {
  auto state = state_;
  if (!state->open) {
    auto opening = open(deadline);
    if (auto opened = co_await std::move(opening); !opened) co_return opened;
  }
  auto work = [](ParallelHost& host, Worker&) -> Result<void> {
    if (host.reset_printer()) return {};
    return fail(Errc::timed_out, "break off the job on", "",
                "The printer was reset and is not ready yet. Switch it off and on if it stays so.");
  };
  state->worker->stop_sending();
  state->worker->hurry();
  auto asking = State::ask<void>(state, "break off the job on", deadline, work);
  auto done = co_await std::move(asking);
  state->inbox.clear();
  co_return done;
}

void ParallelPort::close() noexcept {
  State& state = *state_;
  if (!state.open) return;
  state.end_session();
  state.lost.reset();
  state.worker->stop_sending();
  state.worker->hurry();
  state.worker->submit([worker = state.worker.get()](ParallelHost& host) {
    worker->set_open(false);
    host.close();
  });
  state.changed.notify();
}

}  // namespace platen::port
