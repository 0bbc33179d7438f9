#include "browser.hpp"

#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "http.hpp"

namespace platen::e2e {

namespace json = boost::json;

Browser::Browser(const std::string& folder) : Browser(folder, Options{}) {}

Browser::Browser(const std::string& folder, Options options) {
  driver_ =
      std::make_unique<Child>(std::vector<std::string>{"chromedriver", "--port=0"}, folder + "/chromedriver");
  std::string port;
  eventually([&] {
    const std::string said = driver_->out();
    const auto at = said.rfind("on port ");
    if (at == std::string::npos || said.find('\n', at) == std::string::npos) return false;
    port = std::to_string(std::stoi(said.substr(at + 8)));
    return port != "0";
  });
  if (port.empty())
    throw std::runtime_error("chromedriver did not start: " + driver_->out() + driver_->err());
  base_ = "http://127.0.0.1:" + port;

  json::array args;
  for (const char* arg :
       {"--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--disable-dev-shm-usage", "--hide-scrollbars", "--no-proxy-server"})
    args.emplace_back(arg);
  args.emplace_back("--user-data-dir=" + folder + "/chromium");
  args.emplace_back("--window-size=" + std::to_string(options.width) + "," + std::to_string(options.height));
  if (options.dark) args.emplace_back("--blink-settings=preferredColorScheme=0");
  const json::object capabilities{
      {"capabilities",
       {{"alwaysMatch",
         {{"browserName", "chrome"},
          {"goog:chromeOptions", {{"binary", "/usr/bin/chromium"}, {"args", args}}}}}}}};
  const auto session = command("POST", "/session", capabilities);
  session_ = "/session/" + std::string(session.as_object().at("sessionId").as_string());
}

Browser::~Browser() {
  if (!session_.empty()) http("DELETE", base_ + session_);
}

json::value Browser::command(const std::string& method, const std::string& path, const json::object& body) {
  const auto answer = http(method, base_ + path, method == "GET" ? "" : json::serialize(body),
                           {"Content-Type: application/json"});
  if (answer.status != 200)
    throw std::runtime_error("browser: " + method + " " + path + ": " + answer.body.substr(0, 500));
  return json::parse(answer.body).as_object().at("value");
}

void Browser::open(const std::string& url) {
  command("POST", session_ + "/url", {{"url", url}});
}

json::value Browser::script(const std::string& body) {
  return command("POST", session_ + "/execute/sync", {{"script", body}, {"args", json::array{}}});
}

std::string Browser::text(const std::string& selector) {
  const auto value = script("return [...document.querySelectorAll(" + json::serialize(json::value(selector)) +
                            ")].filter(e => e.checkVisibility()).map(e => e.innerText).join('\\n')");
  return std::string(value.as_string());
}

void Browser::click(const std::string& selector) {
  script("document.querySelector(" + json::serialize(json::value(selector)) + ").click()");
}

void Browser::resize(int width, int height) {
  command("POST", session_ + "/window/rect", {{"width", width}, {"height", height}});
}

void Browser::screenshot(const std::string& png) {
  const std::string coded(command("GET", session_ + "/screenshot").as_string());
  write_file(png + ".base64", coded);
  write_file(png, run({"base64", "--decode", png + ".base64"}, Seconds(10)).out);
  std::filesystem::remove(png + ".base64");
}

}  // namespace platen::e2e
