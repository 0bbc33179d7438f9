#include "doors_house.hpp"

namespace platen::spooler::testing {

void DoorsHouse::open() {
  add_printer();
  start();
  Settings settings;
  settings.state = folder_.path();
  settings.largest_document = largest_document_;
  desk_ = std::make_unique<http::Desk>(http::Desk{clock_, *spooler_, settings, {}});
  auto routes = http::api_routes(*desk_);
  for (auto& route : ipp::ipp_routes(*desk_)) routes.push_back(std::move(route));
  router_ = std::make_unique<http::Router>(std::move(routes), [](http::Request&) -> Task<http::Reply> {
    co_return http::error_reply(404, "not-found", "Nothing here.");
  });
  server_ = std::make_unique<http::Server>(clock_, reactor_.get_executor(),
                                           [this](http::Request& request) { return (*router_)(request); });
  port_ = server_->listen_tcp("127.0.0.1:0").value();
  desk_->authority = "127.0.0.1:" + std::to_string(port_);
  ASSERT_TRUE(server_->listen_unix(door()));
}

DoorsHouse::~DoorsHouse() {
  if (server_) run(server_->stop(Deadline::in(clock_, 1s)));
}

platen::test::Browser DoorsHouse::browser() {
  return platen::test::Browser(reactor_, {boost::asio::ip::make_address("127.0.0.1"), port_});
}

template <class Client>
Answer DoorsHouse::hear(Client& client) {
  until([&client] { return client.hung_up(); });
  Answer answer;
  const std::string& all = client.heard();
  const std::size_t end = all.find("\r\n\r\n");
  if (end == std::string::npos) return answer;
  answer.head = all.substr(0, end);
  answer.body = all.substr(end + 4);
  answer.status = static_cast<unsigned>(std::stoi(all.substr(9, 3)));
  return answer;
}

Answer DoorsHouse::ask(const std::string& method, const std::string& target, const std::string& body,
                       const std::string& headers) {
  auto client = browser();
  client.say(method + " " + target + " HTTP/1.1\r\n" + host() + headers +
             "Connection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  return hear(client);
}

Answer DoorsHouse::ask_locally(const std::string& method, const std::string& target,
                               const std::string& body) {
  platen::test::LocalClient client(reactor_, boost::asio::local::stream_protocol::endpoint(door().native()));
  client.say(method + " " + target + " HTTP/1.1\r\nHost: platend\r\nConnection: close\r\nContent-Length: " +
             std::to_string(body.size()) + "\r\n\r\n" + body);
  return hear(client);
}

}  // namespace platen::spooler::testing
