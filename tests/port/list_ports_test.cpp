#include "port/list_ports.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace platen::port {
namespace {

TEST(ListPorts, FindsTheDevicesThatAreThereAndNothingElse) {
  namespace fs = std::filesystem;
  std::string root = fs::temp_directory_path() / "platen-list-ports-XXXXXX";
  ASSERT_NE(::mkdtemp(root.data()), nullptr);
  EXPECT_TRUE(list_ports(root).empty());
  fs::create_directories(root + "/dev/usb");
  for (const char* name : {"usb/lp1", "usb/lp0", "usb/hiddev0", "lp0", "lpx", "lp", "parport0", "null"})
    std::ofstream(root + "/dev/" + name).put('x');
  std::vector<std::string> uris;
  for (const FoundPort& port : list_ports(root)) uris.push_back(port.uri);
  EXPECT_THAT(uris, testing::ElementsAre("usblp:/dev/usb/lp0", "usblp:/dev/usb/lp1", "lp:/dev/lp0",
                                         "parallel:/dev/parport0"));
  fs::remove_all(root);
}

}  // namespace
}  // namespace platen::port
