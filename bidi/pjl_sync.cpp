#include "bidi/pjl_sync.hpp"

#include "bidi/pjl_writer.hpp"

namespace platen::bidi {

std::string PjlSync::begin() {
  awaited_ = "PLATEN-SYNC-" + std::to_string(who_) + "-" + std::to_string(++count_);
  return pjl::echo(awaited_);
}

bool PjlSync::passes(const Message& message) {
  if (awaited_.empty()) return true;
  const auto* echo = std::get_if<Echo>(&message);
  // Some printers say words in their own letter case.
  if (echo && same_word(echo->words, awaited_))
    awaited_.clear();
  else
    ++skipped_;
  return false;
}

}  // namespace platen::bidi
