#include "usb_desk.hpp"

#include <fstream>
#include <iomanip>
#include <limits>
#include <sstream>
#include <stdexcept>

#include "virtual/channel.hpp"
#include "virtual/control.hpp"
#include "virtual/dot4/peripheral.hpp"
#include "virtual/output_folder.hpp"
#include "virtual/tcp_server.hpp"
#include "virtual/usb/usb_knobs.hpp"

namespace platen::rig {

using namespace vprinter;

// A plug with a printer at it. What goes in is kept, or goes on into a whole printer.
struct UsbDesk::Socket {
  std::unique_ptr<UsbDevice> device;
  UsbBytes heard;
  std::uint64_t count = 0;
  bool keep = true;
  std::uint64_t takes = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t report_every = 0;
  std::uint64_t reported = 0;
  // With `printer`:
  std::unique_ptr<OutputFolder> folder;
  std::unique_ptr<Printer> printer;
  std::unique_ptr<TcpServer> no_network;  // the control's words know of one
  std::unique_ptr<Control> control;
  std::unique_ptr<Channel> channel;           // what the printer has at this plug: a stream …
  std::unique_ptr<dot4::Peripheral> packets;  // … or, with protocol 3, packets
  std::function<void()> reply_room;           // they want to be pumped

  [[nodiscard]] bool in_packets() const {
    const UsbFunction& function = device->function();
    return function.model().protocols.at(function.counts().alternate) == 3;
  }
  void lost() {
    if (channel) channel->lost();
    if (packets) packets->lost();
  }
  // The host has chosen an alternate setting since.
  void change_over() {
    lost();
    channel.reset();
    packets.reset();
    const auto say = [this](std::string_view said) { device->function().say(said); };
    if (in_packets())
      packets = std::make_unique<dot4::Peripheral>(*printer, dot4::Peripheral::Wires{say, reply_room},
                                                   dot4::Options{.native = true});
    else
      channel = std::make_unique<Channel>(*printer,
                                          Channel::Wires{say, [this] { device->function().may_go_on(); }});
  }
  std::size_t print(std::span<const std::uint8_t> bytes) {
    if (in_packets() ? !packets : !channel) change_over();
    const std::size_t taken = packets ? packets->take(bytes) : channel->take(bytes);
    if (keep) heard.insert(heard.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
    count += taken;
    return taken;
  }

  std::size_t take(std::span<const std::uint8_t> bytes) {
    if (printer) return print(bytes);
    bytes = bytes.first(std::min<std::uint64_t>(bytes.size(), takes));
    if (takes != std::numeric_limits<std::uint64_t>::max()) takes -= bytes.size();
    if (keep) heard.insert(heard.end(), bytes.begin(), bytes.end());
    count += bytes.size();
    while (report_every != 0 && count >= (reported + 1) * report_every)
      device->function().say("report " + std::to_string(++reported) + "\n");
    return bytes.size();
  }
};

namespace {

template <class Socket>
void turn(Socket& socket, const std::string& knob, const std::string& value) {
  UsbFaults& faults = socket.device->function().faults();
  const auto number = [&value] { return std::stoll(value, nullptr, 0); };
  if (knob == "status") {
    socket.device->function().set_port_status(static_cast<std::uint8_t>(number()));
  } else if (knob == "takes") {
    socket.takes = number() < 0 ? std::numeric_limits<std::uint64_t>::max() : number();
  } else if (knob == "usblp") {
    socket.device->set_kernel_driver(number() != 0);
  } else if (knob == "keep") {
    socket.keep = number() != 0;
  } else if (auto turned = turn_knob(faults, knob, value); !turned) {
    throw std::runtime_error(turned.error().sentence());
  }
}

template <class Socket>
void turn_all(Socket& socket, std::istream& words) {
  for (std::string word; words >> word;) {
    const auto equals = word.find('=');
    if (equals == std::string::npos) throw std::runtime_error("a knob wants a value");
    turn(socket, word.substr(0, equals), word.substr(equals + 1));
  }
  socket.device->function().may_go_on();
}

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return bytes;
}

std::string tell_counts(const UsbDevice& device, const UsbFunction::Counts& counts) {
  std::ostringstream text;
  text << "bytes-out=" << counts.bytes_out << " bytes-in=" << counts.bytes_in
       << " empty=" << counts.empty_packets << " resets=" << counts.resets << " cleared=" << counts.cleared
       << " canceled=" << counts.canceled << " reads=" << counts.reads_waiting
       << " writes=" << counts.writes_waiting << " most-writes=" << counts.most_writes_waiting
       << " alternate=" << int{counts.alternate} << " usblp=" << device.kernel_driver()
       << " claimed=" << device.claimed() << " claims=" << device.claims();
  return text.str();
}

}  // namespace

UsbDesk::UsbDesk(boost::asio::io_context& reactor, UMockdevTestbed* testbed)
    : reactor_(reactor), clock_(reactor.get_executor()), testbed_(testbed) {}

UsbDesk::~UsbDesk() = default;

UsbDesk::Socket& UsbDesk::at(int number) {
  const auto found = sockets_.find(number);
  if (found == sockets_.end()) throw std::runtime_error("nothing is plugged in there");
  return *found->second;
}

std::string UsbDesk::obey(const std::string& line) try {
  std::istringstream words(line);
  std::string verb;
  int number = 0;
  words >> verb >> number;
  if (verb == "plug") return plug(number, words);
  if (verb == "unplug") {
    pull(number);
    return "ok";
  }
  Socket& socket = at(number);
  socket.device->forget_the_dead();
  UsbFunction& function = socket.device->function();
  if (verb == "knob") {
    turn_all(socket, words);
  } else if (verb == "say") {
    std::string hex;
    words >> hex;
    function.say(from_hex(hex));
  } else if (verb == "murmur") {
    std::size_t size = 0;
    words >> size;
    function.say(std::string(size, '.'));
  } else if (verb == "report") {
    words >> socket.report_every;
    socket.reported = socket.report_every ? socket.count / socket.report_every : 0;
  } else if (verb == "heard") {
    std::string path;
    words >> path;
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(socket.heard.data()),
               static_cast<std::streamsize>(socket.heard.size()));
    return file.flush() ? "ok " + std::to_string(socket.count) : "error cannot write";
  } else if (verb == "forget") {
    socket.heard.clear();
    socket.count = 0;
    socket.reported = 0;
  } else if (verb == "counts") {
    return "ok " + tell_counts(*socket.device, function.counts());
  } else if (verb == "printer") {
    std::string folder, engine;
    words >> folder >> std::ws;
    std::getline(words, engine);
    const Model* model = model_by_name(engine);
    if (!model) return "error no such engine";
    auto opened = OutputFolder::open(folder);
    if (!opened) return "error " + opened.error().sentence();
    socket.folder = std::make_unique<OutputFolder>(std::move(*opened));
    socket.printer = std::make_unique<Printer>(clock_, *model, *socket.folder, Printer::Options{});
    socket.no_network = std::make_unique<TcpServer>(reactor_.get_executor(), *socket.printer);
    socket.control = std::make_unique<Control>(*socket.printer, *socket.no_network);
    socket.reply_room = [this, at = &socket] {
      boost::asio::post(reactor_, [at] {
        if (at->packets) at->packets->pump();
        at->device->function().may_go_on();
      });
    };
    socket.change_over();
    socket.device->function().may_go_on();
  } else if (verb == "tell") {
    if (!socket.printer) return "error no printer is there";
    std::string said;
    std::getline(words >> std::ws, said);
    return "ok " + socket.control->tell(said);
  } else {
    return "error unknown word \"" + verb + "\"";
  }
  return "ok";
} catch (const std::exception& problem) {
  return std::string("error ") + problem.what();
}

std::string UsbDesk::plug(int number, std::istream& words) {
  if (number < 1 || number > 9 || sockets_.contains(number)) return "error that socket is not free";
  std::string name, rest;
  words >> std::quoted(name);
  const UsbModel* known = usb_model_by_name(name);
  if (!known) return "error no model is called \"" + name + "\"";
  UsbModel model = *known;
  std::ostringstream knobs;
  for (std::string word; words >> word;) {
    if (word.starts_with("serial=")) {
      model.serial_string = word.substr(7);
    } else if (word.starts_with("protocols=")) {
      model.protocols.clear();
      for (const char digit : word.substr(10))
        model.protocols.push_back(static_cast<std::uint8_t>(digit - '0'));
    } else {
      knobs << word << ' ';
    }
  }
  auto socket = std::make_unique<Socket>();
  Socket* const self = socket.get();
  UsbFunction::Wires wires;
  wires.take = [self](std::span<const std::uint8_t> bytes) { return self->take(bytes); };
  wires.soft_reset = [self] { self->lost(); };
  wires.unplugged = [this, number] { boost::asio::post(reactor_, [this, number] { pull(number); }); };
  socket->device =
      std::make_unique<UsbDevice>(reactor_, testbed_, number, ++plugged_, std::move(model), std::move(wires));
  std::istringstream settings(knobs.str());
  turn_all(*socket, settings);
  socket->device->announce();
  sockets_[number] = std::move(socket);
  return "ok";
}

void UsbDesk::pull(int number) {
  Socket& socket = at(number);
  socket.device->unplug();
  socket.lost();
  unplugged_.push_back(std::move(sockets_.extract(number).mapped()));
}

}  // namespace platen::rig
