// Finds the place in a printer's talk where the answers to our questions begin. A printer may still be saying
// what it was asked before: by another program, before the cable was pulled, before garbage on the wire. The
// answer to an ECHO with words that were never said before is such a place.
//
//   PjlSync sync(random);                               // any number; two programs on one printer should
//   differ port.write(pjl::envelope(sync.begin() + pjl::info("STATUS"))); for (Message& message :
//   reader.feed(bytes))
//     if (sync.passes(message)) tracker.told(message);
//   sync.give_up();                                     // some printers know no ECHO: after a while
//   everything passes
//
// Pure: no I/O, no clock. One thread at a time.
#pragma once

#include <cstdint>
#include <string>

#include "bidi/pjl_reader.hpp"

namespace platen::bidi {

class PjlSync {
 public:
  explicit PjlSync(std::uint32_t who) : who_(who) {}

  // The line to send; from now on messages are old until its answer comes.
  [[nodiscard]] std::string begin();
  // False for what was said before, and for the answer itself.
  [[nodiscard]] bool passes(const Message& message);
  void give_up() { awaited_.clear(); }
  [[nodiscard]] bool waiting() const { return !awaited_.empty(); }
  // Messages that were kept back so far.
  [[nodiscard]] std::uint64_t skipped() const { return skipped_; }

 private:
  std::uint32_t who_;
  std::uint32_t count_ = 0;
  std::string awaited_;
  std::uint64_t skipped_ = 0;
};

}  // namespace platen::bidi
