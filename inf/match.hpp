// Which of an INF's models a printer is.
//
//   auto model = find_model(inf, "MFG:Lexmark International;MDL:Lexmark T640;CLS:PRINTER;");   // what a port
//   told auto model = find_model(inf, "t640");                                                       // what
//   a person typed if (!model) tell(model.error().sentence());      // names the id that was looked for, and
//   models that are near
//
// Pure functions; any thread.
#pragma once

#include <string_view>
#include <vector>

#include "inf/hardware_id.hpp"
#include "inf/printer_inf.hpp"

namespace platen::inf {

enum class Fit { hardware_id, compatible_id, name };  // best first

struct Match {
  const Model* model = nullptr;  // in the PrinterInf, which must live as long
  Fit fit = Fit::name;
};

// All models that fit, best first; among equals in the file's order.
std::vector<Match> matches(const PrinterInf& inf, const DeviceId& id);
// By its name, without regard to case, with or without the maker's name before it; and by its former names.
std::vector<Match> matches(const PrinterInf& inf, std::string_view model_name);

// The best match of an IEEE 1284 device id ("MFG:…;MDL:…;") or of a model name.
Result<Model> find_model(const PrinterInf& inf, std::string_view device_id_or_model);

// Up to five model names that look like what was asked for, nearest first.
std::vector<std::string> near_models(const PrinterInf& inf, std::string_view name);

}  // namespace platen::inf
