#include "spooler/background/tool.hpp"

#include <array>
#include <optional>

#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <signal.h>

#include "spooler/background/tasks.hpp"
#include "spooler/model/text.hpp"

namespace platen::spooler {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

// A description of all models' papers has some tens of kilobytes.
constexpr std::size_t kMostOutput = 1 << 20;
constexpr std::size_t kLongestSentence = 500;
// After SIGKILL; longer only if the kernel holds it.
constexpr Duration kToolDying = 2s;

Task<Result<std::string>> read_all(Clock& clock, asio::any_io_executor executor, Fd fd, Deadline deadline) {
  asio::posix::stream_descriptor pipe(executor, fd.release());
  std::string out;
  std::array<char, 4096> buffer{};
  for (;;) {
    auto [ec, n] = co_await before(clock, deadline, [&pipe, &buffer](auto token) {
      return pipe.async_read_some(asio::buffer(buffer), token);
    });
    if (ec == asio::error::eof) co_return out;
    if (ec) co_return fail(ec, "read the answer of", "the program");
    if (out.size() + n > kMostOutput) co_return fail(Errc::too_large, "read the answer of", "the program");
    out.append(buffer.data(), n);
  }
}

std::string last_line(std::string_view text) {
  while (!text.empty() && text.back() <= ' ') text.remove_suffix(1);
  if (const auto line = text.rfind('\n'); line != std::string_view::npos) text.remove_prefix(line + 1);
  return clean_name(text, kLongestSentence);
}

// Both pipes are read at once, so that neither fills up and stalls the program.
struct Answer {
  std::string out;
  std::string words;
  std::optional<Error> error;
};

Task<void> read_into(Clock& clock, asio::any_io_executor executor, Fd fd, Deadline deadline,
                     std::shared_ptr<Answer> answer, bool words) {
  auto text = co_await read_all(clock, executor, std::move(fd), deadline);
  if (!text)
    answer->error = text.error();
  else
    (words ? answer->words : answer->out) = std::move(*text);
}

}  // namespace

Task<Result<std::string>> run_tool(Clock& clock, asio::any_io_executor executor, Launcher& launcher,
                                   std::filesystem::path program, std::vector<std::string> args,
                                   std::string purpose, Deadline deadline) {
  const std::string name = program.filename().string();
  auto out = make_pipe();
  auto words = make_pipe();
  if (!out || !words) co_return (!out ? out.error() : words.error());
  Command command;
  command.program = program.string();
  command.args = std::move(args);
  command.descriptors.emplace(1, std::move(out->write_end));
  command.descriptors.emplace(2, std::move(words->write_end));
  auto process = launcher.launch(std::move(command));
  if (!process) co_return process.error();

  auto answer = std::make_shared<Answer>();
  Tasks readers(executor);
  readers.start(read_into(clock, executor, std::move(out->read_end), deadline, answer, false));
  readers.start(read_into(clock, executor, std::move(words->read_end), deadline, answer, true));
  auto status = co_await (*process)->wait(deadline);
  if (!status) {
    (*process)->signal(SIGKILL);
    (void)co_await (*process)->wait(Deadline::in(clock, kToolDying));
  }
  (void)co_await readers.ended(clock, deadline.within(clock, kToolDying));
  if (!status) co_return fail(status.error().code, purpose, "", name + " did not answer in time.");
  if (!status->ok()) {
    const auto sentence = last_line(answer->words);
    co_return fail(Errc::failed, purpose, "",
                   sentence.empty() ? name + " " + status->sentence() + "." : sentence);
  }
  if (answer->error) co_return *answer->error;
  co_return std::move(answer->out);
}

}  // namespace platen::spooler
