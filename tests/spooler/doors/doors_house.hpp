// The house with its front doors open: the real Spooler and the real doors in one reactor on simulated time.
#pragma once

#include <boost/json/parse.hpp>

#include "core_house.hpp"
#include "http/browser.hpp"
#include "spooler/doors/api.hpp"
#include "spooler/doors/ipp_service.hpp"
#include "spooler/http/server.hpp"

namespace platen::spooler::testing {

struct Answer {
  unsigned status = 0;
  std::string head;
  std::string body;
  [[nodiscard]] boost::json::value json() const { return boost::json::parse(body); }
};

class DoorsHouse : public House {
 protected:
  // A printer "T640", the spooler, and its doors.
  void open();
  void SetUp() override { open(); }
  ~DoorsHouse() override;

  Answer ask(const std::string& method, const std::string& target, const std::string& body = {},
             const std::string& headers = "X-Platen: 1\r\n");
  Answer ask_locally(const std::string& method, const std::string& target, const std::string& body = {});
  platen::test::Browser browser();
  [[nodiscard]] std::string host() const { return "Host: " + desk_->authority + "\r\n"; }
  [[nodiscard]] std::filesystem::path door() const { return folder_.path() / "door.sock"; }

  std::unique_ptr<http::Desk> desk_;
  std::unique_ptr<http::Router> router_;
  std::unique_ptr<http::Server> server_;
  std::uint16_t port_ = 0;

 private:
  template <class Client>
  Answer hear(Client& client);
};

}  // namespace platen::spooler::testing
