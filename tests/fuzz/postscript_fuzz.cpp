// PostScript's status lines out of any stream: whole and byte by byte must give the same, and nothing of the
// rest is lost.
#include <cstdlib>
#include <string_view>

#include "bidi/postscript_status.hpp"

namespace {

using namespace platen::bidi;

struct Heard {
  std::vector<PostscriptMessage> messages;
  std::string rest;
  friend bool operator==(const Heard&, const Heard&) = default;
};

Heard hear(std::string_view bytes, std::size_t step) {
  Heard heard;
  PostscriptReader reader;
  for (std::size_t at = 0; at < bytes.size(); at += step)
    for (PostscriptMessage& message : reader.feed(bytes.substr(at, step), heard.rest))
      heard.messages.push_back(std::move(message));
  reader.flush(heard.rest);
  return heard;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  constexpr std::size_t odd_step = 7;
  const Heard whole = hear(bytes, size + 1);
  if (hear(bytes, 1) != whole || hear(bytes, odd_step) != whole) std::abort();
  if (whole.messages.empty() && whole.rest != bytes) std::abort();
  if (whole.rest.size() > bytes.size()) std::abort();
  for (const PostscriptMessage& message : whole.messages) {
    (void)condition(message);
    (void)job_trouble(message);
  }
  return 0;
}
