#include <array>

#include <poll.h>
#include <sys/socket.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include "contestant.hpp"

namespace platen::bench {
namespace {

constexpr const char* path = "/bench";
constexpr const char* interface = "platen.Bench";
constexpr std::uint64_t patience_us = 30'000'000;

void must(int status, const char* what) {
  if (status < 0) give_up(std::string("sd-bus: ") + what + ": error " + std::to_string(-status));
}

sd_bus* open_bus(int socket, bool server) {
  sd_bus* bus = nullptr;
  must(sd_bus_new(&bus), "new");
  must(sd_bus_set_fd(bus, socket, socket), "set_fd");
  if (server) {
    sd_id128_t id{};
    must(sd_id128_randomize(&id), "randomize");
    must(sd_bus_set_server(bus, 1, id), "set_server");
  }
  must(sd_bus_start(bus), "start");
  return bus;
}

void turn(sd_bus* bus) {
  const int done = sd_bus_process(bus, nullptr);
  must(done, "process");
  if (done == 0) must(sd_bus_wait(bus, patience_us), "wait");
}

sd_bus_message* make_call(sd_bus* bus, const char* member) {
  static const std::array<char, payload> octets{};
  sd_bus_message* message = nullptr;
  must(sd_bus_message_new_method_call(bus, &message, nullptr, path, interface, member), "new_method_call");
  must(sd_bus_message_append_array(message, 'y', octets.data(), octets.size()), "append");
  return message;
}

int echo(sd_bus_message* call, void*, sd_bus_error*) {
  const void* octets = nullptr;
  std::size_t size = 0;
  must(sd_bus_message_read_array(call, 'y', &octets, &size), "read");
  sd_bus_message* reply = nullptr;
  must(sd_bus_message_new_method_return(call, &reply), "new_method_return");
  must(sd_bus_message_append_array(reply, 'y', octets, size), "append");
  must(sd_bus_send(sd_bus_message_get_bus(call), reply, nullptr), "send");
  sd_bus_message_unref(reply);
  return 1;
}

int call_back(sd_bus_message* call, void* data, sd_bus_error* error) {
  sd_bus* bus = sd_bus_message_get_bus(call);
  sd_bus_message* back = make_call(bus, "Flat");
  sd_bus_message* answer = nullptr;
  must(sd_bus_call(bus, back, patience_us, nullptr, &answer), "call back");
  sd_bus_message_unref(answer);
  sd_bus_message_unref(back);
  return echo(call, data, error);
}

const sd_bus_vtable methods[] = {
    SD_BUS_VTABLE_START(0), SD_BUS_METHOD("Flat", "ay", "ay", echo, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Nested", "ay", "ay", call_back, SD_BUS_VTABLE_UNPRIVILEGED), SD_BUS_VTABLE_END};

class Sdbus final : public Contestant {
 public:
  Sdbus() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) give_up("cannot make a socket pair");
    child_ = std::make_unique<Child>([&ends] {
      ::close(ends[0]);
      sd_bus* bus = open_bus(ends[1], true);
      must(sd_bus_add_object_vtable(bus, nullptr, path, interface, methods, nullptr), "add_object_vtable");
      for (;;) turn(bus);
    });
    ::close(ends[1]);
    bus_ = open_bus(ends[0], false);
    must(sd_bus_add_object_vtable(bus_, nullptr, path, interface, methods, nullptr), "add_object_vtable");
  }
  ~Sdbus() override {
    child_.reset();  // first, or it complains of the connection that it loses
    sd_bus_unref(bus_);
  }

  double flat(int calls) override {
    const double from = now_us();
    for (int i = 0; i < calls; ++i) {
      sd_bus_message* call = make_call(bus_, "Flat");
      sd_bus_message* answer = nullptr;
      must(sd_bus_call(bus_, call, patience_us, nullptr, &answer), "call");
      sd_bus_message_unref(answer);
      sd_bus_message_unref(call);
    }
    return (now_us() - from) / calls;
  }

  double nested(int calls) override {
    const double from = now_us();
    for (int i = 0; i < calls; ++i) {
      bool answered = false;
      sd_bus_message* call = make_call(bus_, "Nested");
      const auto on_answer = [](sd_bus_message*, void* flag, sd_bus_error*) {
        *static_cast<bool*>(flag) = true;
        return 1;
      };
      must(sd_bus_call_async(bus_, nullptr, call, on_answer, &answered, patience_us), "call_async");
      sd_bus_message_unref(call);
      while (!answered) turn(bus_);
    }
    return (now_us() - from) / calls;
  }

 private:
  std::unique_ptr<Child> child_;
  sd_bus* bus_ = nullptr;
};

}  // namespace

std::unique_ptr<Contestant> make_sdbus() {
  return std::make_unique<Sdbus>();
}

}  // namespace platen::bench
