#include "langmon/data_pump.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

#include "langmon/timing.hpp"

namespace platen::langmon {

DataPump::DataPump(Clock& clock, boost::asio::any_io_executor executor, std::unique_ptr<ByteSource> source,
                   std::function<void()> news)
    : clock_(clock), source_(std::move(source)), news_(std::move(news)), room_(std::move(executor)) {}

std::shared_ptr<DataPump> DataPump::start(Clock& clock, boost::asio::any_io_executor executor,
                                          std::unique_ptr<ByteSource> source, std::function<void()> news) {
  std::shared_ptr<DataPump> pump(new DataPump(clock, executor, std::move(source), std::move(news)));
  boost::asio::co_spawn(
      executor, run(pump),
      boost::asio::bind_cancellation_slot(pump->stop_.slot(), [pump](std::exception_ptr thrown) {
        if (thrown) pump->end(fail(Errc::failed, "read", "the job's data"));
      }));
  return pump;
}

Task<void> DataPump::run(std::shared_ptr<DataPump> self) {
  std::vector<std::byte> buffer(chunk_bytes);
  while (!self->abandoned_) {
    if (self->ready_.size() >= chunk_bytes) {
      (void)co_await self->room_.wait(self->clock_, Deadline::in(self->clock_, far_away));
      continue;
    }
    const auto room = std::span(buffer).first(chunk_bytes - self->ready_.size());
    auto count = co_await self->source_->read_some(room, Deadline::in(self->clock_, far_away));
    if (!count) {
      if (count.error().is(Errc::timed_out)) continue;
      self->end(count.error());
      co_return;
    }
    if (*count == 0) {
      self->end(std::nullopt);
      co_return;
    }
    self->ready_.insert(self->ready_.end(), buffer.begin(),
                        buffer.begin() + static_cast<std::ptrdiff_t>(*count));
    if (!self->abandoned_) self->news_();
  }
}

std::vector<std::byte> DataPump::take() {
  room_.notify();
  return std::exchange(ready_, {});
}

void DataPump::end(std::optional<Error> error) {
  if (ended_) return;
  ended_ = true;
  error_ = std::move(error);
  source_.reset();
  if (!abandoned_) news_();
}

void DataPump::abandon() {
  abandoned_ = true;
  ready_.clear();
  room_.notify();
  stop_.emit(boost::asio::cancellation_type::terminal);
}

}  // namespace platen::langmon
