#include "spooler/http/message.hpp"

#include <array>

#include <boost/beast/core/string.hpp>
#include <boost/json/serialize.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <pwd.h>
#include <unistd.h>

namespace platen::spooler::http {
namespace {

struct Meaning {
  Errc errc;
  unsigned status;
  std::string_view code;
};

constexpr Meaning meanings[] = {
    {Errc::not_found, 404, "not-found"},
    {Errc::denied, 403, "denied"},
    {Errc::conflict, 409, "conflict"},
    {Errc::malformed, 400, "malformed"},
    {Errc::unsupported, 415, "unsupported"},
    {Errc::too_large, 413, "too-large"},
    {Errc::no_space, 507, "no-space"},
    {Errc::busy, 503, "busy"},
    {Errc::timed_out, 504, "timed-out"},
    {Errc::refused, 502, "refused"},
    {Errc::closed, 502, "closed"},
    {Errc::canceled, 409, "canceled"},
    {Errc::loop, 500, "loop"},
};

}  // namespace

bool Peer::administrator() const {
  return local && uid && (*uid == 0 || *uid == ::geteuid());
}

std::string Peer::user() const {
  if (!uid) return "anonymous";
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> buffer{};
  if (::getpwuid_r(*uid, &entry, buffer.data(), buffer.size(), &found) == 0 && found) return found->pw_name;
  return "uid " + std::to_string(*uid);
}

std::string_view Request::header(Field field) const {
  const auto value = head[field];
  return {value.data(), value.size()};
}

std::string_view Request::header(std::string_view name) const {
  const auto value = head[boost::beast::string_view(name.data(), name.size())];
  return {value.data(), value.size()};
}

std::string Request::media_type() const {
  std::string_view type = header(Field::content_type);
  type = type.substr(0, type.find(';'));
  while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
  std::string lower(type);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

bool Request::changes() const {
  return head.method() != Verb::get && head.method() != Verb::head && head.method() != Verb::options;
}

bool parse_target(std::string_view target, Request& into) {
  const auto parsed = boost::urls::parse_origin_form({target.data(), target.size()});
  if (!parsed) return false;
  for (const auto segment : parsed->segments()) {
    if (segment.empty()) continue;
    if (segment == "." || segment == ".." || segment.find('/') != std::string::npos ||
        segment.find('\0') != std::string::npos)
      return false;
    into.path.emplace_back(segment);
  }
  for (const auto param : parsed->params()) into.query[std::string(param.key)] = std::string(param.value);
  return true;
}

Reply json_reply(unsigned status, const boost::json::value& value) {
  Reply reply;
  reply.status = status;
  reply.type = "application/json";
  reply.body = boost::json::serialize(value) + "\n";
  reply.headers.emplace_back("Cache-Control", "no-store");
  return reply;
}

Reply error_reply(unsigned status, std::string_view code, std::string_view sentence) {
  boost::json::object error;
  error["code"] = boost::json::string_view(code.data(), code.size());
  error["sentence"] = boost::json::string_view(sentence.data(), sentence.size());
  return json_reply(status, {{"error", std::move(error)}});
}

Reply error_reply(const Error& error) {
  for (const Meaning& meaning : meanings)
    if (error.is(meaning.errc)) return error_reply(meaning.status, meaning.code, error.sentence());
  if (error.code == boost::system::errc::no_space_on_device)
    return error_reply(507, "no-space", error.sentence());
  return error_reply(500, "failed", error.sentence());
}

Task<Result<std::string>> read_all(ByteSource& source, std::size_t limit, Deadline deadline) {
  std::string all;
  std::array<std::byte, 4096> chunk;
  for (;;) {
    auto got = co_await source.read_some(chunk, deadline);
    if (!got) co_return got.error();
    if (*got == 0) co_return all;
    if (all.size() + *got > limit)
      co_return fail(Errc::too_large, "read the request", "",
                     "At most " + std::to_string(limit) + " bytes are taken here.");
    all.append(reinterpret_cast<const char*>(chunk.data()), *got);
  }
}

}  // namespace platen::spooler::http
