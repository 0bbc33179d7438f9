#include "two_nets.hpp"

#include <cstdlib>
#include <stdexcept>

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

namespace platen::rig {
namespace {

// For other processes, for as long as this one holds it.
std::string path(const Fd& net) {
  return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(net.get());
}

[[noreturn]] void give_up(const std::string& what) {
  throw std::runtime_error(what + " is not possible. This test wants root, network namespaces and iproute2.");
}

void run(const std::string& command) {
  if (std::system(command.c_str()) != 0) give_up("\"" + command + "\"");
}

}  // namespace

Fd TwoNets::here() {
  Fd net(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  if (!net) give_up("Looking at a network namespace");
  return net;
}

void TwoNets::go(const Fd& net) {
  if (::setns(net.get(), CLONE_NEWNET) != 0) give_up("Entering a network namespace");
}

TwoNets::TwoNets() : before_(here()) {
  if (::unshare(CLONE_NEWNET) != 0) give_up("Making a network namespace");
  theirs_ = here();
  if (::unshare(CLONE_NEWNET) != 0) give_up("Making a network namespace");
  ours_ = here();
  run("ip link set lo up");
  in_printer("ip link set lo up");
  run("ip link add host type veth peer name printer netns " + path(theirs_));
  run(std::string("ip addr add ") + our_address + "/24 dev host && ip link set host up");
  restore();
}

TwoNets::~TwoNets() {
  (void)::setns(before_.get(), CLONE_NEWNET);
}

std::vector<std::string> TwoNets::printer_program() const {
  return {"/usr/bin/nsenter", "--net=" + path(theirs_)};
}

void TwoNets::in_printer(const std::string& command) const {
  const auto words = printer_program();
  run(words[0] + " " + words[1] + " sh -c '" + command + "'");
}

void TwoNets::pull_cable() {
  in_printer("ip link set printer down");
}

void TwoNets::cut_power() {
  in_printer("ip addr flush dev printer");
}

void TwoNets::restore() {
  in_printer(std::string("ip addr replace ") + printer_address + "/24 dev printer && ip link set printer up");
}

}  // namespace platen::rig
