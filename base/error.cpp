#include "base/error.hpp"

#include <boost/system/system_error.hpp>

namespace platen {
namespace {

class Category final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "platen"; }

  std::string message(int value) const override {
    switch (static_cast<Errc>(value)) {
      case Errc::canceled:
        return "it was cancelled";
      case Errc::timed_out:
        return "it took too long";
      case Errc::closed:
        return "the connection was closed";
      case Errc::refused:
        return "it was refused";
      case Errc::busy:
        return "it is in use";
      case Errc::not_found:
        return "not found";
      case Errc::malformed:
        return "malformed data";
      case Errc::unsupported:
        return "not supported";
      case Errc::denied:
        return "permission denied";
      case Errc::no_space:
        return "no space left";
      case Errc::too_large:
        return "too large";
      case Errc::conflict:
        return "not possible in its present state";
      case Errc::loop:
        return "the call would wait for itself";
      case Errc::failed:
        return "it did not work";
    }
    return "unknown error";
  }
};

const Category category;

}  // namespace

boost::system::error_code make_error_code(Errc code) noexcept {
  return {static_cast<int>(code), category};
}

std::string Error::sentence() const {
  std::string text = "Could not " + operation;
  if (!object.empty()) text += " " + object;
  text += ": " + code.message() + ".";
  if (!advice.empty()) text += " " + advice;
  return text;
}

void throw_exception_from_error(const Error& error, const boost::source_location& where) {
  throw boost::system::system_error(error.code, error.sentence() + " [" + where.to_string() + "]");
}

Error fail(boost::system::error_code code, std::string operation, std::string object, std::string advice) {
  return Error{code, std::move(operation), std::move(object), std::move(advice)};
}

Error fail(Errc code, std::string operation, std::string object, std::string advice) {
  return fail(make_error_code(code), std::move(operation), std::move(object), std::move(advice));
}

Error fail_errno(int number, std::string operation, std::string object, std::string advice) {
  return fail({number, boost::system::system_category()}, std::move(operation), std::move(object),
              std::move(advice));
}

}  // namespace platen
