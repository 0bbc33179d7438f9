// What every IPP request must obey, whatever it asks for (RFC 8011 section 4.1). Pure.
#pragma once

#include <optional>
#include <string>

#include "spooler/ipp/message.hpp"

namespace platen::spooler::ipp {

// How a request fares. The sentence goes out as status-message.
struct Verdict {
  ipp_status_t status = IPP_STATUS_OK;
  std::string sentence;
};
[[nodiscard]] Verdict verdict_of(const Error& error);

// The refusal, or nothing.
[[nodiscard]] std::optional<Verdict> check_request(ipp_t* request);

// Where a request is going, from its printer-uri, job-uri and job-id.
struct Target {
  std::string printer;  // empty: the first one, for ipp://host/ and ipp://host/ipp/print
  int job = 0;          // 0: none given
};
[[nodiscard]] boost::system::result<Target, Verdict> find_target(ipp_t* request);

[[noreturn]] void throw_exception_from_error(const Verdict& verdict, const boost::source_location& where);

}  // namespace platen::spooler::ipp
