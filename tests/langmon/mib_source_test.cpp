#include "langmon/host/mib_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace platen::langmon {
namespace {

TEST(MibSource, IsForNetworkPrintersAndToldByTheUri) {
  const auto plain = snmp_settings("socket://10.0.0.7:9100");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->host, "10.0.0.7");
  EXPECT_EQ(plain->port, 161);
  EXPECT_EQ(plain->community, "public");
  const auto told = snmp_settings("socket://printer?snmp=secret&snmp-port=16161");
  ASSERT_TRUE(told);
  EXPECT_EQ(told->community, "secret");
  EXPECT_EQ(told->port, 16161);
  EXPECT_FALSE(snmp_settings("socket://printer?snmp=off"));
  EXPECT_FALSE(snmp_settings("file:/tmp/out"));
  EXPECT_FALSE(snmp_settings("nonsense"));
  EXPECT_EQ(snmp_settings("socket://printer?snmp-port=0")->port, 161);
}

}  // namespace
}  // namespace platen::langmon
