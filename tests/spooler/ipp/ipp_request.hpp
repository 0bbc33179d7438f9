// IPP requests and printers for the tests.
#pragma once

#include "spooler/ipp/message.hpp"
#include "spooler/model/model.hpp"

namespace platen::spooler::test {

inline ipp::Message new_request(ipp_op_t operation,
                                const std::string& printer_uri = "ipp://127.0.0.1/ipp/print/t640") {
  ipp::Message request(ippNewRequest(operation));
  if (!printer_uri.empty())
    ippAddString(request.get(), IPP_TAG_OPERATION, IPP_TAG_URI, "printer-uri", nullptr, printer_uri.c_str());
  return request;
}

inline void add(const ipp::Message& request, ipp_tag_t group, ipp_tag_t tag, const char* name,
                const char* value) {
  ippAddString(request.get(), group, tag, name, nullptr, value);
}

inline std::span<const std::byte> bytes(const std::string& text) {
  return std::as_bytes(std::span<const char>(text));
}

inline std::vector<std::string> strings(ipp_t* message, const char* name) {
  std::vector<std::string> out;
  ipp_attribute_t* attribute = ippFindAttribute(message, name, IPP_TAG_ZERO);
  for (int i = 0; attribute && i < ippGetCount(attribute); ++i) {
    const char* value = ippGetString(attribute, i, nullptr);
    out.emplace_back(value ? value : "");
  }
  return out;
}

inline Capabilities mono_laser() {
  Capabilities can;
  can.personality = "PCL";
  can.duplex = true;
  can.ppm = 35;
  can.resolutions = {600};
  can.media = {{"iso_a4_210x297mm", 21000, 29700, 423, 423, 423, 423},
               {"na_letter_8.5x11in", 21590, 27940, 423, 423, 423, 423}};
  can.media_default = "iso_a4_210x297mm";
  can.sources = {"tray-1"};
  can.types = {
      "application/octet-stream", "text/plain", "image/pwg-raster", "image/urf", "image/png", "image/jpeg"};
  return can;
}

inline Printer t640() {
  Printer printer;
  printer.name = "t640";
  printer.uri = "socket://127.0.0.1:9100";
  printer.model = "Lexmark T640";
  printer.can = mono_laser();
  printer.sentence = "Ready.";
  printer.status.state = bidi::State::idle;
  return printer;
}

}  // namespace platen::spooler::test
