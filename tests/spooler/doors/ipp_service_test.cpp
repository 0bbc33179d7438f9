#include "spooler/doors/ipp_service.hpp"

#include "doors_house.hpp"
#include "ipp_request.hpp"

namespace platen::spooler::testing {
namespace {

using ipp::Message;
using test::add;
using test::strings;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class IppService : public DoorsHouse {
 protected:
  Message request(ipp_op_t operation, const std::string& path = "/ipp/print/T640") {
    Message made = test::new_request(operation, "ipp://" + desk_->authority + path);
    add(made, IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", "ann");
    return made;
  }
  Message with_job(ipp_op_t operation, std::uint32_t id) {
    Message made = request(operation);
    ippAddInteger(made.get(), IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-id", static_cast<int>(id));
    return made;
  }
  Message send(const std::string& bytes) {
    const Answer answer = ask("POST", "/ipp/print/T640", bytes, "Content-Type: application/ipp\r\n");
    EXPECT_EQ(answer.status, 200u) << answer.body;
    auto reply = ipp::decode(test::bytes(answer.body));
    EXPECT_TRUE(reply);
    return reply ? std::move(*reply) : Message(ippNew());
  }
  Message send(const Message& made, const std::string& document = {}) {
    return send(ipp::encode(made.get()) + document);
  }
  ipp_status_t status(const Message& made, const std::string& document = {}) {
    return ippGetStatusCode(send(made, document).get());
  }
  Message print_text() {
    Message made = request(IPP_OP_PRINT_JOB);
    add(made, IPP_TAG_OPERATION, IPP_TAG_NAME, "job-name", "Brief");
    add(made, IPP_TAG_OPERATION, IPP_TAG_MIMETYPE, "document-format", "text/plain");
    return made;
  }
  static int number(const Message& reply, const char* name) {
    return ippGetInteger(ippFindAttribute(reply.get(), name, IPP_TAG_ZERO), 0);
  }
};

TEST_F(IppService, ADocumentIsPrinted) {
  const Message reply = send(print_text(), "hello\n");
  EXPECT_EQ(ippGetStatusCode(reply.get()), IPP_STATUS_OK);
  const auto id = static_cast<std::uint32_t>(number(reply, "job-id"));
  EXPECT_EQ(job(id).user, "ann");
  EXPECT_EQ(job(id).size, 6u);
  ASSERT_TRUE(ends(id));
  const Message told = send(with_job(IPP_OP_GET_JOB_ATTRIBUTES, id));
  EXPECT_EQ(number(told, "job-state"), IPP_JSTATE_COMPLETED);
  EXPECT_EQ(number(told, "job-impressions-completed"), 3);
  EXPECT_EQ(status(with_job(IPP_OP_CANCEL_JOB, id)), IPP_STATUS_ERROR_NOT_POSSIBLE);
}

TEST_F(IppService, AJobMayBeMadeFirstAndGetItsDocumentLater) {
  const Message made = send(request(IPP_OP_CREATE_JOB));
  const auto id = static_cast<std::uint32_t>(number(made, "job-id"));
  EXPECT_EQ(status(with_job(IPP_OP_SEND_DOCUMENT, id), "hello\n"),
            IPP_STATUS_ERROR_BAD_REQUEST);  // no last-document
  Message document = with_job(IPP_OP_SEND_DOCUMENT, id);
  add(document, IPP_TAG_OPERATION, IPP_TAG_MIMETYPE, "document-format", "text/plain");
  ippAddBoolean(document.get(), IPP_TAG_OPERATION, "last-document", 1);
  EXPECT_EQ(status(document, "hello\n"), IPP_STATUS_OK);
  EXPECT_EQ(status(document), IPP_STATUS_OK);  // nothing more comes
  EXPECT_EQ(status(document, "more\n"), IPP_STATUS_ERROR_MULTIPLE_JOBS_NOT_SUPPORTED);
  EXPECT_TRUE(ends(id));
  EXPECT_EQ(job(id).state, JobState::completed);
}

TEST_F(IppService, APausedPrinterKeepsItsJobsUntilItIsResumed) {
  EXPECT_EQ(status(request(IPP_OP_PAUSE_PRINTER)), IPP_STATUS_OK);
  EXPECT_TRUE(spooler_->printer("T640")->paused);
  const auto id = static_cast<std::uint32_t>(number(send(print_text(), "hello\n"), "job-id"));
  EXPECT_FALSE(is_over(job(id).state));
  EXPECT_EQ(status(request(IPP_OP_RESUME_PRINTER)), IPP_STATUS_OK);
  EXPECT_TRUE(ends(id));
  EXPECT_EQ(job(id).state, JobState::completed);
}

TEST_F(IppService, AJobClosedWithoutADocumentHasEnded) {
  const Message made = send(request(IPP_OP_CREATE_JOB));
  const auto id = static_cast<std::uint32_t>(number(made, "job-id"));
  EXPECT_EQ(status(with_job(IPP_OP_CLOSE_JOB, id)), IPP_STATUS_OK);
  EXPECT_TRUE(is_over(job(id).state));
}

TEST_F(IppService, EachBadRequestHasItsOwnStatusAndASentence) {
  Message pdf = request(IPP_OP_PRINT_JOB);
  add(pdf, IPP_TAG_OPERATION, IPP_TAG_MIMETYPE, "document-format", "application/pdf");
  Message strict = print_text();
  ippAddBoolean(strict.get(), IPP_TAG_OPERATION, "ipp-attribute-fidelity", 1);
  add(strict, IPP_TAG_JOB, IPP_TAG_KEYWORD, "scent", "lavender");
  Message which = request(IPP_OP_GET_JOBS);
  add(which, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "which-jobs", "lost");
  struct {
    Message made;
    std::string document;
    ipp_status_t expected;
  } cases[] = {
      {request(IPP_OP_GET_PRINTER_ATTRIBUTES, "/ipp/print/none"), "", IPP_STATUS_ERROR_NOT_FOUND},
      {request(IPP_OP_CUPS_GET_PPDS), "", IPP_STATUS_ERROR_OPERATION_NOT_SUPPORTED},
      {with_job(IPP_OP_GET_JOB_ATTRIBUTES, 99), "", IPP_STATUS_ERROR_NOT_FOUND},
      {request(IPP_OP_GET_JOB_ATTRIBUTES), "", IPP_STATUS_ERROR_BAD_REQUEST},
      {std::move(pdf), "%PDF-1.7", IPP_STATUS_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED},
      {request(IPP_OP_PRINT_JOB), "%PDF-1.7", IPP_STATUS_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED},
      {print_text(), "", IPP_STATUS_ERROR_DOCUMENT_FORMAT_ERROR},
      {print_text(), std::string((1 << 20) + 1, 'x'), IPP_STATUS_ERROR_REQUEST_ENTITY},
      {std::move(strict), "hello\n", IPP_STATUS_ERROR_ATTRIBUTES_OR_VALUES},
      {std::move(which), "", IPP_STATUS_ERROR_ATTRIBUTES_OR_VALUES},
  };
  for (const auto& each : cases) {
    const Message reply = send(each.made, each.document);
    EXPECT_EQ(ippGetStatusCode(reply.get()), each.expected) << ippOpString(ippGetOperation(each.made.get()));
    EXPECT_FALSE(strings(reply.get(), "status-message").empty());
  }
  EXPECT_TRUE(spooler_->jobs().empty());
}

TEST_F(IppService, WhatThePrinterCannotDoIsPrintedOtherwiseAndSaidSo) {
  Message made = print_text();
  add(made, IPP_TAG_JOB, IPP_TAG_KEYWORD, "scent", "lavender");
  const Message reply = send(made, "hello\n");
  EXPECT_EQ(ippGetStatusCode(reply.get()), IPP_STATUS_OK_IGNORED_OR_SUBSTITUTED);
  EXPECT_EQ(ippGetGroupTag(ippFindAttribute(reply.get(), "scent", IPP_TAG_ZERO)), IPP_TAG_UNSUPPORTED_GROUP);
  EXPECT_GT(number(reply, "job-id"), 0);
}

TEST_F(IppService, GarbageIsABadRequestAndOtherContentIsNotIpp) {
  EXPECT_EQ(ippGetStatusCode(send(std::string("\x02\x00\x00\x0b\x00\x00\x00\x07garbage", 15)).get()),
            IPP_STATUS_ERROR_BAD_REQUEST);
  const Message answered = send(std::string("\x02\x00\x00\x0b\x00\x00\x00\x07", 8));
  EXPECT_EQ(ippGetRequestId(answered.get()), 7);
  EXPECT_EQ(ask("POST", "/ipp/print/T640", "x", "X-Platen: 1\r\n").status, 415u);
}

TEST_F(IppService, JobsAreListedByWhetherTheyAreOverAndWhoseTheyAre) {
  const auto first = static_cast<std::uint32_t>(number(send(print_text(), "one\n"), "job-id"));
  ASSERT_TRUE(ends(first));
  Message held = print_text();
  add(held, IPP_TAG_JOB, IPP_TAG_KEYWORD, "job-hold-until", "indefinite");
  const auto second = static_cast<std::uint32_t>(number(send(held, "two\n"), "job-id"));
  Message other = test::new_request(IPP_OP_PRINT_JOB, "ipp://" + desk_->authority + "/");
  add(other, IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", "bob");
  add(other, IPP_TAG_JOB, IPP_TAG_KEYWORD, "job-hold-until", "indefinite");
  const auto third = static_cast<std::uint32_t>(number(send(other, "three\n"), "job-id"));

  const auto ids = [](const Message& reply) {
    std::vector<std::uint32_t> out;
    for (ipp_attribute_t* each = ippFirstAttribute(reply.get()); each; each = ippNextAttribute(reply.get()))
      if (ippGetName(each) && std::string_view(ippGetName(each)) == "job-id")
        out.push_back(static_cast<std::uint32_t>(ippGetInteger(each, 0)));
    return out;
  };
  EXPECT_THAT(ids(send(request(IPP_OP_GET_JOBS))), ElementsAre(second, third));
  Message completed = request(IPP_OP_GET_JOBS);
  add(completed, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "which-jobs", "completed");
  EXPECT_THAT(ids(send(completed)), ElementsAre(first));
  Message mine = request(IPP_OP_GET_JOBS);
  ippAddBoolean(mine.get(), IPP_TAG_OPERATION, "my-jobs", 1);
  EXPECT_THAT(ids(send(mine)), ElementsAre(second));
  Message one = request(IPP_OP_GET_JOBS);
  ippAddInteger(one.get(), IPP_TAG_OPERATION, IPP_TAG_INTEGER, "limit", 1);
  EXPECT_THAT(ids(send(one)), ElementsAre(second));

  EXPECT_EQ(status(request(IPP_OP_CANCEL_MY_JOBS)), IPP_STATUS_OK);
  EXPECT_THAT(ids(send(request(IPP_OP_GET_JOBS))), ElementsAre(third));
  EXPECT_EQ(status(with_job(IPP_OP_RELEASE_JOB, third)), IPP_STATUS_OK);
  EXPECT_TRUE(ends(third));
}

TEST_F(IppService, ADocumentThatStopsInTheMiddleLeavesNoJob) {
  {
    auto b = browser();
    b.say("POST /ipp/print/T640 HTTP/1.1\r\n" + host() +
          "Content-Type: application/ipp\r\nContent-Length: 100000\r\n\r\n" +
          ipp::encode(print_text().get()) + "hello");
    pass(1s);
  }
  pass(1s);
  for (const Job& left : spooler_->jobs()) EXPECT_TRUE(is_over(left.state)) << left.sentence;
}

}  // namespace
}  // namespace platen::spooler::testing
