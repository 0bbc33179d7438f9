#include "bidi/pjl_reader.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace platen::bidi {
namespace {

constexpr std::string_view kPrefix = "@PJL";
// The longest first line of a message that is looked for in garbage; ours to printers are below 120.
constexpr std::size_t max_first_line = 512;

// No text on a panel or in a reply has these, so a line with one of them has been damaged.
bool is_binary(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 && c != '\t' && c != '\r' && c != '\n';
}

bool begins_message(std::string_view line) {
  return line.starts_with(kPrefix) &&
         (line.size() == kPrefix.size() || line[kPrefix.size()] == ' ' || line[kPrefix.size()] == '\t');
}

// "INFO   STATUS" -> "INFO STATUS"
std::string single_spaced(std::string_view text) {
  std::string result;
  for (char c : trim(text)) {
    if (c == '\t') c = ' ';
    if (c != ' ' || !result.ends_with(' ')) result += c;
  }
  return result;
}

struct UnsolicitedName {
  std::string_view name;
  Unsolicited::Kind kind;
};
constexpr std::array kUnsolicited{
    UnsolicitedName{"USTATUS DEVICE", Unsolicited::Kind::device},
    UnsolicitedName{"USTATUS JOB", Unsolicited::Kind::job},
    UnsolicitedName{"USTATUS PAGE", Unsolicited::Kind::page},
    UnsolicitedName{"USTATUS TIMED", Unsolicited::Kind::timed},
};

}  // namespace

bool Reply::unsupported() const {
  return lines.size() == 1 && (lines[0] == "?" || lines[0] == "\"?\"");
}

bool Reply::answers(std::string_view asked) const {
  return same_word(command, asked);
}

std::vector<Message> PjlReader::feed(std::span<const std::byte> bytes) {
  return feed(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

std::vector<Message> PjlReader::feed(std::string_view bytes) {
  std::vector<Message> out;
  for (char c : bytes) take(c, out);
  // A line that began as a message stays whole, however the stream is cut.
  if (!open_ && (behind_garbage_ || !begins_message(line_))) shed();
  tell_noise(out);
  return out;
}

std::vector<Message> PjlReader::flush() {
  std::vector<Message> out;
  if (!line_.empty() || line_lost_ > 0) end_line(out);
  end_message(out);
  tell_noise(out);
  return out;
}

void PjlReader::reset() {
  const std::uint64_t dropped = dropped_;
  *this = PjlReader();
  dropped_ = dropped;
}

void PjlReader::take(char c, std::vector<Message>& out) {
  switch (c) {
    case '\0':
      return;
    case '\n':
      end_line(out);
      return;
    case '\f':
      end_line(out);
      end_message(out);
      return;
    default:
      break;
  }
  line_binary_ = line_binary_ || is_binary(c);
  if (line_.size() == max_line_bytes && (!open_ || line_binary_)) shed();
  if (line_.size() < max_line_bytes) {
    line_ += c;
  } else {
    ++line_lost_;
    ++dropped_;
  }
}

// Behind garbage a message may begin anywhere: keeps of the line what may be one's first line, and lets go of
// the rest.
void PjlReader::shed() {
  std::size_t keep = line_.rfind(kPrefix);
  if (keep == std::string::npos || line_.size() - keep > max_first_line)
    for (keep = line_.size() - std::min(line_.size(), kPrefix.size() - 1);
         !kPrefix.starts_with(std::string_view(line_).substr(keep));)
      ++keep;
  noise(std::string_view(line_).substr(0, keep));
  line_.erase(0, keep);
  behind_garbage_ = behind_garbage_ || keep > 0;
}

void PjlReader::end_line(std::vector<Message>& out) {
  std::string line = std::exchange(line_, {});
  const bool binary = std::exchange(line_binary_, false);
  const bool behind_garbage = std::exchange(behind_garbage_, false);
  const std::uint64_t lost = std::exchange(line_lost_, 0);
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
  if (line.empty() && !binary) return;

  // Inside a sound message only the line's beginning counts: a job may be called "@PJL". Behind garbage, any
  // place does.
  std::size_t at = begins_message(line) && !behind_garbage ? 0 : std::string::npos;
  if (at != 0 && (!open_ || binary))
    for (at = line.rfind(kPrefix);
         at != std::string::npos && !begins_message(std::string_view(line).substr(at));)
      at = at == 0 ? std::string::npos : line.rfind(kPrefix, at - 1);
  if (at != 0 && at != std::string::npos && line.size() - at > max_first_line) at = std::string::npos;

  if (at != std::string::npos) {
    if (open_ && at > 0) truncated_ = true;
    end_message(out);
    noise(std::string_view(line).substr(0, at));
    tell_noise(out);
    begin(std::string_view(line).substr(at + kPrefix.size()), out);
    return;
  }
  if (!open_ || binary) {
    if (binary && open_) truncated_ = true;
    noise(line);
    return;
  }
  truncated_ = truncated_ || lost > 0;
  if (held_ + line.size() > max_message_bytes || lines_.size() >= max_message_lines) {
    truncated_ = true;
    dropped_ += line.size();
    return;
  }
  held_ += line.size();
  const bool option = line.front() == '\t';
  lines_.push_back((option ? "\t" : "") + std::string(trim(printable(line))));
}

void PjlReader::begin(std::string_view header, std::vector<Message>& out) {
  header_ = single_spaced(printable(header));
  constexpr std::string_view kEcho = "ECHO ";
  if (same_word(std::string_view(header_).substr(0, kEcho.size()), kEcho)) {
    // One line is all of it; so we need not wait for the form feed.
    out.emplace_back(Echo{header_.substr(kEcho.size())});
    header_.clear();
    return;
  }
  open_ = true;
}

void PjlReader::end_message(std::vector<Message>& out) {
  if (!open_) return;
  open_ = false;
  held_ = 0;
  const bool truncated = std::exchange(truncated_, false);
  std::string header = std::exchange(header_, {});
  std::vector<std::string> lines = std::exchange(lines_, {});
  std::vector<Field> fields;
  for (const std::string& line : lines)
    if (!line.starts_with('\t')) fields.push_back(parse_field(line));
  for (const UnsolicitedName& known : kUnsolicited) {
    if (!same_word(header, known.name)) continue;
    out.emplace_back(Unsolicited{known.kind, std::move(fields), truncated});
    return;
  }
  if (header.empty() && lines.empty()) return;  // an empty command, echoed
  out.emplace_back(Reply{std::move(header), std::move(lines), std::move(fields), truncated});
}

void PjlReader::noise(std::string_view bytes) {
  noise_.size += bytes.size();
  dropped_ += bytes.size();
  if (noise_.sample.size() < max_noise_sample)
    noise_.sample += printable(bytes.substr(0, max_noise_sample - noise_.sample.size()));
}

void PjlReader::tell_noise(std::vector<Message>& out) {
  if (noise_.size > 0) out.emplace_back(std::exchange(noise_, {}));
}

std::optional<JobNews> job_news(const Unsolicited& message) {
  if (message.kind != Unsolicited::Kind::job) return std::nullopt;
  std::optional<JobNews> news;
  for (const Field& field : message.fields) {
    if (!field.name.empty()) continue;
    if (same_word(field.value, "START"))
      news = JobNews{JobNews::What::started};
    else if (same_word(field.value, "END"))
      news = JobNews{JobNews::What::ended};
    else if (same_word(field.value, "CANCELED") || same_word(field.value, "CANCELLED"))
      news = JobNews{JobNews::What::canceled};
  }
  if (!news) return std::nullopt;
  if (const std::string* name = find(message.fields, "NAME")) news->name = *name;
  if (const std::string* pages = find(message.fields, "PAGES")) news->pages = number(*pages);
  if (const std::string* id = find(message.fields, "ID")) news->id = number(*id);
  return news;
}

std::optional<std::uint32_t> page_news(const Unsolicited& message) {
  if (message.kind != Unsolicited::Kind::page) return std::nullopt;
  for (const Field& field : message.fields)
    if (field.name.empty() || same_word(field.name, "PAGE"))
      if (auto page = number(field.value)) return page;
  return std::nullopt;
}

}  // namespace platen::bidi
