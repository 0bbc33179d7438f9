// One HTTP request, as any program would make it.
#pragma once

#include <string>
#include <vector>

namespace platen::e2e {

struct Answer {
  int status = 0;  // 0: no answer
  std::string body;
};

Answer http(const std::string& method, const std::string& url, const std::string& body = {},
            const std::vector<std::string>& headers = {});

}  // namespace platen::e2e
