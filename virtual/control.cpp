#include "virtual/control.hpp"

#include <array>
#include <charconv>
#include <sstream>

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/json.hpp>

namespace platen::vprinter {
namespace {

namespace json = boost::json;

constexpr std::size_t kMany = 16;  // words of a supply's name
constexpr std::uint64_t kMostGarbage = 1 << 20;

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string join(const std::vector<std::string>& words, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += (i ? " " : "") + words[i];
  return out;
}

Error not_a_number(const std::string& word) {
  return fail(Errc::malformed, "understand", word, "A whole number is wanted here.");
}

Error no_such(std::string_view what, const std::string& name) {
  return fail(Errc::not_found, "find the " + std::string(what), name, "`status` lists those that there are.");
}

}  // namespace

std::span<const Control::Row> Control::rows() {
  static constexpr std::array table = {
      Row{"paper-out", 1, kMany, "paper-out TRAY", &Control::paper_out},
      Row{"paper-in", 1, kMany, "paper-in TRAY [SHEETS]", &Control::paper_in},
      Row{"jam", 0, 0, "jam", &Control::jam},
      Row{"clear-jam", 0, 0, "clear-jam", &Control::clear_jam},
      Row{"cover", 1, 1, "cover open|closed", &Control::cover},
      Row{"supply", 2, kMany, "supply NAME PERCENT", &Control::supply},
      Row{"levels", 1, 1, "levels told|secret", &Control::levels},
      Row{"offline", 0, 0, "offline", &Control::offline},
      Row{"online", 0, 0, "online", &Control::online},
      Row{"rest", 1, 1, "rest warm-up|sleep|none", &Control::rest},
      Row{"cancel", 0, 0, "cancel", &Control::cancel},
      Row{"stall", 0, 0, "stall", &Control::stall},
      Row{"resume", 0, 0, "resume", &Control::resume},
      Row{"silence", 0, 0, "silence", &Control::silence},
      Row{"speak", 0, 0, "speak", &Control::speak},
      Row{"garbage", 1, 1, "garbage N", &Control::garbage},
      Row{"disconnect", 0, 0, "disconnect", &Control::disconnect},
      Row{"refuse", 0, 0, "refuse", &Control::refuse},
      Row{"accept", 0, 0, "accept", &Control::accept},
      Row{"slow", 1, 1, "slow BYTES_PER_SECOND", &Control::slow},
      Row{"fault", 2, 2, "fault KNOB VALUE", &Control::fault},
  };
  return table;
}

std::string Control::tell(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::string word;
  in >> word;
  Words arguments;
  for (std::string each; in >> each;) arguments.push_back(each);
  if (word == "status" && arguments.empty()) return status();
  std::string known = "status";
  for (const Row& row : rows()) {
    known += ", ";
    known += row.usage;
    if (row.word != word) continue;
    if (arguments.size() < row.least || arguments.size() > row.most)
      return "error " +
             fail(Errc::malformed, "understand", std::string(text), "Say: " + std::string(row.usage) + ".")
                 .sentence();
    auto done = (this->*row.handler)(arguments);
    printer_.look_again();
    return done ? "ok" : "error " + done.error().sentence();
  }
  return "error " +
         fail(Errc::unsupported, "understand", std::string(text), "Say one of: " + known + ".").sentence();
}

std::string Control::status() const {
  const Device& device = printer_.device();
  const Traffic& traffic = wire_.traffic();
  const Status& now = device.status();
  json::array supplies, trays;
  for (const Supply& supply : device.supplies())
    supplies.push_back({{"name", supply.model->name},
                        {"type", boost::to_lower_copy(std::string(pjl_word(supply.model->kind)))},
                        {"colorant", boost::to_lower_copy(std::string(pjl_word(supply.model->colorant)))},
                        {"level", supply.level()},
                        {"percent", supply.percent},
                        {"low", supply.low()}});
  for (const Tray& tray : device.trays())
    trays.push_back({{"name", tray.model->name},
                     {"size", tray.paper->name},
                     {"level", tray.sheets},
                     {"capacity", tray.model->capacity},
                     {"state", tray.sheets > 0 ? "ok" : "empty"}});
  const char* state = !now.online ? "stopped" : device.busy() ? "busy" : "ready";
  json::object out{{"model", device.model().name},
                   {"state", state},
                   {"code", now.code},
                   {"display", now.display},
                   {"online", now.online},
                   {"pages", printer_.pages()},
                   {"jobs", printer_.jobs()},
                   {"bytesReceived", traffic.bytes_received},
                   {"bytesSent", traffic.bytes_sent},
                   {"connections", traffic.open},
                   {"accepted", traffic.accepted},
                   {"refusing", wire_.refusing()},
                   {"stalled", printer_.stalled()},
                   {"silent", printer_.silent()},
                   {"lastByteAgoMs", nullptr},
                   {"supplies", std::move(supplies)},
                   {"trays", std::move(trays)}};
  if (traffic.bytes_received > 0)
    out["lastByteAgoMs"] =
        std::chrono::duration_cast<std::chrono::milliseconds>(printer_.clock().now() - traffic.last_byte)
            .count();
  return json::serialize(out);
}

Result<void> Control::paper_out(const Words& words) {
  const std::string name = join(words, words.size());
  if (!printer_.device().take_paper_out(name)) return no_such("tray", name);
  return {};
}

Result<void> Control::paper_in(const Words& words) {
  const std::string name = join(words, words.size());
  if (printer_.device().put_paper_in(name, std::nullopt)) return {};
  const std::string shorter = join(words, words.size() - 1);
  const auto sheets = number(words.back());
  if (words.size() > 1 && sheets && *sheets <= 100'000 &&
      printer_.device().put_paper_in(shorter, static_cast<int>(*sheets)))
    return {};
  return no_such("tray", name);
}

Result<void> Control::jam(const Words&) {
  printer_.device().set_fault(Fault::jam, true);
  return {};
}

Result<void> Control::clear_jam(const Words&) {
  printer_.device().set_fault(Fault::jam, false);
  return {};
}

Result<void> Control::cover(const Words& words) {
  if (words[0] != "open" && words[0] != "closed")
    return fail(Errc::malformed, "understand", words[0], "The cover is open or closed.");
  printer_.device().set_fault(Fault::cover_open, words[0] == "open");
  return {};
}

Result<void> Control::supply(const Words& words) {
  const std::string name = join(words, words.size() - 1);
  std::string_view percent = words.back();
  if (percent.ends_with('%')) percent.remove_suffix(1);
  const auto value = number(percent);
  if (!value) return not_a_number(words.back());
  if (!printer_.device().set_supply(name, static_cast<double>(*value))) return no_such("supply", name);
  return {};
}

Result<void> Control::levels(const Words& words) {
  if (words[0] != "told" && words[0] != "secret")
    return fail(Errc::malformed, "understand", words[0], "Its levels are told or secret.");
  printer_.device().set_tells_supplies(words[0] == "told");
  return {};
}

Result<void> Control::offline(const Words&) {
  printer_.device().set_fault(Fault::offline, true);
  return {};
}

Result<void> Control::online(const Words&) {
  printer_.device().set_fault(Fault::offline, false);
  printer_.device().set_fault(Fault::operator_message, false);
  return {};
}

Result<void> Control::rest(const Words& words) {
  const bool none = words[0] == "none";
  if (!none && words[0] != "warm-up" && words[0] != "sleep")
    return fail(Errc::malformed, "understand", words[0], "It may warm up, sleep, or do neither.");
  printer_.device().set_rest(none ? Rest::none : words[0] == "sleep" ? Rest::sleep : Rest::warm_up);
  return {};
}

Result<void> Control::cancel(const Words&) {
  printer_.cancel();
  return {};
}

Result<void> Control::stall(const Words&) {
  printer_.stall(true);
  return {};
}

Result<void> Control::resume(const Words&) {
  printer_.stall(false);
  return {};
}

Result<void> Control::silence(const Words&) {
  printer_.silence(true);
  return {};
}

Result<void> Control::speak(const Words&) {
  printer_.silence(false);
  return {};
}

Result<void> Control::garbage(const Words& words) {
  const auto count = number(words[0]);
  if (!count) return not_a_number(words[0]);
  std::string bytes(std::min(*count, kMostGarbage), '\0');
  for (char& byte : bytes) byte = static_cast<char>(noise_() & 0xFF);
  printer_.babble(bytes);
  return {};
}

Result<void> Control::disconnect(const Words&) {
  wire_.disconnect();
  return {};
}

Result<void> Control::refuse(const Words&) {
  wire_.refuse(true);
  return {};
}

Result<void> Control::accept(const Words&) {
  wire_.refuse(false);
  return {};
}

Result<void> Control::fault(const Words& words) {
  return wire_.fault(words[0], words[1]);
}

Result<void> Control::slow(const Words& words) {
  const auto speed = number(words[0]);
  if (!speed) return not_a_number(words[0]);
  return wire_.slow(*speed);
}

}  // namespace platen::vprinter
