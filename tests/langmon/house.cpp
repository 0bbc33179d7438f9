#include "house.hpp"

#include <cstring>

namespace platen::langmon {

Task<Result<std::size_t>> DocumentSource::read_some(std::span<std::byte> into, Deadline deadline) {
  auto document = document_;
  for (;;) {
    if (!document->bytes.empty()) {
      const std::size_t count = std::min(into.size(), document->bytes.size());
      std::memcpy(into.data(), document->bytes.data(), count);
      document->bytes.erase(0, count);
      co_return count;
    }
    if (document->broken) co_return fail(Errc::failed, "read", "the pipe");
    if (document->ended) co_return 0U;
    if (auto woken = co_await document->changed.wait(clock_, deadline); !woken) co_return woken.error();
  }
}

void MonitorTest::start(Options options) {
  monitor_ = std::make_unique<LanguageMonitor>(clock_, reactor_.get_executor(), port_, options, heard_);
  running_ = true;
  boost::asio::co_spawn(reactor_, monitor_->run(), [this](std::exception_ptr thrown) {
    running_ = false;
    EXPECT_FALSE(thrown);
  });
  run(100ms);
}

void MonitorTest::TearDown() {
  within([this] { monitor_->stop(); });
  laser_.stop();
  run(15s);
  EXPECT_FALSE(running_) << "run() has not returned after stop()";
}

std::shared_ptr<Document> MonitorTest::start_job(std::uint32_t id, std::string title) {
  auto document = std::make_shared<Document>(reactor_.get_executor());
  within([this, id, title, document] {
    auto started = monitor_->start_job({.job = id, .title = title, .language = "PCL"},
                                       std::make_unique<DocumentSource>(document, clock_));
    EXPECT_TRUE(started) << started.error().sentence();
  });
  return document;
}

void MonitorTest::print(std::uint32_t id, std::string text) {
  auto document = start_job(id);
  document->write(text);
  document->end();
  finish(id, true);
}

void MonitorTest::finish(std::uint32_t id, bool ok) {
  within([this, id, ok] { EXPECT_TRUE(monitor_->finish_job(id, ok)); });
}

bool MonitorTest::cancel(std::uint32_t id) {
  bool found = false;
  within([this, id, &found] { found = monitor_->cancel_job(id); });
  return found;
}

const wire::JobEndReport* MonitorTest::end_of(std::uint32_t id) const {
  const wire::JobEndReport* found = nullptr;
  for (const auto& end : heard_.ends)
    if (end.job == id) {
      EXPECT_EQ(found, nullptr) << "job " << id << " ended twice";
      found = &end;
    }
  return found;
}

}  // namespace platen::langmon
