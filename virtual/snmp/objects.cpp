// What the virtual printer tells of itself by SNMP.
#include <algorithm>

#include "virtual/snmp/agent.hpp"

namespace platen::vprinter::snmp {
namespace {

const Name kDevices{1, 3, 6, 1, 2, 1, 25, 3, 2, 1};
const Name kPrinters{1, 3, 6, 1, 2, 1, 25, 3, 5, 1};
const Name kPrinterMib{1, 3, 6, 1, 2, 1, 43};
const Name kDeviceId{1, 3, 6, 1, 4, 1, 2699, 1, 2, 1, 2, 1, 1, 3, 1};

// A status code of PJL, and what the MIB calls it.
struct Trouble {
  int from, to;  // codes
  int bit;
  int alert;
  int group;
};
constexpr Trouble kTroubles[] = {
    {40021, 40021, 4, 501, 6},    // a door is open
    {40022, 40022, 5, 8, 13},     // a jam
    {42000, 42999, 5, 8, 13},     // a jam, with its place
    {41000, 41999, 1, 808, 8},    // a tray is to be loaded
    {40038, 40038, 3, 1101, 11},  // a supply is used up
    {10002, 10002, 6, 22, 5},     // off line
    {40048, 40049, 7, 1, 5},      // a message for the operator
};
constexpr int kReady = 10001, kBusy = 10023, kSupplyLow = 10006;
constexpr int kLowTonerBit = 2, kTrayEmptyBit = 13, kTonerLowAlert = 1104, kWasteAlert = 1107, kOtherLow = 12;
constexpr std::int64_t kOther = 1, kCritical = 3, kWarning = 4;

class Writer {
 public:
  void put(Name root, std::initializer_list<std::uint32_t> index, Value value) {
    root.insert(root.end(), index);
    objects[std::move(root)] = std::move(value);
  }
  void mib(std::initializer_list<std::uint32_t> index, Value value) {
    put(kPrinterMib, index, std::move(value));
  }
  void alert(std::int64_t severity, int group, std::int64_t index, int code, std::string words) {
    const std::uint32_t row = ++alerts_;
    mib({18, 1, 1, 2, 1, row}, severity);
    mib({18, 1, 1, 4, 1, row}, std::int64_t{group});
    mib({18, 1, 1, 5, 1, row}, index);
    mib({18, 1, 1, 7, 1, row}, std::int64_t{code});
    mib({18, 1, 1, 8, 1, row}, std::move(words));
  }
  Objects objects;

 private:
  std::uint32_t alerts_ = 0;
};

std::int64_t type_number(SupplyKind kind) {
  switch (kind) {
    case SupplyKind::toner:
      return 21;
    case SupplyKind::ink:
      return 6;
    case SupplyKind::waste_toner:
      return 4;
    case SupplyKind::drum:
      return 9;
    case SupplyKind::fuser:
      return 15;
  }
  return kOther;
}

std::string lower(std::string_view word) {
  std::string out(word);
  for (char& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return out;
}

}  // namespace

Objects objects_of(const Printer& printer) {
  const Device& device = printer.device();
  const Status status = device.status();
  Writer out;
  std::string bits(2, '\0');
  const auto set = [&bits](int bit) {
    char& octet = bits[static_cast<std::size_t>(bit / 8)];
    octet = static_cast<char>(octet | 0x80 >> (bit % 8));
  };

  std::uint32_t row = 0;
  for (const Tray& tray : device.trays()) {
    ++row;
    out.mib({8, 2, 1, 2, 1, row}, std::int64_t{tray.model->digit == 1 ? 4 : 3});
    out.mib({8, 2, 1, 9, 1, row}, std::int64_t{tray.model->capacity});
    out.mib({8, 2, 1, 10, 1, row}, std::int64_t{tray.sheets});
    out.mib({8, 2, 1, 11, 1, row}, std::int64_t{0});
    out.mib({8, 2, 1, 12, 1, row}, std::string(tray.paper->name));
    out.mib({8, 2, 1, 13, 1, row}, std::string(tray.model->name));
    if (tray.sheets > 0 || !tray.model->expects_paper) continue;
    set(kTrayEmptyBit);
    out.alert(kWarning, 8, row, 808, std::string(tray.model->name) + " empty");
  }
  row = 0;
  for (const Supply& supply : device.supplies()) {
    ++row;
    const auto colorant = static_cast<std::uint32_t>(supply.model->colorant);
    const bool waste = supply.model->kind == SupplyKind::waste_toner;
    out.mib({11, 1, 1, 2, 1, row}, std::int64_t{1});
    out.mib({11, 1, 1, 3, 1, row}, std::int64_t{colorant});
    out.mib({11, 1, 1, 4, 1, row}, std::int64_t{waste ? 4 : 3});
    out.mib({11, 1, 1, 5, 1, row}, type_number(supply.model->kind));
    out.mib({11, 1, 1, 6, 1, row}, std::string(supply.model->name));
    // In pages, as lasers have it.
    out.mib({11, 1, 1, 7, 1, row}, std::int64_t{7});
    out.mib({11, 1, 1, 8, 1, row}, std::int64_t{supply.model->yield});
    out.mib({11, 1, 1, 9, 1, row}, std::int64_t{supply.level()} * supply.model->yield / 100);
    if (colorant > 0) out.mib({12, 1, 1, 4, 1, colorant}, lower(pjl_word(supply.model->colorant)));
    if (!supply.low()) continue;
    const bool toner = supply.model->kind == SupplyKind::toner;
    if (toner) set(kLowTonerBit);
    out.alert(kWarning, 11, row,
              toner   ? kTonerLowAlert
              : waste ? kWasteAlert
                      : kOtherLow,
              std::string(supply.model->low_text));
  }

  bool stopped = false, offline = false;
  for (const Trouble& trouble : kTroubles) {
    if (status.code < trouble.from || status.code > trouble.to) continue;
    set(trouble.bit);
    stopped = !status.online;
    offline = trouble.bit == 6;
    std::int64_t index = -1;
    if (trouble.group == 8) {
      const auto& trays = device.trays();
      const auto tray = std::ranges::find_if(
          trays, [&status](const Tray& t) { return t.model->digit == status.code / 100 % 10; });
      if (tray != trays.end()) index = tray - trays.begin() + 1;
    }
    out.alert(kCritical, trouble.group, index, trouble.alert, status.display);
  }

  out.put(kDevices, {3, 1}, std::string(device.model().name));
  out.put(kDevices, {5, 1}, std::int64_t{stopped || offline ? 5 : status.code == kSupplyLow ? 3 : 2});
  const bool well = status.code == kReady || status.code == kSupplyLow;
  out.put(kPrinters, {1, 1},
          device.busy() || status.code == kBusy ? std::int64_t{stopped ? 1 : 4}
                                                : std::int64_t{well      ? 3
                                                               : stopped ? 1
                                                                         : 3});
  out.put(kPrinters, {2, 1}, bits);
  out.mib({10, 2, 1, 4, 1, 1}, Counter{static_cast<std::uint32_t>(printer.pages())});
  out.mib({16, 5, 1, 2, 1, 1}, status.display);
  std::string id =
      "MFG:Lexmark International;MDL:" + std::string(device.model().name) + ";CMD:PJL,PCL;CLS:PRINTER;";
  out.objects[kDeviceId] = std::move(id);
  return out.objects;
}

}  // namespace platen::vprinter::snmp
