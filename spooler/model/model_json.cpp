#include "spooler/model/model_json.hpp"

#include <boost/json.hpp>

namespace platen::spooler {

namespace json = boost::json;

namespace {

std::string text_of(const json::object& from, std::string_view key) {
  const auto* value = from.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

int number_of(const json::object& from, std::string_view key) {
  const auto* value = from.if_contains(key);
  boost::system::error_code ec;
  const int number = value != nullptr && value->is_number() ? value->to_number<int>(ec) : 0;
  return ec ? 0 : number;
}

bool truth_of(const json::object& from, std::string_view key) {
  const auto* value = from.if_contains(key);
  return value != nullptr && value->is_bool() && value->as_bool();
}

const json::array& list_of(const json::object& from, std::string_view key) {
  static const json::array none;
  const auto* value = from.if_contains(key);
  return value != nullptr && value->is_array() ? value->as_array() : none;
}

std::vector<std::string> texts_of(const json::object& from, std::string_view key) {
  std::vector<std::string> out;
  for (const auto& value : list_of(from, key))
    if (value.is_string()) out.emplace_back(value.as_string());
  return out;
}

json::array texts(const std::vector<std::string>& from) {
  json::array out;
  for (const auto& one : from) out.emplace_back(one);
  return out;
}

}  // namespace

Result<Capabilities> read_capabilities(const std::string& text) {
  boost::system::error_code ec;
  const json::value parsed = json::parse(text, ec);
  if (ec || !parsed.is_object())
    return fail(Errc::malformed, "understand", "the driver's description of the model",
                "The driver of this printer is damaged. Install the printer again.");
  const json::object& from = parsed.as_object();
  Capabilities can;
  can.personality = text_of(from, "personality");
  can.color = truth_of(from, "color");
  can.duplex = truth_of(from, "duplex");
  can.ppm = number_of(from, "ppm");
  for (const auto& value : list_of(from, "resolutions"))
    if (value.is_int64()) can.resolutions.push_back(static_cast<int>(value.as_int64()));
  for (const auto& value : list_of(from, "media")) {
    if (!value.is_object()) continue;
    const json::object& media = value.as_object();
    can.media.push_back({text_of(media, "name"), number_of(media, "width"), number_of(media, "height"),
                         number_of(media, "left"), number_of(media, "right"), number_of(media, "top"),
                         number_of(media, "bottom")});
  }
  can.media_default = text_of(from, "mediaDefault");
  can.sources = texts_of(from, "sources");
  can.types = texts_of(from, "types");
  if (can.media.empty() || can.types.empty())
    return fail(Errc::malformed, "understand", "the driver's description of the model",
                "It names no paper size or no document type. Install the printer again.");
  return can;
}

std::string write_capabilities(const Capabilities& can) {
  json::array media;
  for (const auto& one : can.media)
    media.push_back(json::object{{"name", one.name},
                                 {"width", one.width},
                                 {"height", one.height},
                                 {"left", one.left},
                                 {"right", one.right},
                                 {"top", one.top},
                                 {"bottom", one.bottom}});
  json::array resolutions(can.resolutions.begin(), can.resolutions.end());
  return json::serialize(json::object{{"personality", can.personality},
                                      {"color", can.color},
                                      {"duplex", can.duplex},
                                      {"ppm", can.ppm},
                                      {"resolutions", resolutions},
                                      {"media", media},
                                      {"mediaDefault", can.media_default},
                                      {"sources", texts(can.sources)},
                                      {"types", texts(can.types)}});
}

Options read_options(const std::string& text) {
  Options out;
  boost::system::error_code ec;
  const json::value parsed = json::parse(text, ec);
  if (ec || !parsed.is_object()) return out;
  for (const auto& entry : parsed.as_object())
    if (entry.value().is_string()) out.emplace(entry.key(), entry.value().as_string());
  return out;
}

std::string write_options(const Options& options) {
  json::object out;
  for (const auto& [key, value] : options) out[key] = value;
  return json::serialize(out);
}

}  // namespace platen::spooler
