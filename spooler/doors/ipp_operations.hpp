// IPP's operations: tables of handlers, one per subject. What every request must obey has been checked
// before, and its printer and job were found.
#pragma once

#include "spooler/doors/api.hpp"
#include "spooler/ipp/attributes.hpp"
#include "spooler/ipp/request_checks.hpp"

namespace platen::spooler::ipp {

struct Call {
  ipp_t* request;
  ipp_t* reply;
  Place place;
  Printer printer;
  std::optional<Job> job;
  std::string user;
  ByteSource* document;  // what follows the attributes
};

using http::Desk;
enum class Needs { printer, job };
// Anyone may ask for them: none does more than whoever stands at the printer can do.
struct Operation {
  ipp_op_t id;
  Needs needs;
  Task<Verdict> (*handler)(Desk& desk, Call& call);
};

[[nodiscard]] std::span<const Operation> print_operations();    // ipp_print_operations.cpp
[[nodiscard]] std::span<const Operation> job_operations();      // ipp_job_operations.cpp
[[nodiscard]] std::span<const Operation> printer_operations();  // ipp_printer_operations.cpp

// What a client is told of a job that it made or changed.
void write_job_summary(Call& call, const Job& job);

}  // namespace platen::spooler::ipp
