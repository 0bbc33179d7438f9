#include "port/list_ports.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

namespace platen::port {
namespace {

struct Place {
  std::string_view folder;
  std::string_view prefix;  // of the device's name, which then has digits only
  std::string_view scheme;
  std::string_view what;
};

constexpr std::array kPlaces{
    Place{"/dev/usb", "lp", "usblp", "USB printer device"},
    Place{"/dev", "lp", "lp", "Parallel printer device"},
    Place{"/dev", "parport", "parallel", "Parallel port"},
};

bool is_numbered(std::string_view name, std::string_view prefix) {
  return name.size() > prefix.size() && name.starts_with(prefix) &&
         std::all_of(name.begin() + static_cast<std::ptrdiff_t>(prefix.size()), name.end(),
                     [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::vector<FoundPort> list_ports(const std::string& root) {
  namespace fs = std::filesystem;
  std::vector<FoundPort> found;
  if (root.empty()) found = list_usb_ports();
  for (const Place& place : kPlaces) {
    std::vector<std::string> names;
    std::error_code ec;  // a folder that is not there has no ports in it
    for (fs::directory_iterator entry(root + std::string(place.folder), ec), end; !ec && entry != end;
         entry.increment(ec))
      if (std::string name = entry->path().filename(); is_numbered(name, place.prefix))
        names.push_back(std::move(name));
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) {
      const std::string path = std::string(place.folder) + "/" + name;
      found.push_back({std::string(place.scheme) + ":" + path, std::string(place.what) + " " + path});
    }
  }
  return found;
}

}  // namespace platen::port
