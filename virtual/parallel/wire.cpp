#include "virtual/parallel/wire.hpp"

#include <utility>

namespace platen::vprinter {
namespace {

constexpr int kLoadPaper = 41;  // the first two digits of the status codes that ask for paper
constexpr int kCodesPerKind = 1000;
constexpr int kFirstErrorKind = 40;  // operator intervention, load paper, jam

}  // namespace

ParallelWire::ParallelWire(Printer& printer, Clock& clock, ieee1284::Abilities abilities,
                           std::string device_id)
    : printer_(printer),
      peripheral_(clock, std::move(abilities), std::move(device_id),
                  {.take = [this](std::uint8_t byte) { return take(byte); },
                   .reset = [this] { plug_in(); },
                   .ack_changed =
                       [this](bool level) {
                         if (ack_changed) ack_changed(level);
                       }}) {
  plug_in();
  watch_ = printer_.device().watch([this](const Status& status) { show(status); });
  show(printer_.device().status());
}

ParallelWire::~ParallelWire() {
  printer_.device().unwatch(watch_);
}

void ParallelWire::plug_in() {
  channel_.reset();
  channel_ = std::make_unique<Channel>(
      printer_, Channel::Wires{.say = [this](std::string_view message) { peripheral_.say(message); },
                               .may_go_on = [] {}});  // the peripheral asks again when the host looks
}

bool ParallelWire::take(std::uint8_t byte) {
  if (channel_->take({&byte, 1}) != 1) return false;
  if (on_taken) on_taken(byte);
  return true;
}

void ParallelWire::show(const Status& status) {
  const int kind = status.code / kCodesPerKind;
  peripheral_.set_conditions(
      {.paper_empty = kind == kLoadPaper, .selected = status.online, .error = kind >= kFirstErrorKind});
}

}  // namespace platen::vprinter
