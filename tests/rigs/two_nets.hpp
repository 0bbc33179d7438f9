// Two networks and a cable between them: the calling thread is at `our_address`, and a printer may be at
// `printer_address`. The cable can be pulled, and the power be cut behind a switch: what is sent then
// vanishes, and nobody answers with a reset.
//
//   TwoNets nets;
//   auto listener = nets.at_printer([&] { return make_listener(); });   // a socket belongs to where it was
//   made nets.cut_power(); … nets.restore();
//
// Network namespaces and a veth pair of Linux's: wants root and iproute2, and throws without. Programs that
// the thread starts are in our network; `printer_program` are the words that start one in the printer's.
#pragma once

#include <string>
#include <vector>

#include "base/fd.hpp"

namespace platen::rig {

class TwoNets {
 public:
  static constexpr const char* our_address = "10.93.0.1";
  static constexpr const char* printer_address = "10.93.0.2";

  TwoNets();
  // Back to the network from which it came.
  ~TwoNets();
  TwoNets(const TwoNets&) = delete;
  TwoNets& operator=(const TwoNets&) = delete;

  template <class Make>
  auto at_printer(Make make) {
    const Visit there(*this);
    return make();
  }
  // nsenter and its options; the program and its own follow.
  [[nodiscard]] std::vector<std::string> printer_program() const;

  void pull_cable();  // both ends know: no link
  void cut_power();   // our end still has a link, as to a switch
  void restore();

 private:
  class Visit {
   public:
    explicit Visit(TwoNets& nets) : nets_(nets) { go(nets.theirs_); }
    ~Visit() { go(nets_.ours_); }

   private:
    TwoNets& nets_;
  };
  static void go(const Fd& net);
  static Fd here();
  void in_printer(const std::string& command) const;

  Fd before_, ours_, theirs_;
};

}  // namespace platen::rig
