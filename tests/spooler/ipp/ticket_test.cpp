#include "spooler/ipp/ticket.hpp"

#include <gtest/gtest.h>

#include "ipp_request.hpp"
#include "spooler/ipp/job_options.hpp"

namespace platen::spooler::ipp {
namespace {

using test::add;
using test::new_request;

std::vector<std::string> names(const std::vector<ipp_attribute_t*>& attributes) {
  std::vector<std::string> out;
  for (ipp_attribute_t* each : attributes) out.emplace_back(ippGetName(each));
  return out;
}

TEST(IppTicket, TheJobsWishesAreReadByIppsNames) {
  const Message request = new_request(IPP_OP_PRINT_JOB);
  add(request, IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", "anna");
  add(request, IPP_TAG_OPERATION, IPP_TAG_NAME, "job-name", "Brief");
  add(request, IPP_TAG_OPERATION, IPP_TAG_MIMETYPE, "document-format", "image/pwg-raster");
  ippAddInteger(request.get(), IPP_TAG_JOB, IPP_TAG_INTEGER, "copies", 3);
  add(request, IPP_TAG_JOB, IPP_TAG_KEYWORD, "media", "na_letter_8.5x11in");
  add(request, IPP_TAG_JOB, IPP_TAG_KEYWORD, "sides", "two-sided-long-edge");
  ippAddInteger(request.get(), IPP_TAG_JOB, IPP_TAG_ENUM, "print-quality", 5);
  add(request, IPP_TAG_JOB, IPP_TAG_KEYWORD, "job-hold-until", "indefinite");
  ippAddInteger(request.get(), IPP_TAG_JOB, IPP_TAG_ENUM, "finishings", 3);
  ippAddResolution(request.get(), IPP_TAG_JOB, "printer-resolution", IPP_RES_PER_INCH, 600, 600);
  const auto ticket = read_ticket(request.get(), test::t640());
  ASSERT_TRUE(ticket);
  EXPECT_EQ(ticket->job.user, "anna");
  EXPECT_EQ(ticket->job.name, "Brief");
  EXPECT_EQ(ticket->job.type, "image/pwg-raster");
  EXPECT_EQ(ticket->job.copies, 3u);
  EXPECT_TRUE(ticket->job.hold);
  EXPECT_EQ(
      ticket->job.options,
      (Options{{"media", "na_letter_8.5x11in"}, {"print-quality", "5"}, {"sides", "two-sided-long-edge"}}));
  EXPECT_TRUE(ticket->ignored.empty());
}

TEST(IppTicket, AMediaColIsTheSizeThatItMeasures) {
  const Message request = new_request(IPP_OP_PRINT_JOB);
  Message size(ippNew()), media(ippNew());
  ippAddInteger(size.get(), IPP_TAG_ZERO, IPP_TAG_INTEGER, "x-dimension", 21590);
  ippAddInteger(size.get(), IPP_TAG_ZERO, IPP_TAG_INTEGER, "y-dimension", 27939);
  ippAddCollection(media.get(), IPP_TAG_ZERO, "media-size", size.get());
  ippAddCollection(request.get(), IPP_TAG_JOB, "media-col", media.get());
  const auto ticket = read_ticket(request.get(), test::t640());
  ASSERT_TRUE(ticket);
  EXPECT_EQ(ticket->job.options.at("media"), "na_letter_8.5x11in");
}

TEST(IppTicket, WhatCannotBeDoneIsToldApartFromWhatIsUnknown) {
  const Message request = new_request(IPP_OP_PRINT_JOB);
  ippAddInteger(request.get(), IPP_TAG_JOB, IPP_TAG_INTEGER, "copies", 0);
  add(request, IPP_TAG_JOB, IPP_TAG_KEYWORD, "media", "iso_a0_841x1189mm");
  add(request, IPP_TAG_JOB, IPP_TAG_KEYWORD, "scent", "lavender");
  ippAddInteger(request.get(), IPP_TAG_JOB, IPP_TAG_INTEGER, "number-up", 4);
  ippAddInteger(request.get(), IPP_TAG_JOB, IPP_TAG_INTEGER, "media-col", 4);
  const auto ticket = read_ticket(request.get(), test::t640());
  ASSERT_TRUE(ticket);
  EXPECT_EQ(names(ticket->ignored),
            (std::vector<std::string>{"copies", "media", "scent", "number-up", "media-col"}));
  EXPECT_EQ(ticket->unknown, std::set<std::string>{"scent"});
  const Message reply(ippNew());
  write_ignored(*ticket, reply.get());
  EXPECT_EQ(ippGetValueTag(ippFindAttribute(reply.get(), "scent", IPP_TAG_ZERO)), IPP_TAG_UNSUPPORTED_VALUE);
  EXPECT_EQ(test::strings(reply.get(), "media"), std::vector<std::string>{"iso_a0_841x1189mm"});
  EXPECT_EQ(ippGetGroupTag(ippFindAttribute(reply.get(), "media", IPP_TAG_ZERO)), IPP_TAG_UNSUPPORTED_GROUP);
}

TEST(IppTicket, ATypeThatThePrinterDoesNotTakeIsRefusedAndRawIsFoundOut) {
  const Message pdf = new_request(IPP_OP_PRINT_JOB);
  add(pdf, IPP_TAG_OPERATION, IPP_TAG_MIMETYPE, "document-format", "application/pdf");
  const auto refused = read_ticket(pdf.get(), test::t640());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, IPP_STATUS_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED);

  const Message gzip = new_request(IPP_OP_PRINT_JOB);
  add(gzip, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "compression", "gzip");
  const auto squeezed = read_ticket(gzip.get(), test::t640());
  ASSERT_FALSE(squeezed);
  EXPECT_EQ(squeezed.error().status, IPP_STATUS_ERROR_COMPRESSION_NOT_SUPPORTED);

  const Message raw = new_request(IPP_OP_PRINT_JOB);
  add(raw, IPP_TAG_OPERATION, IPP_TAG_MIMETYPE, "document-format", "application/octet-stream");
  const auto ticket = read_ticket(raw.get(), test::t640());
  ASSERT_TRUE(ticket);
  EXPECT_EQ(ticket->job.type, "");
  EXPECT_EQ(ticket->job.user, "anonymous");
}

TEST(JobOptions, AValueIsTakenOnlyWhenTheModelCanDoIt) {
  Capabilities can = test::mono_laser();
  std::uint32_t copies = 1;
  Options options;
  EXPECT_TRUE(take_option(can, "sides", "two-sided-long-edge", copies, options));
  EXPECT_TRUE(take_option(can, "copies", "12", copies, options));
  EXPECT_EQ(copies, 12u);
  for (const char* bad : {"0", "1000", "-1", "1x", "", "99999999999"})
    EXPECT_FALSE(take_option(can, "copies", bad, copies, options)) << bad;
  EXPECT_FALSE(take_option(can, "print-color-mode", "color", copies, options));
  can.duplex = false;
  EXPECT_FALSE(take_option(can, "sides", "two-sided-long-edge", copies, options));
  const auto unknown = take_option(can, "scent", "lavender", copies, options);
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().sentence().find("print-quality"), std::string::npos);
}

}  // namespace
}  // namespace platen::spooler::ipp
