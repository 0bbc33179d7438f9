// PJL's environment variables: what a job asks for before its first page, in three layers: the factory's
// values, the DEFAULTs that the printer keeps, and the SETs of one job.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "virtual/pcl_interpreter.hpp"

namespace platen::vprinter {

struct PjlVariable {
  enum class Kind { enumerated, range, text, read_only };
  std::string_view name;  // with its modifier, if any: "LPARM:PCL PITCH"
  Kind kind;
  std::string_view factory;
  std::string_view allowed;  // enumerated: words divided by '|'; range: "low|high"
};

[[nodiscard]] std::span<const PjlVariable> pjl_variables();

class PjlDefaults {
 public:
  PjlDefaults();
  [[nodiscard]] const std::map<std::string, std::string, std::less<>>& values() const { return values_; }
  // 0, or the PJL code that says why not.
  int set(std::string_view name, std::string_view value);
  void initialize();

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

// One channel's current environment.
class PjlEnvironment {
 public:
  explicit PjlEnvironment(PjlDefaults& defaults) : defaults_(defaults) {}

  void reset() { set_.clear(); }
  int set(std::string_view name, std::string_view value);
  [[nodiscard]] std::optional<std::string> get(std::string_view name) const;
  [[nodiscard]] std::optional<std::string> get_default(std::string_view name) const;
  [[nodiscard]] PjlDefaults& defaults() { return defaults_; }
  [[nodiscard]] PclDefaults for_pcl(bool color) const;

 private:
  PjlDefaults& defaults_;
  std::map<std::string, std::string, std::less<>> set_;
};

}  // namespace platen::vprinter
