// Nibble and byte mode: the printer talks, four bits or eight at a time.
//
// Where one byte ends and the next may begin, nDataAvail (nFault) and AckDataReq (PError) say whether there
// is a next one. They are set before event 11 of a byte, and then hold until the host lowers HostBusy: with
// data that begins the next byte (event 7), without data it begins the reverse idle phase. If they could
// change in between, host and peripheral could each mean another of the two.

#include <algorithm>

#include "virtual/parallel/extensibility.hpp"
#include "virtual/parallel/peripheral.hpp"

namespace platen::vprinter::ieee1284 {

bool Peripheral::step_reverse() {
  switch (phase_) {
    case Phase::host_busy:
      if (host_.auto_feed) return false;
      if (!offered_ && !(faults_.no_reverse_idle && mode_ == request::nibble)) {
        become(Phase::reverse_idle);
      } else {  // event 7
        if (still_late(faults_.event_9_late)) return false;
        (mode_ & request::byte) != 0 ? offer_byte() : offer_nibble();
      }
      return true;
    case Phase::nibble:
      if (!host_.auto_feed) return false;  // event 10
      if (high_nibble_) {
        consume(1);
        show_availability();
      }
      high_nibble_ = !high_nibble_;
      set_ack(true);  // event 11
      become(Phase::host_busy);
      return true;
    case Phase::byte:
      if (!host_.auto_feed) return false;  // event 10
      consume(1);
      lines_.data.reset();
      show_availability();
      set_ack(true);  // event 11
      become(Phase::byte_strobe);
      return true;
    case Phase::byte_strobe:
      if (!host_.strobe) {  // event 16
        become(Phase::byte_strobed);
        return true;
      }
      if (host_.auto_feed) return false;
      violation("the next byte was asked for before the pulse of events 16 and 17");
      become(Phase::host_busy);
      return true;
    case Phase::byte_strobed:
      if (!host_.strobe) return false;  // event 17
      become(Phase::host_busy);
      return true;
    case Phase::reverse_idle:
      if (host_.auto_feed) {
        // The host is back before there was anything to say.
        show_availability();
        become(Phase::host_busy);
        return true;
      }
      begin_transfer();
      if (!has_data()) return false;
      offered_ = true;
      lines_.fault = false;  // event 18
      lines_.paper_error = false;
      set_ack(false);  // event 19
      become(Phase::reverse_call);
      return true;
    default:                               // reverse_call
      if (!host_.auto_feed) return false;  // event 20
      set_ack(true);                       // event 21
      become(Phase::host_busy);
      return true;
  }
}

void Peripheral::show_availability() {
  offered_ = has_data();
  lines_.fault = !offered_;
  lines_.paper_error = !offered_;
  lines_.select = (mode_ != request::nibble) != faults_.wrong_xflag;
  lines_.busy = !input_.empty();  // the forward channel
}

void Peripheral::offer_nibble() {
  const std::uint8_t byte = peek(0);
  const int nibble = high_nibble_ ? byte >> 4 : byte & 0x0f;
  lines_.fault = (nibble & 1) != 0;  // event 8
  lines_.select = (nibble & 2) != 0;
  lines_.paper_error = (nibble & 4) != 0;
  lines_.busy = (nibble & 8) != 0;
  set_ack(false);  // event 9
  become(Phase::nibble);
}

void Peripheral::offer_byte() {
  if (host_.drives_data) violation("the host drives the data lines at event 7 of byte mode");
  lines_.data = peek(0);  // event 15
  set_ack(false);         // event 9
  become(Phase::byte);
}

bool Peripheral::has_data() const {
  if (faults_.premature_end && transferred_ >= *faults_.premature_end) return false;
  return waiting() > 0;
}

std::size_t Peripheral::waiting() const {
  return sends_id_ ? id_.size() - id_sent_ : replies_.size();
}

std::uint8_t Peripheral::peek(std::size_t at) const {
  if (at >= waiting()) return 0;
  return static_cast<std::uint8_t>(sends_id_ ? id_[id_sent_ + at] : replies_[at]);
}

void Peripheral::consume(std::size_t count) {
  count = std::min(count, waiting());
  transferred_ += count;
  tally_.bytes_out += count;
  if (sends_id_)
    id_sent_ += count;
  else
    replies_.erase(replies_.begin(), replies_.begin() + static_cast<std::ptrdiff_t>(count));
}

}  // namespace platen::vprinter::ieee1284
