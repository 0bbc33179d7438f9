#include "spooler/ipp/writer.hpp"

#include <algorithm>
#include <limits>

namespace platen::spooler::ipp {

Requested::Requested(ipp_t* request, const std::set<std::string>& otherwise) : names_(otherwise) {
  ipp_attribute_t* asked = ippFindAttribute(request, "requested-attributes", IPP_TAG_KEYWORD);
  if (!asked) return;
  names_.clear();
  for (int i = 0; i < ippGetCount(asked); ++i) names_.insert(ippGetString(asked, i, nullptr));
}

bool Requested::wants(const std::string& name, Aspect aspect) const {
  if (names_.contains(name)) return true;
  if (aspect == Aspect::only_by_name) return false;
  if (names_.contains("all")) return true;
  return aspect == Aspect::job_template
             ? names_.contains("job-template")
             : names_.contains("printer-description") || names_.contains("job-description");
}

void Writer::text(ipp_tag_t tag, const std::string& name, const std::string& value) {
  if (wants(name)) ippAddString(message_, group_, tag, name.c_str(), nullptr, value.c_str());
}

void Writer::texts(ipp_tag_t tag, const std::string& name, const std::vector<std::string>& values) {
  if (!wants(name) || values.empty()) return;
  std::vector<const char*> pointers;
  for (const std::string& value : values) pointers.push_back(value.c_str());
  ippAddStrings(message_, group_, tag, name.c_str(), static_cast<int>(pointers.size()), nullptr,
                pointers.data());
}

void Writer::number(ipp_tag_t tag, const std::string& name, std::int64_t value) {
  constexpr std::int64_t most = std::numeric_limits<int>::max();
  if (wants(name))
    ippAddInteger(message_, group_, tag, name.c_str(), static_cast<int>(std::clamp(value, -most, most)));
}

void Writer::numbers(ipp_tag_t tag, const std::string& name, const std::vector<int>& values) {
  if (wants(name) && !values.empty())
    ippAddIntegers(message_, group_, tag, name.c_str(), static_cast<int>(values.size()), values.data());
}

void Writer::boolean(const std::string& name, bool value) {
  if (wants(name)) ippAddBoolean(message_, group_, name.c_str(), static_cast<char>(value));
}

void Writer::range(const std::string& name, int lower, int upper) {
  if (wants(name)) ippAddRange(message_, group_, name.c_str(), lower, upper);
}

void Writer::resolutions(const std::string& name, const std::vector<int>& dpi) {
  if (wants(name) && !dpi.empty())
    ippAddResolutions(message_, group_, name.c_str(), static_cast<int>(dpi.size()), IPP_RES_PER_INCH,
                      dpi.data(), dpi.data());
}

void Writer::octets(const std::string& name, const std::vector<std::string>& values) {
  if (!wants(name) || values.empty()) return;
  ipp_attribute_t* attribute = nullptr;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const int size = static_cast<int>(values[i].size());
    if (!attribute)
      attribute = ippAddOctetString(message_, group_, name.c_str(), values[i].data(), size);
    else
      ippSetOctetString(message_, &attribute, static_cast<int>(i), values[i].data(), size);
  }
}

void Writer::date(const std::string& name, WallTime time) {
  if (wants(name))
    ippAddDate(message_, group_, name.c_str(), ippTimeToDate(std::chrono::system_clock::to_time_t(time)));
}

void Writer::collections(const std::string& name, const std::vector<Message>& values) {
  if (!wants(name) || values.empty()) return;
  std::vector<const ipp_t*> pointers;
  for (const Message& value : values) pointers.push_back(value.get());
  ippAddCollections(message_, group_, name.c_str(), static_cast<int>(pointers.size()), pointers.data());
}

void Writer::no_value(const std::string& name) {
  if (wants(name)) ippAddOutOfBand(message_, group_, IPP_TAG_NOVALUE, name.c_str());
}

std::string clip(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  text.resize(most);
  return text;
}

}  // namespace platen::spooler::ipp
