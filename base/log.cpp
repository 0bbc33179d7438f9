#include "base/log.hpp"

#include <cstdlib>

#include <spdlog/cfg/helpers.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "base/lock.hpp"

template void fmt::detail::vformat_to<char>(buffer<char>&, basic_string_view<char>,
                                            basic_format_args<buffer_context<char>>, locale_ref);

namespace platen {

void start_logging(const std::string& program) {
  auto root = std::make_shared<spdlog::logger>(program, std::make_shared<spdlog::sinks::stderr_sink_mt>());
  root->set_pattern("%Y-%m-%d %H:%M:%S.%e " + program + "[%P] %^%l%$ %n: %v");
  spdlog::set_default_logger(root);
  if (const char* level = std::getenv("PLATEN_LOG")) spdlog::set_level(spdlog::level::from_str(level));
}

std::shared_ptr<spdlog::logger> named_log(const std::string& name) {
  static Mutex making;  // two threads may ask for a new name at once
  const Lock lock(making);
  if (auto known = spdlog::get(name)) return known;
  auto logger = spdlog::default_logger()->clone(name);
  spdlog::register_logger(logger);
  return logger;
}

}  // namespace platen
