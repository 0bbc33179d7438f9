// One job on its way to an LPD server (RFC 1179), as a thing that can be interrupted and gone on with.
//
//   LpdDelivery delivery(executor, clock, target, std::move(spool), size);
//   while (auto result = co_await delivery.go_on(Deadline::in(clock, 30s)); !result)
//     if (!result.error().is(Errc::timed_out)) break;      // timed_out: it may be gone on with
//
// Each step is one exchange: the queue, the control file, the data file, and an octet of the server's after
// each. A server that takes the whole data file and then ends the connection without that last octet has the
// job as far as anybody can know; sending it again would print it twice.
#pragma once

#include <optional>
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "base/async.hpp"
#include "base/fd.hpp"

namespace platen::port {

struct LpdTarget {
  std::string uri;  // for sentences
  std::string host;
  std::uint16_t port = 515;
  std::string queue;
  bool reserved_source = false;  // from a source port of 721 to 731, which some old servers insist on
};

class LpdDelivery {
 public:
  // `spool` holds the data, all of it.
  LpdDelivery(boost::asio::any_io_executor executor, Clock& clock, LpdTarget target, Fd spool,
              std::uint64_t size);

  // Whether the server is there: a connection, and nothing over it.
  Task<Result<void>> greet(Deadline deadline);
  // Errc::timed_out, Errc::canceled: not yet; call it again. Any other error is the end of this delivery; the
  // data is still there.
  Task<Result<void>> go_on(Deadline deadline);
  [[nodiscard]] Fd take_spool() { return std::move(spool_); }
  void close() noexcept;

 private:
  enum class Step {
    connect,
    queue,
    queue_answer,
    control,
    control_answer,
    control_file,
    control_file_answer,
    data,
    data_answer,
    data_file,
    data_end,
    data_file_answer,
    done,
  };

  Task<Result<void>> connect(Deadline deadline);
  [[nodiscard]] boost::system::error_code bind_reserved();
  Task<Result<void>> send(std::string text, Step next, Deadline deadline);
  Task<Result<void>> send_file(Deadline deadline);
  Task<Result<void>> hear(Step next, Deadline deadline);
  [[nodiscard]] std::string control_file() const;
  [[nodiscard]] Error why(boost::system::error_code code, std::string advice = {}) const;
  [[nodiscard]] Error refused(int answer) const;

  boost::asio::any_io_executor executor_;
  Clock& clock_;
  LpdTarget target_;
  Fd spool_;
  std::uint64_t size_;
  boost::asio::ip::tcp::socket socket_;
  Step step_ = Step::connect;
  std::size_t sent_ = 0;  // of the present text
  std::uint64_t offset_ = 0;
  std::string block_;
  std::string number_;
  std::string here_;
};

}  // namespace platen::port
