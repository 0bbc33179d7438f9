// What kind of document this is, by its first bytes. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace platen::spooler {

inline constexpr const char* kRawType = "application/octet-stream";
// A document's first bytes, enough to tell every type that we know.
inline constexpr std::size_t head_size = 4096;

// `head` is the document's first head_size bytes, or all of it. A type is named even when no printer of ours
// takes it
// ("application/pdf"), so that the refusal can say what it is. Printer language of any kind is kRawType.
std::optional<std::string> detect_type(std::string_view head);

// "Text/Plain; charset=UTF-8" is "text/plain". Empty stays empty.
std::string plain_type(std::string_view given);

// A name under which applications send printer language and mean it, so that nobody need look: other than
// kRawType, which they also use for what they do not know.
bool is_raw_name(std::string_view type);

}  // namespace platen::spooler
