// How anything in the house fails: one Error, one Result<T>.
//
// An Error says what happened, to which object, and what to do next, so that its sentence() can be shown to a
// person as it is:
//
//   return fail(Errc::refused, "connect to the printer", "socket://10.0.0.7:9100",
//               "Check that the printer is switched on and that no firewall blocks port 9100.");
//
//   if (!opened) return opened.error();
//
// Exceptions are for the fatal only; nothing in the house throws to report a failure.
#pragma once

#include <string>
#include <utility>

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

namespace platen {

enum class Errc {
  canceled = 1,  // someone asked for it to stop
  timed_out,     // the deadline passed
  closed,        // the other side is gone
  refused,       // the other side said no
  busy,          // somebody else has it; try again later
  not_found,     // no such printer, job, file, model …
  malformed,     // bytes that break their own format
  unsupported,   // well formed, but nothing we can do
  denied,        // the caller may not do this
  no_space,      // disk or memory is used up
  too_large,     // over a stated limit
  conflict,      // the object's state forbids it
  loop,          // a call that would wait for itself
  failed,        // it was tried and did not work
};

boost::system::error_code make_error_code(Errc code) noexcept;

struct Error {
  boost::system::error_code code;
  std::string operation;  // a verb phrase: "open the port"
  std::string object;     // which one: "socket://10.0.0.7:9100", "job 17", "platen.inf:41"
  std::string advice;     // a full sentence, what to do next; may be empty

  // "Could not open the port socket://10.0.0.7:9100: connection refused. Check that …"
  [[nodiscard]] std::string sentence() const;
  [[nodiscard]] bool is(Errc errc) const noexcept { return code == make_error_code(errc); }
};

[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

// A value or an Error; must be looked at.
template <class T>
class [[nodiscard]] Result : public boost::system::result<T, Error> {
 public:
  using boost::system::result<T, Error>::result;
};

[[nodiscard]] Error fail(boost::system::error_code code, std::string operation, std::string object,
                         std::string advice = {});
[[nodiscard]] Error fail(Errc code, std::string operation, std::string object, std::string advice = {});
// From errno.
[[nodiscard]] Error fail_errno(int number, std::string operation, std::string object,
                               std::string advice = {});

}  // namespace platen

template <>
struct boost::system::is_error_code_enum<platen::Errc> : std::true_type {};
