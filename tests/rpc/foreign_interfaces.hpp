// Requests and replies of other people's interfaces, their IDL said in our types: what the vectors of
// tests/rpc/vectors hold, and what Samba's rpcecho calls.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "rpc/context_handles.hpp"
#include "rpc/ndr/ndr.hpp"

namespace platen::rpc::testing::foreign {

// --- rpcecho

struct TestCallIn {
  std::u16string text;
};
struct TestCallOut {
  std::optional<std::u16string> text;
};

struct Small {
  std::uint8_t value = 0;
};
struct Hyper {
  std::uint64_t value = 0;
};
struct Info1 {
  static constexpr std::uint16_t tag = 1;
  std::uint8_t value = 0;
};
struct Info2 {
  static constexpr std::uint16_t tag = 2;
  std::uint16_t value = 0;
};
struct Info3 {
  static constexpr std::uint16_t tag = 3;
  std::uint32_t value = 0;
};
struct Info4 {
  static constexpr std::uint16_t tag = 4;
  Hyper value;
};
struct Info5 {
  static constexpr std::uint16_t tag = 5;
  std::uint8_t small = 0;
  std::uint64_t large = 0;
};
struct Info6 {
  static constexpr std::uint16_t tag = 6;
  std::uint8_t small = 0;
  Small inner;
};
struct Info7 {
  static constexpr std::uint16_t tag = 7;
  std::uint8_t small = 0;
  Hyper inner;
};
using Info = std::variant<Info1, Info2, Info3, Info4, Info5, Info6, Info7>;
struct TestCall2In {
  std::uint16_t level = 0;
};
struct TestCall2Out {
  Info info;
  std::uint32_t status = 0;
};

struct SleepIn {
  std::uint32_t seconds = 0;
};
struct SleepOut {
  std::uint32_t slept = 0;
};

enum class Enum16 : std::uint16_t { one = 1, two = 2 };
enum class Enum32 : std::uint32_t { one = 1, two = 2 };
struct Enums {
  std::uint16_t narrow = 0;  // an Enum16; but smbtorture sends what its stack held
  Enum32 wide = Enum32::one;
};
struct EnumArm1 {
  static constexpr std::uint16_t tag = 1;
  Enum16 value = Enum16::one;
};
struct EnumArm2 {
  static constexpr std::uint16_t tag = 2;
  Enums value;
};
struct EnumValues {
  Enum16 first = Enum16::one;
  Enums second;
  std::variant<EnumArm1, EnumArm2> third;
};

struct Surrounding {
  std::uint32_t count = 0;
  Tail<std::uint16_t> surrounding;
  [[nodiscard]] bool consistent() const { return count == surrounding.elements.size(); }
};
struct Surrounded {
  Surrounding data;
};

struct DoublePointerIn {
  std::optional<std::optional<std::uint16_t>> data;
};
struct DoublePointerOut {
  std::uint16_t result = 0;
};

// --- The endpoint mapper

struct TowerOctets {
  std::uint32_t length = 0;
  Tail<std::uint8_t> octets;
  [[nodiscard]] bool consistent() const { return length == octets.elements.size(); }
};
struct MapIn {
  std::optional<Uuid> object;
  std::optional<TowerOctets> tower;
  ContextHandle handle;
  std::uint32_t most = 0;
};
struct MapOut {
  ContextHandle handle;
  std::uint32_t count = 0;
  Varying<std::optional<TowerOctets>> towers;
  std::uint32_t status = 0;
};
struct Entry {
  Uuid object;
  std::optional<TowerOctets> tower;
  UpTo<char, 64> annotation;
};
struct LookupOut {
  ContextHandle handle;
  std::uint32_t count = 0;
  Varying<Entry> entries;
  std::uint32_t status = 0;
  [[nodiscard]] bool consistent() const { return count == entries.elements.size(); }
};

// --- Server service

struct Share {
  std::optional<std::u16string> name;
  std::uint32_t type = 0;
  std::optional<std::u16string> comment;
};
struct Shares {
  std::uint32_t count = 0;
  std::optional<std::vector<Share>> shares;
};
struct SharesLevel1 {
  static constexpr std::uint32_t tag = 1;
  std::optional<Shares> shares;
};
struct NoShares {};
using NoSuchLevel = Default<std::uint32_t, NoShares>;
struct ShareContainer {
  std::uint32_t level = 0;
  std::variant<SharesLevel1, NoSuchLevel> shares;
  [[nodiscard]] bool consistent() const {
    return level == std::visit([](const auto& arm) { return arm.tag; }, shares);
  }
};
struct ShareEnumIn {
  std::optional<std::u16string> server;
  ShareContainer container;
  std::uint32_t most = 0;
  std::optional<std::uint32_t> resume;
};
struct ShareEnumOut {
  ShareContainer container;
  std::uint32_t total = 0;
  std::optional<std::uint32_t> resume;
  std::uint32_t status = 0;
};

// --- Print system

struct DevmodeContainer {
  std::uint32_t size = 0;
  std::optional<std::vector<std::uint8_t>> devmode;
};
struct PrintClient {
  std::uint32_t size = 0;
  std::optional<std::u16string> machine;
  std::optional<std::u16string> user;
  std::uint32_t build = 0;
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  std::uint16_t processor = 0;
};
struct ClientLevel1 {
  static constexpr std::uint32_t tag = 1;
  std::optional<PrintClient> client;
};
struct ClientContainer {
  std::uint32_t level = 0;
  std::variant<ClientLevel1> client;
};
struct OpenPrinterIn {
  std::optional<std::u16string> name;
  std::optional<std::u16string> type;
  DevmodeContainer devmode;
  std::uint32_t access = 0;
  ClientContainer client;
};
struct ClosePrinterIn {
  ContextHandle handle;
};
struct EnumPrintersIn {
  std::uint32_t flags = 0;
  std::optional<std::u16string> name;
  std::uint32_t level = 0;
  std::optional<std::vector<std::uint8_t>> buffer;
  std::uint32_t size = 0;
};

// --- Local security authority

struct CountedText {
  std::uint16_t length = 0;  // octets
  std::uint16_t size = 0;
  std::optional<Varying<char16_t>> text;
  [[nodiscard]] bool consistent() const {
    return !text || (text->elements.size() == length / 2U && text->room == size / 2U);
  }
};
struct Sid {
  std::uint16_t type = 0;
  std::uint32_t id = 0;
  std::uint32_t domain = 0;
};
struct Sids {
  std::uint32_t count = 0;
  std::optional<std::vector<Sid>> sids;
};
struct LookupNamesIn {
  ContextHandle handle;
  std::uint32_t count = 0;
  std::vector<CountedText> names;
  Sids sids;
  std::uint16_t level = 0;
  std::uint32_t mapped = 0;
};

enum class TrustType : std::uint16_t { name, name_except, domain };
struct TrustName {
  static constexpr TrustType tag = TrustType::name;
  CountedText name;
};
struct TrustBinary {
  std::uint32_t length = 0;
  std::optional<std::vector<std::uint8_t>> data;
};
using OtherTrust = Default<TrustType, TrustBinary>;
struct TrustRecord {
  std::uint32_t flags = 0;
  std::uint16_t type = 0;
  std::uint64_t time = 0;
  std::variant<TrustName, OtherTrust> data;
};
struct Trusts {
  std::uint32_t count = 0;
  std::optional<std::vector<std::optional<TrustRecord>>> entries;
};
struct ForestTrustIn {
  ContextHandle handle;
  CountedText domain;
  std::uint16_t highest = 0;
  Trusts trusts;
  std::uint8_t check_only = 0;
};

// --- Encapsulated unions with a default arm (make_vectors.py has their IDL)

struct SaidNumber {
  static constexpr std::uint16_t tag = 1;
  std::uint32_t number = 0;
};
struct SaidOctets {
  std::optional<std::vector<std::uint8_t>> octets;
};
using SaidOther = Default<std::uint16_t, SaidOctets>;
struct LoneNumber {
  static constexpr std::uint32_t tag = 1;
  std::uint32_t number = 0;
};
struct NoMore {};
using SaidNothing = Default<std::uint32_t, NoMore>;
struct EncapsulatedIn {
  std::variant<SaidNumber, SaidOther> known;
  std::variant<SaidNumber, SaidOther> unknown;
  std::variant<LoneNumber, SaidNothing> number;
  std::variant<LoneNumber, SaidNothing> empty;
  std::uint32_t last = 0;
};

}  // namespace platen::rpc::testing::foreign
