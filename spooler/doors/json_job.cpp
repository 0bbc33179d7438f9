#include <ctime>

#include "spooler/doors/json.hpp"

namespace platen::spooler::http {

namespace json = boost::json;

std::string iso_time(WallTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[32];
  const std::size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text, length};
}

std::string_view state_word(JobState state) {
  switch (state) {
    case JobState::pending:
      return "pending";
    case JobState::held:
      return "held";
    case JobState::processing:
    case JobState::stopped:
      return "processing";
    case JobState::canceled:
      return "canceled";
    case JobState::aborted:
      return "aborted";
    case JobState::completed:
      return "completed";
  }
  return "pending";
}

json::object to_json(const Job& job) {
  json::object out;
  out["id"] = job.id;
  out["printer"] = job.printer;
  out["name"] = job.name;
  out["user"] = job.user;
  out["type"] = job.type;
  out["size"] = job.size;
  out["state"] = json::string_view(state_word(job.state).data(), state_word(job.state).size());
  out["sentence"] = job.sentence;
  out["pagesDone"] = job.pages_done;
  out["pages"] = job.pages ? json::value(*job.pages) : json::value(nullptr);
  out["copies"] = job.copies;
  json::array previews;
  for (std::uint32_t page = 1; page <= job.previews; ++page)
    previews.push_back(
        json::string("/api/jobs/" + std::to_string(job.id) + "/pages/" + std::to_string(page) + ".png"));
  out["previews"] = std::move(previews);
  out["created"] = iso_time(job.created);
  out["finished"] = job.finished ? json::value(iso_time(*job.finished)) : json::value(nullptr);
  return out;
}

}  // namespace platen::spooler::http
