#include "spooler/ipp/request_checks.hpp"

#include <gtest/gtest.h>

#include "ipp_request.hpp"

namespace platen::spooler::ipp {
namespace {

using test::add;
using test::new_request;

ipp_status_t judge(const Message& request) {
  const auto verdict = check_request(request.get());
  return verdict ? verdict->status : IPP_STATUS_OK;
}

TEST(IppRequestChecks, AnOrderlyRequestPasses) {
  EXPECT_EQ(judge(new_request(IPP_OP_GET_JOBS)), IPP_STATUS_OK);
}

TEST(IppRequestChecks, TheVersionAndTheRequestIdAreChecked) {
  const Message old = new_request(IPP_OP_GET_JOBS);
  ippSetVersion(old.get(), 0, 0);
  EXPECT_EQ(judge(old), IPP_STATUS_ERROR_VERSION_NOT_SUPPORTED);
  ippSetVersion(old.get(), 3, 0);
  EXPECT_EQ(judge(old), IPP_STATUS_ERROR_VERSION_NOT_SUPPORTED);
  const Message zero = new_request(IPP_OP_GET_JOBS);
  ippSetRequestId(zero.get(), 0);
  EXPECT_EQ(judge(zero), IPP_STATUS_ERROR_BAD_REQUEST);
}

TEST(IppRequestChecks, CharsetAndLanguageComeFirstAndInThisOrder) {
  const Message none(ippNew());
  ippSetRequestId(none.get(), 1);
  EXPECT_EQ(judge(none), IPP_STATUS_ERROR_BAD_REQUEST);
  add(none, IPP_TAG_OPERATION, IPP_TAG_LANGUAGE, "attributes-natural-language", "en");
  add(none, IPP_TAG_OPERATION, IPP_TAG_CHARSET, "attributes-charset", "utf-8");
  EXPECT_EQ(judge(none), IPP_STATUS_ERROR_BAD_REQUEST);
  const Message latin(ippNew());
  ippSetRequestId(latin.get(), 1);
  add(latin, IPP_TAG_OPERATION, IPP_TAG_CHARSET, "attributes-charset", "iso-8859-1");
  add(latin, IPP_TAG_OPERATION, IPP_TAG_LANGUAGE, "attributes-natural-language", "en");
  EXPECT_EQ(judge(latin), IPP_STATUS_ERROR_CHARSET);
}

TEST(IppRequestChecks, GroupsOutOfOrderAndValuesTooLongAreRefused) {
  const Message mixed = new_request(IPP_OP_PRINT_JOB);
  add(mixed, IPP_TAG_JOB, IPP_TAG_KEYWORD, "sides", "one-sided");
  add(mixed, IPP_TAG_OPERATION, IPP_TAG_NAME, "job-name", "x");
  EXPECT_EQ(judge(mixed), IPP_STATUS_ERROR_BAD_REQUEST);
  const Message lengthy = new_request(IPP_OP_PRINT_JOB);
  add(lengthy, IPP_TAG_OPERATION, IPP_TAG_NAME, "job-name", std::string(256, 'x').c_str());
  EXPECT_EQ(judge(lengthy), IPP_STATUS_ERROR_REQUEST_VALUE);
  const Message keyword = new_request(IPP_OP_PRINT_JOB);
  add(keyword, IPP_TAG_JOB, IPP_TAG_KEYWORD, "sides", "not a keyword");
  EXPECT_EQ(judge(keyword), IPP_STATUS_ERROR_BAD_REQUEST);
}

TEST(IppRequestChecks, ATitleWithControlCharactersIsNoReasonToLoseAJob) {
  const Message request = new_request(IPP_OP_PRINT_JOB);
  add(request, IPP_TAG_OPERATION, IPP_TAG_NAME, "job-name", "a\nb\x1b[31m\xff");
  EXPECT_EQ(judge(request), IPP_STATUS_OK);
}

TEST(IppRequestChecks, TheTargetIsFoundInEitherUri) {
  auto target = find_target(new_request(IPP_OP_GET_JOBS, "ipp://localhost:631/ipp/print/t640").get());
  ASSERT_TRUE(target);
  EXPECT_EQ(target->printer, "t640");
  EXPECT_EQ(target->job, 0);

  const Message by_id = new_request(IPP_OP_GET_JOB_ATTRIBUTES, "ipp://localhost/ipp/print");
  ippAddInteger(by_id.get(), IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-id", 17);
  target = find_target(by_id.get());
  ASSERT_TRUE(target);
  EXPECT_EQ(target->printer, "");
  EXPECT_EQ(target->job, 17);

  const Message by_uri = new_request(IPP_OP_GET_JOB_ATTRIBUTES, "");
  add(by_uri, IPP_TAG_OPERATION, IPP_TAG_URI, "job-uri", "ipp://localhost/ipp/print/t640/18");
  target = find_target(by_uri.get());
  ASSERT_TRUE(target);
  EXPECT_EQ(target->job, 18);

  EXPECT_EQ(find_target(new_request(IPP_OP_GET_JOBS, "").get()).error().status, IPP_STATUS_ERROR_BAD_REQUEST);
  for (const char* uri :
       {"ipp://localhost/printers/x", "ipp://localhost/ipp/print/x/y", "ipp://localhost/ipp/print/x/0"})
    EXPECT_EQ(find_target(new_request(IPP_OP_GET_JOBS, uri).get()).error().status, IPP_STATUS_ERROR_NOT_FOUND)
        << uri;
}

}  // namespace
}  // namespace platen::spooler::ipp
