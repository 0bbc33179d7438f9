#include "driver/describe.hpp"

#include <boost/json.hpp>

#include "driver/input/document_type.hpp"
#include "driver/ipp_names.hpp"

namespace platen::driver {
namespace json = boost::json;

std::string describe(const GpdModel& model) {
  Selection selected = model.defaults();
  const Pair units = model.master_units();
  const std::string default_media = ipp_media(model.paper(selected), units).name;

  json::array resolutions{model.dpi(selected).x};
  for (const auto& option : model.options("Resolution")) {
    Selection varied = selected;
    varied["Resolution"] = option;
    const int dpi = model.dpi(varied).x;
    if (dpi != model.dpi(selected).x) resolutions.emplace_back(dpi);
  }

  json::array media;
  for (const auto& option : model.options("PaperSize")) {
    selected["PaperSize"] = option;
    const Paper paper = model.paper(selected);
    const IppMedia ipp = ipp_media(paper, units);
    const int right = paper.dimensions.x - paper.printable_origin.x - paper.printable_area.x;
    const int bottom = paper.dimensions.y - paper.printable_origin.y - paper.printable_area.y;
    media.push_back(json::object{{"name", ipp.name},
                                 {"width", ipp.width},
                                 {"height", ipp.height},
                                 {"left", hundredths_of_mm(paper.printable_origin.x, units.x)},
                                 {"right", hundredths_of_mm(right, units.x)},
                                 {"top", hundredths_of_mm(paper.printable_origin.y, units.y)},
                                 {"bottom", hundredths_of_mm(bottom, units.y)}});
  }

  json::array sources;
  for (const auto& option : model.options("InputBin")) sources.emplace_back(ipp_source(option));
  json::array media_types;
  for (const auto& option : model.options("MediaType")) media_types.emplace_back(ipp_media_type(option));
  json::array types;
  for (const auto& type : document_types()) types.emplace_back(type.mime);

  const bool duplex = model.has_option("Duplex", "VERTICAL");
  return json::serialize(json::object{{"personality", model.personality()},
                                      {"model", model.name()},
                                      {"color", model.color()},
                                      {"duplex", duplex},
                                      {"ppm", model.pages_per_minute()},
                                      {"resolutions", std::move(resolutions)},
                                      {"media", std::move(media)},
                                      {"mediaDefault", default_media},
                                      {"sources", std::move(sources)},
                                      {"mediaTypes", std::move(media_types)},
                                      {"types", std::move(types)}});
}

}  // namespace platen::driver
