#include "driver/job_options.hpp"

#include <array>
#include <charconv>
#include <cstdlib>

#include "driver/ipp_names.hpp"

namespace platen::driver {
namespace {

Error wrong(const std::string& key, const std::string& value, std::string advice) {
  return fail(Errc::malformed, "understand the option", key + "=" + value, std::move(advice));
}

bool number(std::string_view text, int low, int high, int& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size() && out >= low && out <= high;
}

class Reader {
 public:
  Reader(const GpdModel& model, JobOptions& out) : model_(model), out_(out) {}

  Result<void> read(const std::string& key, const std::string& value) {
    for (const auto& [name, method] : kKeys)
      if (key == name) return (this->*method)(key, value);
    out_.notes.push_back("The option " + key + " is not known here and was passed over.");
    return {};
  }

 private:
  using Method = Result<void> (Reader::*)(const std::string&, const std::string&);

  void select(std::string_view feature, const std::string& option) {
    out_.selected.insert_or_assign(std::string(feature), option);
  }
  void note(const std::string& key, const std::string& value) {
    out_.notes.push_back("This printer does not have " + key + " " + value + "; its default is used.");
  }

  // CUPS allows size, type and source in one list.
  Result<void> media(const std::string& key, const std::string& value) {
    for (std::string_view rest = value; !rest.empty();) {
      const auto comma = rest.find(',');
      const auto part = rest.substr(0, comma);
      rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
      if (const auto paper = paper_option(model_, part)) {
        select("PaperSize", *paper);
        out_.paper_given = true;
      } else if (const auto source = source_option(model_, part)) {
        select("InputBin", *source);
      } else if (const auto type = media_type_option(model_, part)) {
        select("MediaType", *type);
      } else {
        note(key, std::string(part));
      }
    }
    return {};
  }
  Result<void> media_source(const std::string& key, const std::string& value) {
    const auto option = source_option(model_, value);
    option ? select("InputBin", *option) : note(key, value);
    return {};
  }
  Result<void> media_type(const std::string& key, const std::string& value) {
    const auto option = media_type_option(model_, value);
    option ? select("MediaType", *option) : note(key, value);
    return {};
  }
  Result<void> sides(const std::string& key, const std::string& value) {
    if (value == "one-sided") {
      out_.sides = Sides::one;
    } else if (value == "two-sided-long-edge") {
      out_.sides = Sides::long_edge;
    } else if (value == "two-sided-short-edge") {
      out_.sides = Sides::short_edge;
    } else {
      return wrong(key, value, "It is one-sided, two-sided-long-edge or two-sided-short-edge.");
    }
    return {};
  }
  Result<void> quality(const std::string& key, const std::string& value) {
    int quality = 0;
    if (!number(value, 3, 5, quality)) return wrong(key, value, "It is 3 (draft), 4 (normal) or 5 (high).");
    // Draft is the coarsest resolution there is; the others are the default.
    if (quality != 3) return {};
    Selection varied = out_.selected;
    for (const auto& option : model_.options("Resolution")) {
      varied["Resolution"] = option;
      if (model_.dpi(varied).x < model_.dpi(out_.selected).x) select("Resolution", option);
    }
    return {};
  }
  Result<void> orientation(const std::string& key, const std::string& value) {
    int wanted = 0;
    if (!number(value, 3, 7, wanted))
      return wrong(key, value, "It is a number from 3 (portrait) to 6, or 7 (none).");
    // Portrait, landscape, reverse landscape, reverse portrait.
    constexpr std::array<int, 4> kTurns{0, 1, 3, 2};
    if (wanted != 7) out_.quarter_turns = kTurns[static_cast<std::size_t>(wanted - 3)];
    return {};
  }
  Result<void> scaling(const std::string& key, const std::string& value) {
    if (value == "auto" || value == "auto-fit" || value == "fit") {
      out_.scaling = Scaling::fit;
    } else if (value == "fill") {
      out_.scaling = Scaling::fill;
    } else if (value == "none") {
      out_.scaling = Scaling::none;
    } else {
      return wrong(key, value, "It is auto, auto-fit, fit, fill or none.");
    }
    return {};
  }
  Result<void> copies(const std::string& key, const std::string& value) {
    if (!number(value, 1, 1'000'000, out_.copies)) return wrong(key, value, "It is a number from 1 on.");
    return {};
  }
  Result<void> handling(const std::string&, const std::string& value) {
    out_.collated = value != "separate-documents-uncollated-copies" && value != "uncollated";
    return {};
  }
  // Everything this driver prints is grey.
  Result<void> color(const std::string&, const std::string&) { return {}; }

  static constexpr std::array<std::pair<std::string_view, Method>, 11> kKeys{{
      {"media", &Reader::media},
      {"media-source", &Reader::media_source},
      {"media-type", &Reader::media_type},
      {"sides", &Reader::sides},
      {"print-quality", &Reader::quality},
      {"print-scaling", &Reader::scaling},
      {"orientation-requested", &Reader::orientation},
      {"print-color-mode", &Reader::color},
      {"copies", &Reader::copies},
      {"multiple-document-handling", &Reader::handling},
      {"sheet-collate", &Reader::handling},
  }};

  const GpdModel& model_;
  JobOptions& out_;
};

}  // namespace

Result<JobOptions> read_options(const GpdModel& model,
                                const std::vector<std::pair<std::string, std::string>>& options, int copies) {
  JobOptions out;
  out.selected = model.defaults();
  out.copies = copies;
  Reader reader(model, out);
  for (const auto& [key, value] : options)
    if (auto read = reader.read(key, value); !read) return read.error();
  if (out.sides && *out.sides != Sides::one && !model.has_option("Duplex", "VERTICAL")) {
    out.notes.emplace_back("This printer prints on one side only.");
    out.sides = Sides::one;
  }
  return out;
}

}  // namespace platen::driver
