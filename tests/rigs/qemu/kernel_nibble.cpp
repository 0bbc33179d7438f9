// Asks the kernel's own IEEE 1284 code for a reply in nibble mode, and goes on reading past its end. Prints
//
//   id=BYTES reply=BYTES after=BYTES,BYTES,…
//
// where `after` counts what further reads returned. A right pair of kernel and printer has only zeros there.

#include <cerrno>
#include <cstdio>
#include <string>

#include <fcntl.h>
#include <linux/parport.h>
#include <linux/ppdev.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <unistd.h>

namespace {

constexpr int kFurtherReads = 8;

bool negotiate(int port, int mode) {
  return ::ioctl(port, PPNEGOT, &mode) == 0;
}

std::string read_once(int port) {
  char bytes[512];
  const ssize_t count = ::read(port, bytes, sizeof bytes);
  return {bytes, count > 0 ? static_cast<std::size_t>(count) : 0};
}

std::string read_all(int port) {
  std::string all;
  for (std::string more = read_once(port); !more.empty(); more = read_once(port)) all += more;
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  const int port = argc == 2 ? ::open(argv[1], O_RDWR | O_NONBLOCK) : -1;
  if (port < 0 || ::ioctl(port, PPCLAIM) != 0) {
    std::perror("kernel_nibble: the port");
    return 1;
  }
  negotiate(port, IEEE1284_MODE_COMPAT);
  const bool has_id = negotiate(port, IEEE1284_MODE_NIBBLE | IEEE1284_DEVICEID);
  std::printf("id=%zu", has_id ? read_all(port).size() : 0);
  negotiate(port, IEEE1284_MODE_COMPAT);

  const std::string question = "\x1B%-12345X@PJL ECHO once\r\n";
  if (::write(port, question.data(), question.size()) != static_cast<ssize_t>(question.size())) return 1;
  negotiate(port, IEEE1284_MODE_NIBBLE);
  // One read takes what there is, and stops where nFault says so.
  std::printf(" reply=%zu after=", read_once(port).size());
  for (int i = 0; i < kFurtherReads; ++i) std::printf("%s%zu", i == 0 ? "" : ",", read_once(port).size());
  std::printf("\n");
  negotiate(port, IEEE1284_MODE_COMPAT);
  ::ioctl(port, PPRELEASE);
  ::close(port);
  return 0;
}
