// A real snmpd on loopback that tells what it is given: net-snmp's own agent judges our client.
#pragma once

#include <csignal>
#include <filesystem>
#include <fstream>
#include <span>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <unistd.h>

#include "base/posix_launcher.hpp"
#include "port/snmp/snmp_client.hpp"

namespace platen::port {

inline std::uint16_t free_udp_port(boost::asio::io_context& reactor) {
  using boost::asio::ip::udp;
  udp::socket socket(reactor, udp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
  return socket.local_endpoint().port();
}

class Snmpd {
 public:
  Snmpd(boost::asio::io_context& reactor, Clock& clock, std::span<const SnmpValue> objects)
      : port(free_udp_port(reactor)), launcher_(reactor.get_executor(), clock) {
    std::string pattern = (std::filesystem::temp_directory_path() / "platen-snmpd-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    std::ofstream conf(folder_ / "snmpd.conf");
    conf << "agentaddress udp:127.0.0.1:" << port << "\nrocommunity public 127.0.0.1\n";
    for (const SnmpValue& object : objects) conf << line(object);
    conf.close();
    Command command;
    command.program = "/usr/sbin/snmpd";
    command.args = {"-f",
                    "-LF",
                    "0",
                    (folder_ / "log").string(),
                    "-C",
                    "-c",
                    (folder_ / "snmpd.conf").string(),
                    "-p",
                    (folder_ / "pid").string()};
    command.environment = {{"SNMP_PERSISTENT_DIR", folder_.string()}, {"MIBS", ""}};
    auto started = launcher_.launch(std::move(command));
    if (started) process_ = std::move(*started);
  }
  ~Snmpd() {
    if (process_) process_->signal(SIGKILL);
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Snmpd(const Snmpd&) = delete;
  Snmpd& operator=(const Snmpd&) = delete;
  [[nodiscard]] bool started() const { return process_ != nullptr; }
  void pause() { process_->signal(SIGSTOP); }
  void resume() { process_->signal(SIGCONT); }

  const std::uint16_t port;

 private:
  static std::string line(const SnmpValue& object) {
    std::string text = "override ";
    for (std::size_t i = 0; i < object.oid.size(); ++i)
      text += (i > 0 ? "." : "") + std::to_string(object.oid[i]);
    if (const auto* number = std::get_if<std::int64_t>(&object.value))
      return text + " integer " + std::to_string(*number) + "\n";
    const auto& octets = std::get<std::string>(object.value);
    if (octets.empty()) return {};
    constexpr std::string_view digits = "0123456789abcdef";
    text += " octet_str 0x";
    for (char c : octets) {
      const auto byte = static_cast<unsigned char>(c);
      text += digits[byte >> 4];
      text += digits[byte & 15];
    }
    return text + "\n";
  }

  PosixLauncher launcher_;
  std::filesystem::path folder_;
  std::unique_ptr<Process> process_;
};

}  // namespace platen::port
