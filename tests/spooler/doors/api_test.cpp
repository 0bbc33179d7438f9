#include "spooler/doors/api.hpp"

#include "doors_house.hpp"

namespace platen::spooler::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class HttpApi : public DoorsHouse {};

std::string sentence(const Answer& answer) {
  return std::string(answer.json().at("error").at("sentence").as_string());
}

TEST_F(HttpApi, PrintersAreShownAsDocumented) {
  const Answer all = ask("GET", "/api/printers");
  EXPECT_EQ(all.status, 200u);
  const auto list = all.json().at("printers").as_array();
  ASSERT_EQ(list.size(), 1u);
  const auto printer = ask("GET", "/api/printers/T640").json().as_object();
  for (const char* key :
       {"name", "uri", "model", "color", "accepting", "paused", "state", "sentence", "reasons", "supplies",
        "cartridges", "trays", "message", "pageCount", "deviceId", "queued", "ipp"})
    EXPECT_TRUE(printer.contains(key)) << key;
  EXPECT_EQ(printer.at("ipp").as_string(), "ipp://" + desk_->authority + "/ipp/print/T640");
  EXPECT_EQ(ask("GET", "/api/printers/none").status, 404u);
  EXPECT_THAT(sentence(ask("GET", "/api/printers/none")), HasSubstr("none"));
}

TEST_F(HttpApi, ADocumentThatIsSentIsPrinted) {
  const Answer made =
      ask("POST", "/api/printers/T640/jobs?name=Brief%20an%20Anna&type=text/plain&copies=2&sides=one-sided",
          "hello\n");
  ASSERT_EQ(made.status, 201u) << made.body;
  const auto job_made = made.json().as_object();
  EXPECT_EQ(job_made.at("name"), "Brief an Anna");
  EXPECT_EQ(job_made.at("copies"), 2);
  const auto id = static_cast<std::uint32_t>(job_made.at("id").as_int64());
  ASSERT_TRUE(ends(id));
  const auto shown = ask("GET", "/api/jobs/" + std::to_string(id)).json().as_object();
  EXPECT_EQ(shown.at("state"), "completed");
  EXPECT_TRUE(shown.at("finished").is_string());
  EXPECT_EQ(printed(id).size(), 3u);
  EXPECT_EQ(ask("POST", "/api/jobs/" + std::to_string(id) + "/cancel").status, 409u);
}

TEST_F(HttpApi, AChunkedDocumentArrivesWhole) {
  auto b = browser();
  b.say("POST /api/printers/T640/jobs?type=text/plain HTTP/1.1\r\n" + host() +
        "X-Platen: 1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
  pass(2min);
  b.say("1\r\n\n\r\n0\r\n\r\n");
  ASSERT_TRUE(until([&b] { return b.heard("\"size\":6"); }));
}

TEST_F(HttpApi, WhatCannotBePrintedIsRefusedWithASentence) {
  struct {
    const char* query;
    std::string body;
    unsigned status;
    const char* words;
  } const cases[] = {
      {"?type=text/plain", "", 400, "empty"},
      {"?type=application/pdf", "%PDF-1.7", 415, "application/pdf"},
      {"?scent=lavender", "x", 415, "scent"},
      {"?sides=three-sided", "x", 415, "one-sided"},
      {"?copies=0", "x", 400, "copies"},
      {"?type=text/plain", std::string((1 << 20) + 1, 'x'), 413, "larger"},
  };
  for (const auto& each : cases) {
    const Answer answer = ask("POST", std::string("/api/printers/T640/jobs") + each.query, each.body);
    EXPECT_EQ(answer.status, each.status) << each.query << answer.body;
    EXPECT_THAT(sentence(answer), HasSubstr(each.words));
  }
  EXPECT_EQ(ask("POST", "/api/printers/none/jobs", "x").status, 404u);
  EXPECT_TRUE(spooler_->jobs().empty());
}

TEST_F(HttpApi, AStrangeTitleStaysReadableJson) {
  const Answer made =
      ask("POST", "/api/printers/T640/jobs?type=text/plain&name=a%00b%0Ac%FF%1B%5B31m", "hello\n");
  ASSERT_EQ(made.status, 201u) << made.body;
  EXPECT_THAT(made.body, Not(HasSubstr("\xff")));
  EXPECT_FALSE(made.json().at("name").as_string().empty());
}

TEST_F(HttpApi, JobsAreHeldAlteredReleasedAndCancelled) {
  const auto job =
      ask("POST", "/api/printers/T640/jobs?type=text/plain&hold=1", "hello\n").json().as_object();
  const std::string address = "/api/jobs/" + std::to_string(job.at("id").as_int64());
  EXPECT_EQ(job.at("state"), "held");
  EXPECT_EQ(ask("PATCH", address, R"({"name":"Anders","copies":3})").json().at("copies"), 3);
  EXPECT_EQ(ask("PATCH", address, R"({"copies":"many"})").status, 400u);
  EXPECT_EQ(ask("PATCH", address, R"({"copies":[1]})").status, 400u);
  EXPECT_EQ(ask("PATCH", address, "{").status, 400u);
  EXPECT_EQ(ask("GET", "/api/jobs?printer=T640").json().at("jobs").as_array().size(), 1u);
  EXPECT_EQ(ask("GET", "/api/jobs?printer=none").status, 404u);
  EXPECT_EQ(ask("POST", address + "/cancel").json().at("state"), "canceled");
  EXPECT_EQ(ask("POST", "/api/jobs/99/cancel").status, 404u);
  EXPECT_EQ(ask("POST", "/api/jobs/x/cancel").status, 404u);
}

TEST_F(HttpApi, PrintersAreInstalledAndRemovedThroughTheLocalDoorOnly) {
  const std::string body = R"({"inf":"/nowhere/x.inf","uri":"socket://x"})";
  EXPECT_EQ(ask("POST", "/api/printers", body).status, 403u);
  EXPECT_EQ(ask("DELETE", "/api/printers/T640").status, 403u);
  const Answer local = ask_locally("POST", "/api/printers", body);
  EXPECT_GE(local.status, 400u);
  EXPECT_THAT(sentence(local), HasSubstr("/nowhere/x.inf"));
  EXPECT_EQ(ask_locally("POST", "/api/printers", "{}").status, 400u);
  EXPECT_EQ(ask_locally("DELETE", "/api/printers/T640").status, 204u);
  EXPECT_EQ(ask("GET", "/api/printers/T640").status, 404u);
}

TEST_F(HttpApi, AnUnknownPrinterIsNotFoundWhateverIsAskedOfIt) {
  const std::string address = "/api/printers/a-printer-with-a-name-that-is-much-longer-than-most-names-are";
  for (const char* action : {"/test-page", "/clean", "/align", "/pause", "/resume", "/jobs?type=text/plain"})
    EXPECT_EQ(ask("POST", address + action, "x").status, 404u) << action;
  const std::string path = "%5CPrinter.Consumables.Black.Level.And.More.Of.The.Same:CurrentLevel";
  EXPECT_EQ(ask("GET", address + "/bidi?path=" + path).status, 404u);
  EXPECT_EQ(ask("GET", address + "/bidi?action=steal&path=" + path).status, 400u);
  EXPECT_EQ(ask_locally("POST", address + "/bidi",
                        R"({"path":"a path that is much longer than most paths are","value":"x"})")
                .status,
            404u);
  EXPECT_EQ(ask("POST", address + "/new-cartridge", R"({"cartridge":"Black"})").status, 404u);
  EXPECT_EQ(ask_locally("DELETE", address).status, 404u);
}

TEST_F(HttpApi, WhatAPrinterKeepsIsChangedByAdministratorsThroughTheLocalDoorOnly) {
  const std::string low = R"({"path":"\\Printer.Consumables.[Black]:LowLevel","value":"15"})";
  ASSERT_TRUE(until([this] { return spooler_->printer("T640")->status.state == bidi::State::idle; }));
  const Answer refused = ask("POST", "/api/printers/T640/bidi", low);
  EXPECT_EQ(refused.status, 403u);
  EXPECT_THAT(sentence(refused), HasSubstr("administrator"));
  EXPECT_THAT(launcher_.monitor()->heard, Not(::testing::Contains(HasSubstr("Set "))));
  http::Request other;  // somebody else's account, through the local door
  other.peer = {true, ::geteuid() + 1};
  other.head.method(http::Verb::post);
  other.path = {"api", "printers", "T640", "bidi"};
  EXPECT_EQ(run((*router_)(other)).status, 403u);
  EXPECT_EQ(ask_locally("POST", "/api/printers/T640/bidi", low).status, 200u);
  EXPECT_THAT(launcher_.monitor()->heard,
              ::testing::Contains("Set \\Printer.Consumables.[Black]:LowLevel=15"));
  EXPECT_EQ(ask("GET", "/api/printers/T640/bidi?path=%5CPrinter.DeviceInfo:ModelName").status, 200u);
}

TEST_F(HttpApi, AnybodyMaySayThatACartridgeIsNewAndNothingElseByThat) {
  const std::string address = "/api/printers/T640/new-cartridge";
  ASSERT_TRUE(until([this] { return spooler_->printer("T640")->status.state == bidi::State::idle; }));
  EXPECT_EQ(ask("POST", address, R"({"cartridge":"Black"})").json().at("name"), "T640");
  EXPECT_EQ(launcher_.monitor()->heard.back(), "Set \\Printer.Consumables.[Black]:Replaced=true");
  // Whatever the name is, the path's own end is what is set.
  EXPECT_EQ(ask("POST", address, R"({"cartridge":"Black]:Yield"})").status, 200u);
  EXPECT_EQ(launcher_.monitor()->heard.back(), "Set \\Printer.Consumables.[Black]:Yield]:Replaced=true");
  const Answer unknown = ask("POST", address, R"({"cartridge":"Lavender"})");
  EXPECT_EQ(unknown.status, 404u);
  EXPECT_THAT(sentence(unknown),
              ::testing::AllOf(HasSubstr("Lavender"), HasSubstr("Say its colour, as Black.")));
  EXPECT_EQ(ask("POST", address, "{}").status, 400u);
}

TEST_F(HttpApi, APausedPrinterIsShownAsPaused) {
  EXPECT_EQ(ask("POST", "/api/printers/T640/pause").json().at("paused"), true);
  EXPECT_EQ(ask("POST", "/api/printers/T640/resume").json().at("paused"), false);
}

TEST_F(HttpApi, EventsBeginWithEverythingAndGoOnWithWhatChanges) {
  auto b = browser();
  b.say("GET /api/events HTTP/1.1\r\n" + host() + "\r\n");
  ASSERT_TRUE(until([&b] { return b.heard("event: snapshot\ndata: {\"printers\":[{\"name\":\"T640\""); }));
  const auto job = submit();
  ASSERT_TRUE(job);
  ASSERT_TRUE(until([&b] { return b.heard("event: job\ndata: ") && b.heard(R"("state":"completed")"); }));
  ASSERT_TRUE(run(spooler_->uninstall("T640")));
  ASSERT_TRUE(until([&b] { return b.heard("event: printer-removed\ndata: {\"name\":\"T640\"}"); }));
  b.forget();
  pass(15s);
  EXPECT_TRUE(b.heard(": still here\n\n"));
}

TEST_F(HttpApi, TheDoctorSaysWhatIsMissing) {
  const Answer answer = ask("GET", "/api/doctor");
  EXPECT_EQ(answer.status, 200u);
  EXPECT_THAT(answer.body, HasSubstr("platen-render is missing"));
}

}  // namespace
}  // namespace platen::spooler::testing
