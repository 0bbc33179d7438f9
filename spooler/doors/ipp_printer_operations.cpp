// The operations on printers themselves.
#include <algorithm>

#include "spooler/doors/ipp_operations.hpp"

namespace platen::spooler::ipp {
namespace {

Task<Verdict> get_printer_attributes(Desk& desk, Call& call) {
  bool at_work = false;
  if (call.printer.queued > 0) {
    const auto jobs = desk.spooler.jobs();
    at_work = std::ranges::any_of(jobs, [&](const Job& job) {
      return job.printer == call.printer.name && job.state == JobState::processing;
    });
  }
  const Requested requested(call.request, {"all"});
  Writer writer(call.reply, IPP_TAG_PRINTER, requested);
  write_printer(writer, call.printer, call.place, at_work);
  co_return Verdict();
}

Task<Verdict> pause_printer(Desk& desk, Call& call) {
  auto printer = co_await desk.spooler.pause(call.printer.name, true);
  co_return printer ? Verdict() : verdict_of(printer.error());
}

Task<Verdict> resume_printer(Desk& desk, Call& call) {
  auto printer = co_await desk.spooler.pause(call.printer.name, false);
  co_return printer ? Verdict() : verdict_of(printer.error());
}

constexpr Operation on_printer[] = {
    {IPP_OP_GET_PRINTER_ATTRIBUTES, Needs::printer, get_printer_attributes},
    {IPP_OP_PAUSE_PRINTER, Needs::printer, pause_printer},
    {IPP_OP_RESUME_PRINTER, Needs::printer, resume_printer},
};

}  // namespace

std::span<const Operation> printer_operations() {
  return on_printer;
}

}  // namespace platen::spooler::ipp
