// The table of routes. A pattern's {name} takes one segment of the path into Request::params.
//
//   Router router({{Verb::get, "/api/jobs/{id}", Body::none, Who::anyone, show_job}}, fallback);
#pragma once

#include "spooler/http/message.hpp"

namespace platen::spooler::http {

enum class Body {
  none,      // what comes is not looked at
  json,      // small
  document,  // streamed, with long pauses
};
enum class Who { anyone, administrator };

struct Route {
  Verb verb;
  std::string_view pattern;
  Body body;
  Who who;
  Handler handler;
};

class Router {
 public:
  // `fallback` answers what no pattern knows.
  Router(std::vector<Route> routes, Handler fallback);
  Task<Reply> operator()(Request& request) const;

 private:
  std::vector<Route> routes_;
  Handler fallback_;
};

}  // namespace platen::spooler::http
