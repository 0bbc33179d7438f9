#include <boost/json.hpp>

#include "bidi/schema_set.hpp"
#include "spooler/doors/api.hpp"
#include "spooler/doors/json.hpp"
#include "spooler/ipp/job_options.hpp"

namespace platen::spooler::http {
namespace {

namespace json = boost::json;

Reply show(const Desk& desk, const Result<Printer>& printer, unsigned status = 200) {
  if (!printer) return error_reply(printer.error());
  return json_reply(status, to_json(*printer, desk.authority));
}

Reply show_named(const Desk& desk, const std::string& name) {
  const auto printer = desk.spooler.printer(name);
  if (!printer) return no_printer(name);
  return json_reply(200, to_json(*printer, desk.authority));
}

Task<Reply> list_printers(Desk& desk, Request&) {
  json::array list;
  for (const Printer& printer : desk.spooler.printers()) list.push_back(to_json(printer, desk.authority));
  co_return json_reply(200, {{"printers", std::move(list)}});
}

Task<Reply> show_printer(Desk& desk, Request& request) {
  co_return show_named(desk, request.params["name"]);
}

Task<Reply> install_printer(Desk& desk, Request& request) {
  auto body = co_await read_json(desk, request);
  if (!body) co_return error_reply(body.error());
  auto inf = text_of(*body, "inf");
  auto uri = text_of(*body, "uri");
  if (!inf || !uri)
    co_return error_reply(
        400, "malformed",
        "To install a printer give \"inf\", the path of its INF file, and \"uri\", its port.");
  InstallRequest install;
  install.inf = std::move(*inf);
  install.uri = std::move(*uri);
  install.model = text_of(*body, "model");
  install.name = text_of(*body, "name");
  auto printer = co_await desk.spooler.install(std::move(install), Deadline::in(desk.clock, install_time));
  co_return show(desk, printer, 201);
}

Task<Reply> remove_printer(Desk& desk, Request& request) {
  auto removed = co_await desk.spooler.uninstall(request.params["name"]);
  if (!removed) co_return error_reply(removed.error());
  Reply reply;
  reply.status = 204;
  co_return reply;
}

Task<Reply> print_test_page(Desk& desk, Request& request) {
  auto job = co_await desk.spooler.print_test_page(request.params["name"]);
  if (!job) co_return error_reply(job.error());
  co_return json_reply(201, to_json(*job));
}

Task<Reply> maintain(Desk& desk, Request& request) {
  const std::string name = request.params["name"];
  auto done = co_await desk.spooler.maintain(name, request.path.back(), Deadline::in(desk.clock, ask_time));
  if (!done) co_return error_reply(done.error());
  co_return show_named(desk, name);
}

Task<Reply> tell_new_cartridge(Desk& desk, Request& request) {
  const std::string name = request.params["name"];
  auto body = co_await read_json(desk, request);
  if (!body) co_return error_reply(body.error());
  auto cartridge = text_of(*body, "cartridge");
  if (!cartridge) co_return error_reply(400, "malformed", "Give \"cartridge\": which one is new, as Black.");
  auto done =
      co_await desk.spooler.new_cartridge(name, std::move(*cartridge), Deadline::in(desk.clock, ask_time));
  if (!done) co_return error_reply(done.error());
  co_return show_named(desk, name);
}

Task<Reply> pause_printer(Desk& desk, Request& request) {
  auto printer = co_await desk.spooler.pause(request.params["name"], true);
  co_return show(desk, printer);
}

Task<Reply> resume_printer(Desk& desk, Request& request) {
  auto printer = co_await desk.spooler.pause(request.params["name"], false);
  co_return show(desk, printer);
}

Task<Reply> print_document(Desk& desk, Request& request) {
  const auto printer = desk.spooler.printer(request.params["name"]);
  if (!printer) co_return no_printer(request.params["name"]);
  if (request.length.value_or(0) > desk.settings.largest_document)
    co_return error_reply(413, "too-large", "The document is larger than this spooler takes.");
  JobRequest job;
  job.printer = printer->name;
  job.user = request.peer.user();
  for (const auto& [key, value] : request.query) {
    if (key == "name") {
      job.name = value;
    } else if (key == "type") {
      job.type = value;
    } else if (key == "hold") {
      job.hold = value == "1" || value == "true";
    } else {
      auto taken = ipp::take_option(printer->can, key, value, job.copies, job.options);
      if (!taken) co_return error_reply(taken.error());
    }
  }
  auto printed =
      co_await desk.spooler.submit(std::move(job), *request.body, Deadline::in(desk.clock, document_time));
  if (!printed) co_return error_reply(printed.error());
  co_return json_reply(201, to_json(*printed));
}

// With the number that Windows' interfaces give the refusal.
Reply refuse_bidi(const Error& error, bool set) {
  Reply reply = error_reply(error);
  json::object body = json::parse(reply.body).as_object();
  body["error"].as_object()["bidi"] = bidi::schema::bidi_result(error, set);
  reply.body = json::serialize(body) + "\n";
  return reply;
}

Reply show_values(const Result<std::vector<Spooler::BidiItem>>& items, bool set) {
  if (!items) return refuse_bidi(items.error(), set);
  json::array values;
  for (const Spooler::BidiItem& item : *items)
    values.push_back({{"path", item.path}, {"type", item.type}, {"value", item.value}});
  return json_reply(200, {{"values", std::move(values)}});
}

Task<Reply> ask_bidi(Desk& desk, Request& request) {
  const std::string action = request.query.contains("action") ? request.query["action"] : "get";
  if (action != "get" && action != "getall" && action != "enum")
    co_return error_reply(400, "malformed", "The action is get, getall or enum.");
  auto items = co_await desk.spooler.bidi(request.params["name"], action, request.query["path"], "",
                                          request.query["fresh"] == "1", Deadline::in(desk.clock, ask_time));
  co_return show_values(items, false);
}

Task<Reply> tell_bidi(Desk& desk, Request& request) {
  auto body = co_await read_json(desk, request);
  if (!body) co_return error_reply(body.error());
  auto path = text_of(*body, "path");
  auto value = text_of(*body, "value");
  if (!path || !value) co_return error_reply(400, "malformed", "Give \"path\" and \"value\".");
  auto items = co_await desk.spooler.bidi(request.params["name"], "set", std::move(*path), std::move(*value),
                                          true, Deadline::in(desk.clock, ask_time));
  co_return show_values(items, true);
}

constexpr DeskRoute printer_table[] = {
    {Verb::get, "/api/printers", Body::none, Who::anyone, list_printers},
    {Verb::post, "/api/printers", Body::json, Who::administrator, install_printer},
    {Verb::get, "/api/printers/{name}", Body::none, Who::anyone, show_printer},
    {Verb::delete_, "/api/printers/{name}", Body::none, Who::administrator, remove_printer},
    {Verb::post, "/api/printers/{name}/test-page", Body::none, Who::anyone, print_test_page},
    {Verb::post, "/api/printers/{name}/clean", Body::none, Who::anyone, maintain},
    {Verb::post, "/api/printers/{name}/align", Body::none, Who::anyone, maintain},
    {Verb::post, "/api/printers/{name}/new-cartridge", Body::json, Who::anyone, tell_new_cartridge},
    {Verb::post, "/api/printers/{name}/pause", Body::none, Who::anyone, pause_printer},
    {Verb::post, "/api/printers/{name}/resume", Body::none, Who::anyone, resume_printer},
    {Verb::post, "/api/printers/{name}/jobs", Body::document, Who::anyone, print_document},
    {Verb::get, "/api/printers/{name}/bidi", Body::none, Who::anyone, ask_bidi},
    {Verb::post, "/api/printers/{name}/bidi", Body::json, Who::administrator, tell_bidi},
};

}  // namespace

std::vector<Route> printer_routes(Desk& desk) {
  return bind(desk, printer_table);
}

}  // namespace platen::spooler::http
