// A real browser: headless Chromium, driven over WebDriver.
#pragma once

#include <memory>
#include <string>

#include <boost/json.hpp>

#include "child.hpp"

namespace platen::e2e {

class Browser {
 public:
  struct Options {
    int width = 1100;
    int height = 900;
    bool dark = false;
  };
  explicit Browser(const std::string& folder);
  Browser(const std::string& folder, Options options);
  ~Browser();

  void open(const std::string& url);
  // The value of a JavaScript function body, `return …`.
  boost::json::value script(const std::string& body);
  std::string text(const std::string& selector);  // all matches' text, joined; empty when there is none
  void click(const std::string& selector);
  void resize(int width, int height);
  void screenshot(const std::string& png);

 private:
  boost::json::value command(const std::string& method, const std::string& path,
                             const boost::json::object& body = {});
  std::unique_ptr<Child> driver_;
  std::string base_;
  std::string session_;
};

}  // namespace platen::e2e
