#include "private_cups.hpp"

#include <filesystem>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace platen::e2e {
namespace {

namespace fs = std::filesystem;

int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(fd, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(fd);
  return ntohs(address.sin_port);
}

}  // namespace

PrivateCups::PrivateCups(const std::string& folder) : folder_(folder) {
  for (const char* name : {"etc/ppd", "spool/tmp", "cache", "run/certs"})
    fs::create_directories(fs::path(folder_) / name);
  // cupsd gives up root for its filters, which must still reach their files.
  if (const auto* lp = ::getpwnam("lp"); lp && ::getuid() == 0) {
    fs::permissions(folder_, fs::perms(0755));
    fs::permissions(fs::path(folder_).parent_path(), fs::perms(0711));
    for (const auto& entry : fs::recursive_directory_iterator(folder_))
      if (::chown(entry.path().c_str(), 0, lp->pw_gid) != 0)
        throw std::runtime_error("cannot chown " + folder_);
    for (const char* name : {"spool", "spool/tmp", "cache"})
      fs::permissions(fs::path(folder_) / name, fs::perms(0770));
  }
  server_ = "127.0.0.1:" + std::to_string(free_port());
  write_file(folder_ + "/etc/cups-files.conf",
             "ServerRoot " + folder_ + "/etc\nRequestRoot " + folder_ + "/spool\nTempDir " + folder_ +
                 "/spool/tmp\nCacheDir " + folder_ + "/cache\nStateDir " + folder_ + "/run\nErrorLog " +
                 folder_ + "/error_log\nAccessLog " + folder_ + "/access_log\nPageLog " + folder_ +
                 "/page_log\nFileDevice Yes\nSystemGroup root\n");
  write_file(folder_ + "/etc/cupsd.conf",
             "LogLevel debug\nListen " + server_ +
                 "\nBrowsing Off\nDefaultAuthType None\nWebInterface No\nMaxLogSize 0\n"
                 "<Location />\nOrder allow,deny\nAllow all\n</Location>\n"
                 "<Location /admin>\nOrder allow,deny\nAllow all\n</Location>\n"
                 "<Policy default>\n<Limit All>\nOrder allow,deny\nAllow all\n</Limit>\n</Policy>\n");
  daemon_ = std::make_unique<Child>(
      std::vector<std::string>{"/usr/sbin/cupsd", "-f", "-c", folder_ + "/etc/cupsd.conf", "-s",
                               folder_ + "/etc/cups-files.conf"},
      folder_ + "/cupsd");
  if (!eventually([&] { return cups({"lpstat", "-r"}).out.find("is running") != std::string::npos; }))
    throw std::runtime_error("cupsd did not start: " + daemon_->err() + error_log());
}

Finished PrivateCups::cups(std::vector<std::string> command, Seconds limit) const {
  return run(std::move(command), limit,
             {{"CUPS_SERVER", server_}, {"HOME", folder_}, {"PATH", "/usr/sbin:/usr/bin:/sbin:/bin"}});
}

void PrivateCups::add_everywhere(const std::string& queue, const std::string& uri) {
  auto added = cups(
      {"lpadmin", "-p", queue, "-E", "-v", uri, "-m", "everywhere", "-o", "printer-error-policy=retry-job"});
  const auto ppd = fs::path(folder_) / "etc/ppd" / (queue + ".ppd");
  if (added.code != 0 || !eventually([&] { return fs::exists(ppd); }))
    throw std::runtime_error("no queue " + queue + ": " + added.err + error_log());
}

std::string PrivateCups::error_log() const {
  return read_file(folder_ + "/error_log");
}

}  // namespace platen::e2e
