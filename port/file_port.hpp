// A file as a printer: file:/path. What is printed is appended; nothing is ever read, so a read waits until
// its deadline, as it does with a printer that has nothing to say. For tests, and for people who want the
// bytes.
//
// Regular files only, and /dev/null: anything else could wait for ever.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.hpp"
#include "port/port.hpp"

namespace platen::port {

class FilePort final : public Port {
 public:
  FilePort(boost::asio::any_io_executor executor, Clock& clock, std::string path);
  ~FilePort() override;

  [[nodiscard]] const std::string& uri() const override { return uri_; }
  Task<Result<void>> open(Deadline deadline) override;
  [[nodiscard]] bool is_open() const override { return file_ != nullptr; }
  Task<Result<std::size_t>> read_some(std::span<std::byte> into, Deadline deadline) override;
  Task<Result<std::size_t>> write_some(std::span<const std::byte> from, Deadline deadline) override;
  Task<Result<std::string>> device_id(Deadline deadline) override;
  Task<Result<StatusLines>> status_lines(Deadline deadline) override;
  Task<Result<void>> abort_job(Deadline deadline) override;  // what was written stays written
  void close() noexcept override;

 private:
  struct File;

  boost::asio::any_io_executor executor_;
  Clock& clock_;
  std::string path_;
  std::string uri_;
  std::shared_ptr<File> file_;  // null when closed; a pending read holds it too
};

}  // namespace platen::port
