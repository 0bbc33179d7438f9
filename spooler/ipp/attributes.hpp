// The attributes of printers and jobs, each aspect in its own file: values are read from the model, the rest
// are tables.
#pragma once

#include "bidi/ipp_status.hpp"
#include "spooler/ipp/writer.hpp"
#include "spooler/model/model.hpp"

namespace platen::spooler::ipp {

// What the attributes say about where the printer is found, and now.
struct Place {
  std::string authority;  // host:port of the TCP door
  std::string site;       // what makes this spooler's printers unlike all others: host and state folder
  WallTime now{};
  std::vector<int> operations;  // IPP operation ids that are answered

  [[nodiscard]] std::string printer_uri(const std::string& printer) const;
  [[nodiscard]] std::string job_uri(const Job& job) const;
  [[nodiscard]] std::string page_uri() const;  // the web page
  // The same as long as the printer has its name.
  [[nodiscard]] std::string uuid(const std::string& printer, std::uint32_t job = 0) const;
};

// Whether one of its jobs is being printed or made ready.
void write_printer(Writer& writer, const Printer& printer, const Place& place, bool at_work);
void write_printer_identity(Writer& writer, const Printer& printer, const Place& place);  // printer_ipp.cpp
void write_printer_abilities(Writer& writer, const Printer& printer);                     // printer_ipp.cpp
void write_printer_media(Writer& writer, const Printer& printer);                         // media_ipp.cpp
void write_printer_status(Writer& writer, const Printer& printer, const Place& place,
                          bool at_work);  // status_ipp.cpp

void write_job(Writer& writer, const Job& job, const Place& place);  // job_ipp.cpp

// IPP's seconds: since 1970, as CUPS counts them, so that they never jump back at a restart.
[[nodiscard]] int seconds(WallTime time);

}  // namespace platen::spooler::ipp
