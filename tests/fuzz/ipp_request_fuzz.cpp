// An IPP request as a stranger sends it: measured, decoded, checked, and read as a job's ticket.
#include <cstddef>
#include <cstdint>

#include "spooler/ipp/request_checks.hpp"
#include "spooler/ipp/ticket.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace platen::spooler;
  const std::span<const std::byte> all(reinterpret_cast<const std::byte*>(data), size);
  ipp::Measure measure;
  const auto end = measure.look(all);
  if (!end || !*end) return 0;
  const auto request = ipp::decode(all.first(**end));
  if (!request || ipp::check_request(request->get())) return 0;
  static_cast<void>(ipp::find_target(request->get()));
  Printer printer;
  printer.can.media = {{"iso_a4_210x297mm", 21000, 29700, 0, 0, 0, 0}};
  printer.can.types = {"text/plain"};
  if (const auto ticket = ipp::read_ticket(request->get(), printer)) {
    const ipp::Message reply(ippNew());
    ipp::write_ignored(*ticket, reply.get());
    static_cast<void>(ipp::encode(reply.get()));
  }
  return 0;
}
