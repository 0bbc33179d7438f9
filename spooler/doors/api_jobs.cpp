#include <charconv>

#include "spooler/doors/api.hpp"
#include "spooler/doors/json.hpp"
#include "spooler/http/static_files.hpp"
#include "spooler/ipp/job_options.hpp"

namespace platen::spooler::http {
namespace {

namespace json = boost::json;

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Reply no_job(const std::string& id) {
  return error_reply(404, "not-found", "There is no job " + id + ". `platen jobs` lists them.");
}

Reply show(const Result<Job>& job) {
  return job ? json_reply(200, to_json(*job)) : error_reply(job.error());
}

Task<Reply> list_jobs(Desk& desk, Request& request) {
  const auto printer = request.query.find("printer");
  if (printer != request.query.end() && !desk.spooler.printer(printer->second))
    co_return no_printer(printer->second);
  json::array list;
  for (const Job& job : desk.spooler.jobs())
    if (printer == request.query.end() || job.printer == printer->second) list.push_back(to_json(job));
  co_return json_reply(200, {{"jobs", std::move(list)}});
}

Task<Reply> show_job(Desk& desk, Request& request) {
  const auto id = number(request.params["id"]);
  const auto job = id ? desk.spooler.job(*id) : std::nullopt;
  if (!job) co_return no_job(request.params["id"]);
  co_return json_reply(200, to_json(*job));
}

template <Task<Result<Job>> (Spooler::*Action)(std::uint32_t)>
Task<Reply> act(Desk& desk, Request& request) {
  const auto id = number(request.params["id"]);
  if (!id) co_return no_job(request.params["id"]);
  auto job = co_await (desk.spooler.*Action)(*id);
  co_return show(job);
}

Task<Reply> alter_job(Desk& desk, Request& request) {
  const auto id = number(request.params["id"]);
  const auto job = id ? desk.spooler.job(*id) : std::nullopt;
  if (!job) co_return no_job(request.params["id"]);
  auto body = co_await read_json(desk, request);
  if (!body) co_return error_reply(body.error());
  const auto printer = desk.spooler.printer(job->printer);
  const Capabilities can = printer ? printer->can : Capabilities();
  Options changes;
  for (const auto& member : *body) {
    const std::string key(member.key());
    const auto value = text_of(*body, key);
    if (!value) co_return error_reply(400, "malformed", "The value of " + key + " must be text or a number.");
    if (key != "name") {
      std::uint32_t copies = 0;
      Options checked;
      auto taken = ipp::take_option(can, key, *value, copies, checked);
      if (!taken) co_return error_reply(taken.error());
    }
    changes[key] = *value;
  }
  auto altered = co_await desk.spooler.alter(*id, std::move(changes));
  co_return show(altered);
}

Task<Reply> show_page(Desk& desk, Request& request) {
  constexpr std::string_view extension = ".png";
  std::string_view name = request.params["page"];
  const auto id = number(request.params["id"]);
  if (!id || !name.ends_with(extension)) co_return no_job(request.params["id"]);
  name.remove_suffix(extension.size());
  const auto page = number(name);
  const auto file = page ? desk.spooler.preview(*id, *page) : std::nullopt;
  if (!file) co_return error_reply(404, "not-found", "There is no picture of this page yet.");
  co_return file_reply(request, *file);
}

constexpr DeskRoute job_table[] = {
    {Verb::get, "/api/jobs", Body::none, Who::anyone, list_jobs},
    {Verb::get, "/api/jobs/{id}", Body::none, Who::anyone, show_job},
    {Verb::patch, "/api/jobs/{id}", Body::json, Who::anyone, alter_job},
    {Verb::post, "/api/jobs/{id}/hold", Body::none, Who::anyone, act<&Spooler::hold>},
    {Verb::post, "/api/jobs/{id}/release", Body::none, Who::anyone, act<&Spooler::release>},
    {Verb::post, "/api/jobs/{id}/cancel", Body::none, Who::anyone, act<&Spooler::cancel>},
    {Verb::post, "/api/jobs/{id}/restart", Body::none, Who::anyone, act<&Spooler::restart>},
    {Verb::get, "/api/jobs/{id}/pages/{page}", Body::none, Who::anyone, show_page},
};

}  // namespace

std::vector<Route> job_routes(Desk& desk) {
  return bind(desk, job_table);
}

}  // namespace platen::spooler::http
