// The descriptors that travel beside a message's octets. Nearly always none: then it is an empty pointer,
// since messages are handed on several times in each call.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/fd.hpp"

namespace platen::rpc {

class Descriptors {
 public:
  [[nodiscard]] bool empty() const { return list_ == nullptr; }
  [[nodiscard]] std::size_t size() const { return empty() ? 0 : list_->size(); }
  [[nodiscard]] Fd* begin() const { return empty() ? nullptr : list_->data(); }
  [[nodiscard]] Fd* end() const { return begin() + size(); }
  [[nodiscard]] Fd& operator[](std::size_t at) const { return (*list_)[at]; }
  void push_back(Fd fd) {
    if (empty()) list_ = std::make_unique<std::vector<Fd>>();
    list_->push_back(std::move(fd));
  }
  void clear() { list_.reset(); }

 private:
  std::unique_ptr<std::vector<Fd>> list_;  // of one at least
};

}  // namespace platen::rpc
