// The reference implementation's own conformance test against our front door.
#include <gtest/gtest.h>

#include "house/house.hpp"

namespace platen::e2e {
namespace {

TEST(Ipptool, EveryTestOfIpp11Passes) {
  House house;
  house.install("Laser");
  auto done =
      run({"ipptool", "-tI", "-f", house.text("document.txt", "A document of the conformance test.\n"),
           "ipp://" + house.host() + "/ipp/print/Laser", "ipp-1.1.test"},
          Seconds(150));
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  EXPECT_EQ(done.out.find("[FAIL]"), std::string::npos) << done.out;
  EXPECT_NE(done.out.find("[PASS]"), std::string::npos) << done.out;
}

}  // namespace
}  // namespace platen::e2e
