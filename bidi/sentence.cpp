#include "bidi/sentence.hpp"

#include "bidi/mapping.hpp"

namespace platen::bidi {
namespace {

struct StateWords {
  std::string_view word;
  std::string_view sentence;
};

StateWords words_of_state(State state) {
  switch (state) {
    case State::unknown:
      return {"unknown", "The printer has not been heard yet."};
    case State::offline:
      return {"offline", "The printer is off line."};
    case State::idle:
      return {"idle", "Ready."};
    case State::processing:
      return {"processing", "Printing."};
    case State::stopped:
      return {"stopped", "The printer waits for somebody."};
  }
  return {"unknown", "The printer has not been heard yet."};
}

}  // namespace

std::string sentence(const PrinterStatus& status) {
  const Reason* rest = rest_of(status);
  std::string state(rest ? rest->sentence : std::string(words_of_state(status.state).sentence));
  if (status.reasons.empty()) {
    // Stopped for no reason that we know: then at least the printer's own words.
    if (status.state == State::stopped && !status.message.empty())
      return "The printer says: \"" + status.message + "\".";
    return state;
  }
  const Reason& worst = status.reasons.front();
  const bool goes_on = status.state == State::idle || status.state == State::processing;
  if (!goes_on || worst.severity == Severity::error) return worst.sentence;
  return worst.severity == Severity::report ? state : state + " " + worst.sentence;
}

std::string state_word(State state) {
  return std::string(words_of_state(state).word);
}

std::string severity_word(Severity severity) {
  return std::string(mapping_of(severity).ipp);
}

}  // namespace platen::bidi
