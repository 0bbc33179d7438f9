// Puts attributes into a reply, but only those that were asked for.
//
//   Requested requested(request);
//   Writer writer(reply, IPP_TAG_PRINTER, requested);
//   writer.text(IPP_TAG_KEYWORD, "sides-default", "one-sided");
#pragma once

#include <set>

#include "base/clock.hpp"
#include "spooler/ipp/message.hpp"

namespace platen::spooler::ipp {

// What "all", "job-template" and the like stand for.
enum class Aspect { description, job_template, only_by_name };

class Requested {
 public:
  // `otherwise` is what an operation without requested-attributes means.
  Requested(ipp_t* request, const std::set<std::string>& otherwise);
  [[nodiscard]] bool wants(const std::string& name, Aspect aspect) const;

 private:
  std::set<std::string> names_;
};

class Writer {
 public:
  Writer(ipp_t* message, ipp_tag_t group, const Requested& requested)
      : message_(message), group_(group), requested_(requested) {}
  // What is written from now on belongs to this aspect.
  void aspect(Aspect aspect) { aspect_ = aspect; }
  [[nodiscard]] bool wants(const std::string& name) const { return requested_.wants(name, aspect_); }

  // An empty list is left out, as IPP demands.
  void text(ipp_tag_t tag, const std::string& name, const std::string& value);
  void texts(ipp_tag_t tag, const std::string& name, const std::vector<std::string>& values);
  void number(ipp_tag_t tag, const std::string& name, std::int64_t value);
  void numbers(ipp_tag_t tag, const std::string& name, const std::vector<int>& values);
  void boolean(const std::string& name, bool value);
  void range(const std::string& name, int lower, int upper);
  void resolutions(const std::string& name, const std::vector<int>& dpi);
  void octets(const std::string& name, const std::vector<std::string>& values);
  void date(const std::string& name, WallTime time);
  void collections(const std::string& name, const std::vector<Message>& values);
  void no_value(const std::string& name);

 private:
  ipp_t* message_;
  ipp_tag_t group_;
  const Requested& requested_;
  Aspect aspect_ = Aspect::description;
};

// `text`, cut between two characters when longer than `most` bytes.
[[nodiscard]] std::string clip(std::string text, std::size_t most);
inline constexpr std::size_t text_limit = 255;  // of most text attributes, and of names

}  // namespace platen::spooler::ipp
