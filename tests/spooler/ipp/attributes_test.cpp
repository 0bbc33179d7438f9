#include "spooler/ipp/attributes.hpp"

#include <gmock/gmock.h>

#include "ipp_request.hpp"

namespace platen::spooler::ipp {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

Message describe(const Printer& printer, const std::set<std::string>& wanted, bool at_work = false) {
  Place place;
  place.authority = "127.0.0.1:6310";
  place.site = "host/state";
  place.operations = {IPP_OP_PRINT_JOB};
  Message reply(ippNew());
  const Requested requested(nullptr, wanted);
  Writer writer(reply.get(), IPP_TAG_PRINTER, requested);
  write_printer(writer, printer, place, at_work);
  return reply;
}

bool has(const Message& reply, const char* name) {
  return ippFindAttribute(reply.get(), name, IPP_TAG_ZERO) != nullptr;
}

int number(const Message& reply, const char* name) {
  return ippGetInteger(ippFindAttribute(reply.get(), name, IPP_TAG_ZERO), 0);
}

TEST(IppAttributes, WhatEveryDriverlessClientNeedsIsThere) {
  const Message reply = describe(test::t640(), {"all", "media-col-database"});
  for (const char* name : {"media-col-database",
                           "media-col-default",
                           "media-col-ready",
                           "media-default",
                           "media-ready",
                           "media-supported",
                           "media-size-supported",
                           "printer-resolution-supported",
                           "pwg-raster-document-resolution-supported",
                           "pwg-raster-document-type-supported",
                           "urf-supported",
                           "document-format-supported",
                           "sides-supported",
                           "print-color-mode-supported",
                           "print-quality-supported",
                           "printer-output-tray",
                           "printer-uuid",
                           "printer-device-id",
                           "printer-more-info",
                           "printer-uri-supported",
                           "copies-supported",
                           "printer-state-reasons"})
    EXPECT_TRUE(has(reply, name)) << name;
  EXPECT_THAT(test::strings(reply.get(), "document-format-supported"), Contains("image/pwg-raster"));
  EXPECT_THAT(test::strings(reply.get(), "urf-supported"), Contains("RS600"));
  EXPECT_THAT(test::strings(reply.get(), "printer-uri-supported"),
              ElementsAre("ipp://127.0.0.1:6310/ipp/print/t640"));
  EXPECT_THAT(test::strings(reply.get(), "printer-device-id").front(), StartsWith("MFG:Lexmark;MDL:T640;"));
}

TEST(IppAttributes, OnlyWhatIsAskedForIsTold) {
  EXPECT_FALSE(has(describe(test::t640(), {"all"}), "media-col-database"));
  const Message one = describe(test::t640(), {"printer-name"});
  EXPECT_TRUE(has(one, "printer-name"));
  EXPECT_FALSE(has(one, "printer-info"));
  const Message job = describe(test::t640(), {"job-template"});
  EXPECT_TRUE(has(job, "sides-default"));
  EXPECT_FALSE(has(job, "printer-state"));
  const Message description = describe(test::t640(), {"printer-description"});
  EXPECT_FALSE(has(description, "sides-default"));
  EXPECT_TRUE(has(description, "printer-state"));
}

TEST(IppAttributes, EveryAttributeIsWellFormed) {
  const Message reply = describe(test::t640(), {"all", "media-col-database"});
  for (ipp_attribute_t* each = ippFirstAttribute(reply.get()); each; each = ippNextAttribute(reply.get()))
    EXPECT_TRUE(ippValidateAttribute(each)) << ippGetName(each);
}

TEST(IppAttributes, TheStateIsThePrintersOwnUnlessAPersonPausedIt) {
  Printer printer = test::t640();
  EXPECT_EQ(number(describe(printer, {"all"}), "printer-state"), 3);
  EXPECT_EQ(number(describe(printer, {"all"}, true), "printer-state"), 4);
  printer.status.state = bidi::State::stopped;
  printer.status.reasons = {
      {"media-empty", bidi::Severity::error, "tray1", "Tray 1 is out of paper.", 41201}};
  const Message stopped = describe(printer, {"all"}, true);
  EXPECT_EQ(number(stopped, "printer-state"), 5);
  EXPECT_THAT(test::strings(stopped.get(), "printer-state-reasons"), Contains(StartsWith("media-empty")));
  printer.status = {};
  printer.paused = true;
  const Message paused = describe(printer, {"all"});
  EXPECT_EQ(number(paused, "printer-state"), 5);
  EXPECT_THAT(test::strings(paused.get(), "printer-state-reasons"), Contains("paused"));
}

TEST(IppAttributes, PaperInTheTraysIsReadyAndEmptyTraysAreNot) {
  Printer printer = test::t640();
  printer.status.trays = {{"tray1", "na_letter_8.5x11in", "stationery", 200, 500},
                          {"tray2", "iso_a4_210x297mm", "stationery", 0, 500}};
  EXPECT_THAT(test::strings(describe(printer, {"all"}).get(), "media-ready"),
              ElementsAre("na_letter_8.5x11in"));
  printer.status.trays.clear();
  EXPECT_THAT(test::strings(describe(printer, {"all"}).get(), "media-ready"),
              ElementsAre("iso_a4_210x297mm"));
}

TEST(IppAttributes, InkIsToldAsMarkersAndNoMarkersWhenNoneIsKnown) {
  Printer printer = test::t640();
  EXPECT_FALSE(has(describe(printer, {"all"}), "marker-levels"));
  printer.status.supplies = {{"Black toner cartridge", "toner", "#000000", 62, 10, false}};
  const Message reply = describe(printer, {"all"});
  EXPECT_THAT(test::strings(reply.get(), "marker-names"), ElementsAre("Black toner cartridge"));
  EXPECT_EQ(number(reply, "marker-levels"), 62);
  EXPECT_TRUE(has(reply, "printer-supply"));
}

TEST(IppAttributes, AJobTellsItsStateAndItsTimes) {
  Job job;
  job.id = 17;
  job.printer = "t640";
  job.name = "Brief";
  job.state = JobState::processing;
  job.reason = "job-printing";
  job.size = 1025;
  job.options = {{"sides", "one-sided"}, {"print-quality", "5"}};
  Place place;
  place.authority = "127.0.0.1:6310";
  Message reply(ippNew());
  const Requested requested(nullptr, {"all"});
  Writer writer(reply.get(), IPP_TAG_JOB, requested);
  write_job(writer, job, place);
  EXPECT_EQ(number(reply, "job-state"), 5);
  EXPECT_EQ(number(reply, "job-k-octets"), 2);
  EXPECT_EQ(number(reply, "print-quality"), 5);
  EXPECT_THAT(test::strings(reply.get(), "job-uri"), ElementsAre("ipp://127.0.0.1:6310/ipp/print/t640/17"));
  EXPECT_EQ(ippGetValueTag(ippFindAttribute(reply.get(), "time-at-completed", IPP_TAG_ZERO)),
            IPP_TAG_NOVALUE);
}

TEST(IppWriter, ATextIsCutBetweenTwoCharacters) {
  EXPECT_EQ(clip("Grüße", 3), "Gr");
  EXPECT_EQ(clip("Grüße", 4), "Grü");
  EXPECT_EQ(clip("Grüße", 7), "Grüße");
}

}  // namespace
}  // namespace platen::spooler::ipp
