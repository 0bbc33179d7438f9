// How a request wants its job printed: IPP's operation and job-template attributes, checked against the
// printer. Pure.
#pragma once

#include <set>

#include "spooler/ipp/message.hpp"
#include "spooler/ipp/request_checks.hpp"
#include "spooler/model/model.hpp"

namespace platen::spooler::ipp {

struct Ticket {
  JobRequest job;
  bool fidelity = false;                  // rather not at all than otherwise
  std::vector<ipp_attribute_t*> ignored;  // of the request: unknown here, or with a value that cannot be done
  std::set<std::string> unknown;          // those among them whose very name is unknown
};

// `user` is what the request says when nobody better knows.
[[nodiscard]] boost::system::result<Ticket, Verdict> read_ticket(ipp_t* request, const Printer& printer);

// Puts what was ignored into the reply's unsupported group.
void write_ignored(const Ticket& ticket, ipp_t* reply);

// The type of the document in this request; empty: to be found out. A refusal when the printer cannot take
// it.
[[nodiscard]] boost::system::result<std::string, Verdict> read_document_format(ipp_t* request,
                                                                               const Printer& printer);

[[nodiscard]] std::string requesting_user(ipp_t* request);

// Template attributes with one sensible value each, which needs no work to obey.
struct FixedOption {
  const char* name;
  ipp_tag_t tag;
  std::string_view keyword;  // or
  int number;
};
[[nodiscard]] std::span<const FixedOption> fixed_options();

}  // namespace platen::spooler::ipp
