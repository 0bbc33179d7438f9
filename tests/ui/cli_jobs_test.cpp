#include <fstream>
#include <thread>

#include <sys/stat.h>

#include "cli_fixture.hpp"

namespace platen::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr const char* queued =
    R"({"id":17,"printer":"T640","name":"x","state":"pending","sentence":"Waiting."})";

class CliJobs : public CliTest {
 protected:
  std::string file(const std::string& name, const std::string& text) {
    const auto path = server_.folder() / name;
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }
  std::string sparse_file(const std::string& name, std::uintmax_t size) {
    const std::string path = file(name, "");
    std::filesystem::resize_file(path, size);
    return path;
  }
};

TEST_F(CliJobs, PrintSendsTheDocumentWithItsNameTypeAndOptions) {
  server_.answer("POST /api/printers/T640/jobs", 201, queued);
  EXPECT_EQ(run({"print", "-p", "T640", "-n2", "-o", "sides=two-sided-long-edge", "-o", "media=a b",
                 file("letter 1.txt", "hello")}),
            0)
      << err_;
  EXPECT_EQ(out_, "Job 17 queued on T640.\n");
  const SeenRequest request = only_request();
  EXPECT_EQ(request.line,
            "POST "
            "/api/printers/T640/"
            "jobs?name=letter%201.txt&type=text%2Fplain&sides=two-sided-long-edge&media=a%20b&copies=2");
  EXPECT_EQ(request.body, "hello");
  EXPECT_THAT(request.head, HasSubstr("Content-Length: 5"));
}

TEST_F(CliJobs, PrintTakesTheOnlyPrinterAndAPipe) {
  server_.answer("GET /api/printers", 200, R"({"printers":[{"name":"T640"}]})");
  server_.answer("POST /api/printers/T640/jobs", 201, queued);
  const std::string pipe = server_.folder() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const std::string text(700'000, 'x');
  // Whoever writes to a pipe that nobody reads waits; so this ends by itself.
  const std::string pour = "timeout 30 cp " + file("text", text) + " " + pipe;
  std::thread writer([pour] { EXPECT_EQ(std::system(pour.c_str()), 0); });
  EXPECT_EQ(run({"print", "--title", "T", "--type", "a/b", pipe}), 0) << err_;
  writer.join();
  const SeenRequest request = server_.requests().back();
  EXPECT_EQ(request.line, "POST /api/printers/T640/jobs?name=T&type=a%2Fb");
  EXPECT_EQ(request.body, text);
  EXPECT_THAT(request.head, HasSubstr("Transfer-Encoding: chunked"));
}

TEST_F(CliJobs, PrintStreamsALargeDocument) {
  server_.answer("POST /api/printers/T640/jobs", 201, queued);
  constexpr std::uintmax_t size = 200ULL << 20;
  EXPECT_EQ(run({"print", "-p", "T640", sparse_file("large", size)}), 0) << err_;
  EXPECT_EQ(only_request().size, size);
}

TEST_F(CliJobs, PrintIsRefusedBeforeTheDocumentIsSent) {
  server_.answer(
      "POST /api/printers/T640/jobs",
      ScriptedAnswer{
          http_reply(404, R"({"error":{"code":"not-found","sentence":"There is no printer T640."}})"), 0});
  EXPECT_EQ(run({"print", "-p", "T640", sparse_file("large", 1ULL << 40)}), 1);
  EXPECT_EQ(err_, "platen: There is no printer T640.\n");
}

TEST_F(CliJobs, PrintEndsWhenTheDocumentIsRefusedOnTheWay) {
  server_.answer(
      "POST /api/printers/T640/jobs",
      ScriptedAnswer{http_reply(507, R"({"error":{"code":"no-space","sentence":"The disk is full."}})"),
                     1 << 20});
  EXPECT_EQ(run({"print", "-p", "T640", sparse_file("large", 1ULL << 40)}), 1);
  EXPECT_EQ(err_, "platen: The disk is full.\n");
}

TEST_F(CliJobs, PrintSaysWhenPlatendIsLostOnTheWay) {
  server_.answer("POST /api/printers/T640/jobs", ScriptedAnswer{"", 1 << 20});
  EXPECT_EQ(run({"print", "-p", "T640", sparse_file("large", 1ULL << 40)}), 3);
}

TEST_F(CliJobs, PrintRefusesWhatItCannotRead) {
  EXPECT_EQ(run({"print", "-p", "T640", server_.folder() / "none.txt"}), 1);
  EXPECT_THAT(err_, AllOf(HasSubstr("none.txt"), HasSubstr("No such file")));
  EXPECT_EQ(run({"print", "-p", "T640", server_.folder()}), 1);
  EXPECT_THAT(err_, HasSubstr("It is a folder"));
  EXPECT_TRUE(server_.requests().empty());
}

TEST_F(CliJobs, PrintAsksWhichPrinterWhenThereAreSeveral) {
  server_.answer("GET /api/printers", 200, R"({"printers":[{"name":"A"},{"name":"B"}]})");
  EXPECT_EQ(run({"print", file("x", "x")}), 2);
  EXPECT_EQ(err_, "platen: There are several printers; choose one with -p: A, B.\n");
}

std::string job_event(const std::string& state, const std::string& sentence) {
  return R"(event: job
data: {"id":17,"printer":"T640","state":")" +
         state + R"(","sentence":")" + sentence + "\"}\n\n";
}

TEST_F(CliJobs, WaitingTellsHowTheJobGoesAndExitsByItsEnd) {
  server_.answer("POST /api/printers/T640/jobs", 201, queued);
  const std::string snapshot =
      std::string("event: snapshot\ndata: {\"printers\":[],\"jobs\":[") + queued + "]}\n\n";
  server_.answer("GET /api/events",
                 ScriptedAnswer{event_reply(snapshot + job_event("processing", "Printing page 1.") +
                                            job_event("completed", "Printed."))});
  const std::string document = file("x.txt", "x");
  EXPECT_EQ(run({"print", "-p", "T640", "--wait", document}), 0) << err_;
  EXPECT_EQ(out_, "Job 17 queued on T640.\nJob 17: Waiting.\nJob 17: Printing page 1.\nJob 17: Printed.\n");
  server_.answer("GET /api/events",
                 ScriptedAnswer{event_reply(snapshot + job_event("aborted", "The document is broken."))});
  EXPECT_EQ(run({"print", "-p", "T640", "--wait", document}), 0)
      << "the script gives the first answer once more";
  EXPECT_EQ(run({"print", "-p", "T640", "--wait", "--json", document}), 1);
  EXPECT_THAT(out_, HasSubstr("\"state\":\"aborted\""));
}

TEST_F(CliJobs, WaitingForAJobThatIsGoneEnds) {
  server_.answer("POST /api/printers/T640/jobs", 201, queued);
  server_.answer("GET /api/events",
                 ScriptedAnswer{event_reply("event: snapshot\ndata: {\"printers\":[],\"jobs\":[]}\n\n")});
  EXPECT_EQ(run({"print", "-p", "T640", "--wait", file("x", "x")}), 1);
  EXPECT_THAT(err_, HasSubstr("gone"));
}

TEST_F(CliJobs, JobsAreListedInColumns) {
  server_.answer(
      "GET /api/jobs?printer=T640", 200,
      R"({"jobs":[{"id":9,"printer":"T640","name":"a\u001bb","user":"ann","state":"processing","size":3400000,"pagesDone":1,"pages":5},
                             {"id":10,"printer":"T640","name":"漢字","user":"bob","state":"pending","size":12,"pagesDone":0,"pages":null}]})");
  EXPECT_EQ(run({"jobs", "T640"}), 0) << err_;
  EXPECT_EQ(out_,
            "JOB  PRINTER  STATE       PAGES   SIZE      USER  NAME\n"
            "9    T640     processing  1 of 5  3.4 MB    ann   a\\x1Bb\n"
            "10   T640     pending     0       12 bytes  bob   漢字\n");
}

TEST_F(CliJobs, AJobIsHeldAndAltered) {
  server_.answer("POST /api/jobs/17/hold", 200, R"({"id":17,"sentence":"Held."})");
  server_.answer("PATCH /api/jobs/17", 200, queued);
  EXPECT_EQ(run({"job", "17", "hold"}), 0) << err_;
  EXPECT_EQ(out_, "Job 17: Held.\n");
  EXPECT_EQ(run({"job", "17", "alter", "copies=2", "name=a=b"}), 0) << err_;
  EXPECT_EQ(server_.requests()[1].body, R"({"copies":"2","name":"a=b"})");
  EXPECT_THAT(out_, HasSubstr("Job 17 on T640: Waiting.\n  name     x\n"));
}

TEST_F(CliJobs, WrongArgumentsAreExitCode2AndReachNobody) {
  const std::vector<std::vector<std::string>> wrong = {{},
                                                       {"nope"},
                                                       {"jobs", "a", "b"},
                                                       {"job", "17"},
                                                       {"job", "x", "show"},
                                                       {"job", "17", "explode"},
                                                       {"job", "17", "alter"},
                                                       {"job", "17", "alter", "x"},
                                                       {"job", "17", "hold", "now"},
                                                       {"print"},
                                                       {"print", "x", "--copies"},
                                                       {"print", "x", "--nope"},
                                                       {"print", "-o", "x", "y"},
                                                       {"printers", "--json=1"},
                                                       {"--wait", "print"},
                                                       {"printers", "-z"}};
  for (const auto& words : wrong) {
    EXPECT_EQ(run(words), 2) << testing::PrintToString(words);
    EXPECT_NE(err_, "");
  }
  EXPECT_TRUE(server_.requests().empty());
}

TEST_F(CliJobs, EveryCommandHasItsHelp) {
  EXPECT_EQ(run({"--help"}), 0);
  for (const char* command :
       {"ports", "install", "uninstall", "printers", "print", "jobs", "job", "status", "pause", "resume",
        "ink", "bidi", "test-page", "clean", "align", "ui", "doctor"}) {
    EXPECT_EQ(run({"help"}), 0);
    EXPECT_THAT(out_, HasSubstr(std::string("\n  ") + command));
    EXPECT_EQ(run({command, "--help"}), 0);
    EXPECT_THAT(out_, HasSubstr(std::string("Usage: platen ") + command));
  }
}

}  // namespace
}  // namespace platen::cli
