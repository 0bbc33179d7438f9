#include "spooler/ipp/message.hpp"

#include <gtest/gtest.h>

#include "ipp_request.hpp"

namespace platen::spooler::ipp {
namespace {

using test::bytes;

std::string print_job() {
  const Message request = test::new_request(IPP_OP_PRINT_JOB);
  test::add(request, IPP_TAG_OPERATION, IPP_TAG_NAME, "job-name", "Brief an Großmutter");
  Message size(ippNew()), media(ippNew());
  ippAddInteger(size.get(), IPP_TAG_ZERO, IPP_TAG_INTEGER, "x-dimension", 21000);
  ippAddCollection(media.get(), IPP_TAG_ZERO, "media-size", size.get());
  ippAddCollection(request.get(), IPP_TAG_JOB, "media-col", media.get());
  return encode(request.get());
}

std::string nested(int depth) {
  std::string text("\x02\x00\x00\x02\x00\x00\x00\x01\x02", 9);
  text += std::string("\x34\x00\x01m\x00\x00", 6);
  for (int i = 1; i < depth; ++i) text += std::string("\x4a\x00\x00\x00\x01m\x34\x00\x00\x00\x00", 11);
  for (int i = 0; i < depth; ++i) text += std::string("\x37\x00\x00\x00\x00", 5);
  return text + "\x03";
}

TEST(IppMessage, TheAttributesAreMeasuredHoweverTheyArriveAndTheDocumentIsLeft) {
  const std::string attributes = print_job();
  const std::string all = attributes + "\x03 document";
  for (std::size_t step : {1u, 7u, 4096u}) {
    Measure measure;
    std::optional<std::size_t> end;
    for (std::size_t have = step; !end; have += step) {
      auto looked = measure.look(bytes(all).first(std::min(have, all.size())));
      ASSERT_TRUE(looked);
      end = *looked;
    }
    EXPECT_EQ(*end, attributes.size());
  }
}

TEST(IppMessage, WhatIsEncodedIsDecodedAgain) {
  const std::string attributes = print_job();
  auto decoded = decode(bytes(attributes));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(ippGetOperation(decoded->get()), IPP_OP_PRINT_JOB);
  EXPECT_EQ(test::strings(decoded->get(), "job-name"), std::vector<std::string>{"Brief an Großmutter"});
  EXPECT_EQ(encode(decoded->get()), attributes);
}

TEST(IppMessage, CollectionsThatAreNestedTooDeeplyAreRefusedBeforeTheyAreDecoded) {
  Measure measure;
  auto flat = measure.look(bytes(nested(3)));
  ASSERT_TRUE(flat);
  EXPECT_TRUE(*flat);
  Measure again;
  auto deep = again.look(bytes(nested(5000)));
  ASSERT_FALSE(deep);
  EXPECT_TRUE(deep.error().is(Errc::malformed));
}

TEST(IppMessage, AttributesWithoutAnEndAreRefusedAtTheLimit) {
  std::string text("\x02\x00\x00\x02\x00\x00\x00\x01\x02", 9);
  while (text.size() < attributes_limit) text += std::string("\x44\x00\x01k\x00\x01v", 7);
  Measure measure;
  auto looked = measure.look(bytes(text));
  ASSERT_FALSE(looked);
  EXPECT_TRUE(looked.error().is(Errc::too_large));
}

TEST(IppMessage, NonsenseIsRefused) {
  const std::string header("\x02\x00\x00\x02\x00\x00\x00\x01", 8);
  for (const std::string& rest : {std::string("\x00", 1), std::string("\x02\x37\x00\x00\x00\x00", 6),
                                  std::string("\x02\x7f\x00\x01x\x00\x04\x00\x00\x00\x00", 11)}) {
    Measure measure;
    EXPECT_FALSE(measure.look(bytes(header + rest)));
  }
  EXPECT_FALSE(decode(
      bytes(header + std::string("\x02\x21\x00\x01x\x00\x02\x00\x00\x03", 10))));  // an integer of two bytes
}

}  // namespace
}  // namespace platen::spooler::ipp
