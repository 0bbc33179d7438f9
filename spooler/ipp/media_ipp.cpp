// Paper: what the model can take, and what lies in the trays now.
#include <algorithm>
#include <set>

#include "spooler/ipp/attributes.hpp"

namespace platen::spooler::ipp {
namespace {

Message size_collection(const Media& media) {
  Message size(ippNew());
  ippAddInteger(size.get(), IPP_TAG_ZERO, IPP_TAG_INTEGER, "x-dimension", media.width);
  ippAddInteger(size.get(), IPP_TAG_ZERO, IPP_TAG_INTEGER, "y-dimension", media.height);
  return size;
}

Message media_collection(const Media& media) {
  Message out(ippNew());
  const Message size = size_collection(media);
  ippAddCollection(out.get(), IPP_TAG_ZERO, "media-size", size.get());
  ippAddString(out.get(), IPP_TAG_ZERO, IPP_TAG_KEYWORD, "media-size-name", nullptr, media.name.c_str());
  ippAddInteger(out.get(), IPP_TAG_ZERO, IPP_TAG_INTEGER, "media-bottom-margin", media.bottom);
  ippAddInteger(out.get(), IPP_TAG_ZERO, IPP_TAG_INTEGER, "media-left-margin", media.left);
  ippAddInteger(out.get(), IPP_TAG_ZERO, IPP_TAG_INTEGER, "media-right-margin", media.right);
  ippAddInteger(out.get(), IPP_TAG_ZERO, IPP_TAG_INTEGER, "media-top-margin", media.top);
  ippAddString(out.get(), IPP_TAG_ZERO, IPP_TAG_KEYWORD, "media-type", nullptr, "stationery");
  return out;
}

std::vector<int> margins(const Capabilities& can, int Media::*side) {
  std::set<int> all;
  for (const Media& media : can.media) all.insert(media.*side);
  return {all.begin(), all.end()};
}

const Media* find(const Capabilities& can, const std::string& name) {
  const auto found = std::ranges::find(can.media, name, &Media::name);
  return found == can.media.end() ? nullptr : &*found;
}

// What lies in the trays, as far as they tell; else the default, which is what people mostly have.
std::vector<const Media*> ready(const Printer& printer) {
  std::vector<const Media*> out;
  const auto add = [&](const std::string& name) {
    const Media* media = find(printer.can, name);
    if (media && std::ranges::find(out, media) == out.end()) out.push_back(media);
  };
  for (const bidi::Tray& tray : printer.status.trays)
    if (tray.level != 0) add(tray.size);
  if (out.empty()) add(printer.can.media_default);
  return out;
}

}  // namespace

void write_printer_media(Writer& writer, const Printer& printer) {
  const Capabilities& can = printer.can;
  const auto in_trays = ready(printer);

  writer.aspect(Aspect::job_template);
  std::vector<std::string> ready_names;
  std::vector<Message> ready_collections;
  for (const Media* media : in_trays) {
    ready_names.push_back(media->name);
    ready_collections.push_back(media_collection(*media));
  }
  writer.texts(IPP_TAG_KEYWORD, "media-ready", ready_names);
  writer.collections("media-col-ready", ready_collections);
  if (const Media* media = find(can, can.media_default)) {
    std::vector<Message> only;
    only.push_back(media_collection(*media));
    writer.collections("media-col-default", only);
  }
  writer.texts(IPP_TAG_KEYWORD, "media-col-supported",
               {"media-bottom-margin", "media-left-margin", "media-right-margin", "media-size",
                "media-size-name", "media-top-margin", "media-type"});
  writer.texts(IPP_TAG_KEYWORD, "media-type-supported", {"stationery"});
  writer.numbers(IPP_TAG_INTEGER, "media-bottom-margin-supported", margins(can, &Media::bottom));
  writer.numbers(IPP_TAG_INTEGER, "media-left-margin-supported", margins(can, &Media::left));
  writer.numbers(IPP_TAG_INTEGER, "media-right-margin-supported", margins(can, &Media::right));
  writer.numbers(IPP_TAG_INTEGER, "media-top-margin-supported", margins(can, &Media::top));
  if (writer.wants("media-size-supported")) {
    std::vector<Message> sizes;
    for (const Media& media : can.media) sizes.push_back(size_collection(media));
    writer.collections("media-size-supported", sizes);
  }

  // Large, and so only told to who asks for it by name (PWG 5100.7).
  writer.aspect(Aspect::only_by_name);
  if (writer.wants("media-col-database")) {
    std::vector<Message> database;
    for (const Media& media : can.media) database.push_back(media_collection(media));
    writer.collections("media-col-database", database);
  }
}

}  // namespace platen::spooler::ipp
