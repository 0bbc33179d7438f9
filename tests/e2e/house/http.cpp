#include "http.hpp"

#include <stdlib.h>
#include <unistd.h>

#include "child.hpp"

namespace platen::e2e {

Answer http(const std::string& method, const std::string& url, const std::string& body,
            const std::vector<std::string>& headers) {
  std::vector<std::string> command{"curl", "--silent", "--max-time", "60", "--noproxy",
                                   "*",    "-X",       method,       "-w", "\n%{http_code}"};
  for (const auto& header : headers) command.insert(command.end(), {"-H", header});
  char path[] = "/tmp/platen-http-XXXXXX";
  if (!body.empty()) {
    ::close(::mkstemp(path));
    write_file(path, body);
    command.insert(command.end(), {"--data-binary", "@" + std::string(path)});
  }
  command.push_back(url);
  auto done = run(command, Seconds(70));
  if (!body.empty()) ::unlink(path);
  Answer answer;
  const auto cut = done.out.rfind('\n');
  if (done.code != 0 || cut == std::string::npos) return answer;
  answer.status = std::stoi(done.out.substr(cut + 1));
  answer.body = done.out.substr(0, cut);
  return answer;
}

}  // namespace platen::e2e
