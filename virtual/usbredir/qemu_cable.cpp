#include "virtual/usbredir/qemu_cable.hpp"

#include <cerrno>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>

#include "virtual/usbredir/usbredir_session.hpp"

namespace platen::vprinter::usb {
namespace {

Result<Fd> connect(const std::filesystem::path& path) {
  auto failed = [&path](int number) {
    return fail_errno(number, "plug the printer into", path.string(), "Does QEMU listen there?");
  };
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.native().size() >= sizeof address.sun_path) return failed(ENAMETOOLONG);
  std::memcpy(address.sun_path, path.c_str(), path.native().size());
  Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket || ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return failed(errno);
  return socket;
}

}  // namespace

CableKind qemu_cable(const std::filesystem::path& path) {
  return {.reach = [path](const UsbDevice&) { return connect(path); },
          .speak = [](UsbDevice& device, Session::Send send) -> std::unique_ptr<Session> {
            return std::make_unique<UsbredirSession>(device, std::move(send));
          }};
}

}  // namespace platen::vprinter::usb
