// A descriptor as a ByteSource: the read end of a pipe, a socket, or a regular file.
#pragma once

#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.hpp"
#include "base/fd.hpp"
#include "base/stream.hpp"

namespace platen::langmon {

// The clock must outlive the source.
[[nodiscard]] Result<std::unique_ptr<ByteSource>> make_source(Clock& clock,
                                                              const boost::asio::any_io_executor& executor,
                                                              Fd data);

}  // namespace platen::langmon
