// EPP: reads and writes like a bus. A cycle that the printer cannot serve is left without event 58; the host
// gives up by itself.

#include "virtual/parallel/peripheral.hpp"

namespace platen::vprinter::ieee1284 {

bool Peripheral::step_epp() {
  const bool writes = !host_.strobe;
  switch (phase_) {
    case Phase::epp_idle:
      if (!host_.init) {  // event 68
        ++tally_.terminations;
        lines_.busy = true;
        lines_.data.reset();
        become(Phase::epp_ended);
        return true;
      }
      lines_.fault = !has_data();
      epp_reads_ = false;
      if (!host_.select_in) {  // an address
        if (writes)
          epp_address_ = host_.data;
        else
          lines_.data = epp_address_;
      } else if (!host_.auto_feed) {  // data
        if (writes) {
          if (!drained()) return false;
          input_.push_back(host_.data);
        } else {
          if (!has_data()) return false;
          if (host_.drives_data) violation("the host drives the data lines in an EPP read");
          lines_.data = peek(0);
          epp_reads_ = true;
        }
      } else {
        return false;
      }
      lines_.busy = true;  // event 58
      become(Phase::epp_cycle);
      return true;
    case Phase::epp_cycle:
      if (!host_.auto_feed || !host_.select_in) return false;  // event 63
      if (epp_reads_) consume(1);
      lines_.data.reset();
      (void)drained();
      lines_.busy = false;  // event 60
      become(Phase::epp_idle);
      return true;
    default:                                             // epp_ended
      if (!host_.init || host_.select_in) return false;  // event 69
      enter_compatibility();
      return true;
  }
}

}  // namespace platen::vprinter::ieee1284
