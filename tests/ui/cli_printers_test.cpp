#include "cli_fixture.hpp"

namespace platen::cli {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

constexpr const char* t640 =
    R"({"name":"T640","uri":"socket://10.0.0.7:9100","model":"Lexmark T640","state":"stopped",
"sentence":"Tray 1 is out of paper. Load A4 paper.","reasons":[{"keyword":"toner-low","severity":"warning","component":"",
"sentence":"Black toner is low."}],"supplies":[{"name":"Black","type":"toner","color":"#000000","level":8,"low":10,
"estimated":false},{"name":"Waste","type":"waste-toner","color":"none","level":3,"low":5,"estimated":true},{"name":"Drum",
"type":"opc","color":"none","level":-3,"low":5,"estimated":false}],"trays":[{"name":"tray-1","size":"A4","type":"plain",
"level":0,"capacity":250},{"name":"tray-2","size":"A4","type":"","level":90,"capacity":500}],"message":"Load Tray 1",
"queued":1,"paused":false,"ipp":"ipp://127.0.0.1:40123/ipp/print/T640"})";

std::string both() {
  return std::string(R"({"printers":[)") + t640 +
         R"(,{"name":"bad\u001b[31m\u202Ename","uri":"usb://x","model":"M\n","state":"idle","sentence":"Ready.","queued":0}]})";
}

TEST_F(CliTest, PrintersAreListedInColumnsAndControlCharactersAreShownAsText) {
  server_.answer("GET /api/printers", 200, both());
  EXPECT_EQ(run({"printers"}), 0) << err_;
  EXPECT_EQ(out_,
            "NAME                   STATE    QUEUED  MODEL         PORT\n"
            "T640                   stopped  1       Lexmark T640  socket://10.0.0.7:9100\n"
            "bad\\x1B[31m\\u202Ename  idle     0       M\\n           usb://x\n");
}

TEST_F(CliTest, JsonIsWhatPlatendGave) {
  server_.answer("GET /api/printers", 200, R"({"printers":[{"name":"a\u0007"}]})");
  EXPECT_EQ(run({"printers", "--json"}), 0);
  EXPECT_EQ(out_, "{\"printers\":[{\"name\":\"a\\u0007\"}]}\n");
}

TEST_F(CliTest, StatusSaysInSentencesHowAPrinterIs) {
  server_.answer("GET /api/printers/T640", 200, t640);
  EXPECT_EQ(run({"status", "T640"}), 0) << err_;
  EXPECT_THAT(out_, HasSubstr("T640: Tray 1 is out of paper. Load A4 paper.\n"));
  EXPECT_THAT(out_, HasSubstr("  warning: Black toner is low.\n"));
  EXPECT_THAT(out_, HasSubstr("  Black  ██░░░░░░░░░░░░░░░░░░ 8 %  low\n"));
  EXPECT_THAT(out_, HasSubstr("  Waste  █░░░░░░░░░░░░░░░░░░░ about 3 %\n"));
  EXPECT_THAT(out_, HasSubstr("  Drum   some is left\n"));
  EXPECT_THAT(out_, HasSubstr("  tray-1  A4, plain  empty\n  tray-2  A4         90 of 500 sheets\n"));
  EXPECT_THAT(out_, HasSubstr("1 job is queued."));
}

TEST_F(CliTest, InkOfAllPrintersNamesThoseThatDoNotTell) {
  server_.answer("GET /api/printers", 200, both());
  EXPECT_EQ(run({"ink"}), 0);
  EXPECT_THAT(out_,
              AllOf(HasSubstr("T640\n  Black"), HasSubstr("name\n  The printer has not told its levels.\n")));
}

TEST_F(CliTest, InstallMakesThePathAbsoluteAndSaysWhatWasInstalled) {
  server_.answer("POST /api/printers", 201, t640);
  EXPECT_EQ(
      run({"install", "inf/../x.inf", "--port", "socket://10.0.0.7:9100", "--model=T640", "--name", "T640"}),
      0)
      << err_;
  EXPECT_EQ(out_, "Installed T640 (Lexmark T640) on socket://10.0.0.7:9100.\n");
  const SeenRequest request = only_request();
  EXPECT_EQ(request.body, "{\"inf\":\"" + (std::filesystem::current_path() / "x.inf").string() +
                              "\",\"uri\":\"socket://10.0.0.7:9100\",\"model\":\"T640\",\"name\":\"T640\"}");
  EXPECT_THAT(request.head, AllOf(HasSubstr("Content-Type: application/json"), HasSubstr("X-Platen: 1")));
}

TEST_F(CliTest, InstallTakesTheOnlyPortThereIs) {
  server_.answer("GET /api/ports", 200, R"({"ports":[{"uri":"usb://1","description":"Lexmark T640"}]})");
  server_.answer("POST /api/printers", 201, t640);
  EXPECT_EQ(run({"install", "x.inf"}), 0) << err_;
  EXPECT_THAT(server_.requests()[1].body, HasSubstr("\"uri\":\"usb://1\""));
}

TEST_F(CliTest, InstallAsksWhichPortWhenThereAreSeveral) {
  server_.answer("GET /api/ports", 200, R"({"ports":[{"uri":"usb://1"},{"uri":"usb://2"}]})");
  EXPECT_EQ(run({"install", "x.inf"}), 2);
  EXPECT_THAT(err_, HasSubstr("--port"));
}

TEST_F(CliTest, ARefusalIsToldInPlatendsOwnSentence) {
  server_.answer(
      "POST /api/printers", 422,
      R"({"error":{"code":"malformed","sentence":"Could not read x.inf:3: The section name has no closing ']'."}})");
  EXPECT_EQ(run({"install", "x.inf", "--port", "usb://1"}), 1);
  EXPECT_EQ(err_, "platen: Could not read x.inf:3: The section name has no closing ']'.\n");
  EXPECT_EQ(out_, "");
}

TEST_F(CliTest, UninstallEscapesTheNameInThePath) {
  server_.answer("DELETE /api/printers/", 204, "");
  EXPECT_EQ(run({"uninstall", "a/b c%"}), 0) << err_;
  EXPECT_EQ(only_request().line, "DELETE /api/printers/a%2Fb%20c%25");
  EXPECT_EQ(out_, "Removed a/b c%.\n");
}

TEST_F(CliTest, BidiGetsSetsAndRefusesToGuess) {
  server_.answer("GET /api/printers/T640/bidi", 200,
                 R"({"values":[{"path":"\\Printer.Status.Summary:State","type":"enum","value":"Idle"}]})");
  server_.answer("POST /api/printers/T640/bidi", 200, R"({"values":[]})");
  EXPECT_EQ(run({"bidi", "T640", "get", "\\Printer.Status.Summary:State", "--fresh"}), 0) << err_;
  EXPECT_EQ(out_, "\\Printer.Status.Summary:State  enum  Idle\n");
  EXPECT_EQ(server_.requests()[0].line,
            "GET /api/printers/T640/bidi?path=%5CPrinter.Status.Summary%3AState&action=get&fresh=1");
  EXPECT_EQ(run({"bidi", "T640", "set", "\\Printer.X:Y", "--", "-1"}), 0) << err_;
  EXPECT_EQ(server_.requests()[1].body, R"({"path":"\\Printer.X:Y","value":"-1"})");
  EXPECT_EQ(run({"bidi", "T640", "get"}), 2);
  EXPECT_EQ(run({"bidi", "T640", "set", "\\Printer.X:Y"}), 2);
  EXPECT_EQ(run({"bidi", "T640", "poke", "x"}), 2);
}

TEST_F(CliTest, MaintenanceAndTestPagesAreAskedFor) {
  server_.answer("POST /api/printers/T640/clean", 200, t640);
  server_.answer("POST /api/printers/T640/test-page", 201, R"({"id":7,"printer":"T640"})");
  EXPECT_EQ(run({"clean", "T640"}), 0) << err_;
  EXPECT_EQ(run({"test-page", "T640"}), 0) << err_;
  EXPECT_EQ(out_, "Job 7 queued on T640.\n");
}

TEST_F(CliTest, ThatACartridgeIsNewIsSaidByItsName) {
  server_.answer("POST /api/printers/T640/new-cartridge", 200, t640);
  server_.answer("GET /api/printers/T640", 200, t640);
  EXPECT_EQ(run({"ink", "T640", "--new", "Black"}), 0) << err_;
  EXPECT_EQ(server_.requests()[0].body, R"({"cartridge":"Black"})");
  EXPECT_THAT(out_, HasSubstr("T640\n  Black"));
  EXPECT_EQ(run({"ink", "--new", "Black"}), 2);
}

TEST_F(CliTest, APrinterIsPausedAndResumedAndSaysHowItGoesOn) {
  server_.answer("POST /api/printers/Office/pause", 200, R"({"name":"Office","paused":true})");
  server_.answer("POST /api/printers/Office/resume", 200, R"({"name":"Office","paused":false})");
  EXPECT_EQ(run({"pause", "Office"}), 0) << err_;
  EXPECT_EQ(out_, "Office is paused: jobs wait. `platen resume Office` goes on.\n");
  EXPECT_EQ(run({"resume", "Office"}), 0) << err_;
  EXPECT_EQ(out_, "Office goes on.\n");
  EXPECT_EQ(run({"pause", "Office", "--json"}), 0) << err_;
  EXPECT_EQ(out_, "{\"name\":\"Office\",\"paused\":true}\n");
  EXPECT_EQ(run({"pause"}), 2);
}

TEST_F(CliTest, ThatAPrinterIsPausedStandsInItsStatus) {
  server_.answer("GET /api/printers/Office", 200, R"({"name":"Office","sentence":"Ready.","paused":true})");
  EXPECT_EQ(run({"status", "Office"}), 0) << err_;
  EXPECT_THAT(out_,
              HasSubstr("Office: Ready.\n  Office is paused: jobs wait. `platen resume Office` goes on.\n"));
}

TEST_F(CliTest, UiTellsWherePlatendReallyListens) {
  server_.answer("GET /api/printers", 200, both());
  EXPECT_EQ(run({"ui"}), 0);
  EXPECT_EQ(out_, "http://127.0.0.1:40123/\n");
}

TEST_F(CliTest, DoctorFailsWhenOneCheckDoes) {
  server_.answer(
      "GET /api/doctor", 200,
      R"({"checks":[{"name":"disk","ok":true,"sentence":"Fine."},{"name":"render","ok":false,"sentence":"Missing."}]})");
  EXPECT_EQ(run({"doctor"}), 1);
  EXPECT_EQ(out_, "ok     disk    Fine.\nWRONG  render  Missing.\n");
}

TEST_F(CliTest, WatchingTellsEachChangeOnceAndSurvivesARestartOfPlatend) {
  server_.answer("GET /api/printers/T640", 200, R"({"name":"T640","sentence":"Ready."})");
  const auto printer = [](const std::string& sentence) {
    return R"({"name":"T640","sentence":")" + sentence + "\"}";
  };
  server_.answer("GET /api/events",
                 ScriptedAnswer{event_reply(
                     ": hello\n\nevent: snapshot\ndata: {\"printers\":[" + printer("Ready.") +
                     "],\"jobs\":[]}\n\n"
                     "event: printer\ndata: " +
                     printer("Printing.") + "\n\nevent: printer\ndata: " + printer("Printing.") + "\n\n")});
  server_.answer("GET /api/events",
                 ScriptedAnswer{event_reply("event: snapshot\r\ndata: {\"printers\":[" + printer("Ready.") +
                                            "]}\r\n\r\n"
                                            "event: printer-removed\ndata: {\"name\":\"other\"}\n\nevent: "
                                            "printer-removed\ndata: {\"name\":\"T640\"}\n\n")});
  EXPECT_EQ(run({"status", "T640", "--watch"}), 1) << err_;
  EXPECT_EQ(out_, "T640: Ready.\nT640: Printing.\nT640: Ready.\nT640 was removed.\n");
}

TEST_F(CliTest, PlatendThatDoesNotAnswerIsExitCode3AndHowToStartIt) {
  EXPECT_EQ(run({"jobs", "--socket", server_.folder() / "nobody"}), 3);
  EXPECT_THAT(err_, AllOf(HasSubstr("nobody"), HasSubstr("platend --state")));
  EXPECT_EQ(run({"jobs", "--socket", std::string(200, 'x')}), 3);
  server_.answer("GET /api/jobs", ScriptedAnswer{"HTTP/1.1 200 OK\r\nContent-Le"});
  EXPECT_EQ(run({"jobs"}), 3);
  EXPECT_THAT(err_, HasSubstr("connection was closed"));
  server_.answer("GET /api/doctor", ScriptedAnswer{"\x7F\x45\x4C\x46 this is no HTTP\r\n\r\n"});
  EXPECT_EQ(run({"doctor"}), 3);
}

}  // namespace
}  // namespace platen::cli
