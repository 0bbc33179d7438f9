// Which requests are let in at all, before any route sees them. On the loopback door the browser of any web
// page knocks too: so the Host must be ours (no DNS rebinding), and what changes something must be
// same-origin and of a kind that a foreign page cannot send without asking first.
#pragma once

#include "spooler/http/message.hpp"

namespace platen::spooler::http {

// The refusal, or nothing when the request may pass.
[[nodiscard]] std::optional<Reply> refuse_foreign(const Request& request);

// What every reply carries: no sniffing, no framing, nothing from elsewhere.
[[nodiscard]] const std::vector<std::pair<std::string_view, std::string_view>>& security_headers();

}  // namespace platen::spooler::http
