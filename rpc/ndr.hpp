// Marshalling, derived from the types: any aggregate of the members that rpc/interface.hpp lists to NDR and
// back.
//
// A request or reply is a list of parameters, its members in order, and is laid out as NDR 2.0 lays out the
// IDL that stands on the right:
//
//   bool, integers, double        boolean, small … hyper, double; aligned to their size
//   enum                          its underlying integer; decoding takes named values 0–63 only
//   std::string                   [ref, string] octets, UTF-8 by convention; maximum count, 0, actual count,
//   octets std::vector<T>                [ref] conformant array; count, elements std::optional<T> [unique]
//   pointer; referent id or 0 Fd                            unsigned long: index into Message::descriptors,
//   0xffffffff for none aggregate                     struct, aligned to its widest member
//
// A string or vector that is a parameter stands inline; inside an aggregate, a vector or an optional it is a
// pointer whose referent is deferred to behind the outermost construct, as NDR wants it.
//
// decode() checks every bound, claims no more memory than the octets present justify, and accepts nothing
// left over. For the mechanics see rpc/ndr_cursor.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/pfr/core.hpp>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "rpc/ndr_cursor.hpp"

namespace platen::rpc {

// One marshalled request or reply: NDR octets, and the descriptors that travel beside them in order.
struct Message {
  Octets octets;
  std::vector<Fd> descriptors;
  ByteOrder order = ByteOrder::little;  // the sender's
  std::size_t padding = 0;              // octets that may be left over: a foreign sender's
};

// The error of a message that does not decode.
[[nodiscard]] Error undecodable(const NdrReader& reader);

namespace ndr {

template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_octet = std::is_same_v<T, std::byte> || std::is_same_v<T, std::uint8_t>;
template <class T>
inline constexpr bool is_scalar = std::is_arithmetic_v<T> || std::is_enum_v<T>;
template <class T>
inline constexpr bool is_pointer = std::is_same_v<T, std::string> || is_vector<T> || is_optional<T>;
template <class T>
inline constexpr bool is_struct = !is_scalar<T> && !is_pointer<T> && !std::is_same_v<T, Fd>;

template <class T, class Fold>
constexpr std::size_t over_members(std::size_t start, Fold fold) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    ((start = fold.template operator()<boost::pfr::tuple_element_t<I, T>>(start)), ...);
    return start;
  }
  (std::make_index_sequence<boost::pfr::tuple_size_v<T>>());
}

template <class T>
constexpr std::size_t alignment() {
  if constexpr (is_scalar<T>)
    return sizeof(T);
  else if constexpr (is_struct<T>)
    return over_members<T>(1, []<class M>(std::size_t widest) { return std::max(widest, alignment<M>()); });
  else
    return 4;
}

// The fewest octets that a T takes, padding and referents not counted.
template <class T>
constexpr std::size_t least_size() {
  if constexpr (is_struct<T>)
    return over_members<T>(0, []<class M>(std::size_t sum) { return sum + least_size<M>(); });
  else
    return alignment<T>();
}

// Whether `Value` has a name in its enum: compilers spell one that has none as a cast, "(Phase)7".
template <class E, E Value>
constexpr bool is_named() {
  constexpr std::string_view function = __PRETTY_FUNCTION__;
  constexpr std::string_view value = function.substr(function.rfind("Value = "));
  constexpr auto cast = value.rfind(')');
  return cast == std::string_view::npos || value[cast + 1] < '0' || value[cast + 1] > '9';
}

template <class E>
inline constexpr auto named_values = []<std::size_t... I>(std::index_sequence<I...>) {
  return std::array<bool, sizeof...(I)>{is_named<E, static_cast<E>(I)>()...};
}
(std::make_index_sequence<64>());

// --- Writing: what stands in place, then what pointers refer to

template <class T>
void write_referents(NdrWriter& out, T& value);

template <class T>
void write_in_place(NdrWriter& out, T& value) {
  if constexpr (std::is_same_v<T, Fd>) {
    out.descriptor(std::move(value));
  } else if constexpr (is_optional<T>) {
    out.referent(value.has_value());
  } else if constexpr (is_pointer<T>) {
    out.referent(true);
  } else if constexpr (std::is_same_v<T, double>) {
    out.number(value);
  } else if constexpr (is_scalar<T>) {
    if constexpr (sizeof(T) == 1) out.u8(static_cast<std::uint8_t>(value));
    if constexpr (sizeof(T) == 2) out.u16(static_cast<std::uint16_t>(value));
    if constexpr (sizeof(T) == 4) out.u32(static_cast<std::uint32_t>(value));
    if constexpr (sizeof(T) == 8) out.u64(static_cast<std::uint64_t>(value));
  } else {
    static_assert(std::is_aggregate_v<T>, "see rpc/interface.hpp for what may travel");
    out.align(alignment<T>());
    boost::pfr::for_each_field(value, [&out](auto& member) { write_in_place(out, member); });
  }
}

template <class T>
void write_referents(NdrWriter& out, T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    out.string(value);
  } else if constexpr (is_vector<T>) {
    out.u32(static_cast<std::uint32_t>(value.size()));
    if constexpr (is_octet<typename T::value_type>) {
      out.bytes(std::as_bytes(std::span(value)));
    } else {
      for (auto& element : value) write_in_place(out, element);
      for (auto& element : value) write_referents(out, element);
    }
  } else if constexpr (is_optional<T>) {
    if (!value) return;
    write_in_place(out, *value);
    write_referents(out, *value);
  } else if constexpr (is_struct<T>) {
    boost::pfr::for_each_field(value, [&out](auto& member) { write_referents(out, member); });
  }
}

// --- Reading, in the same order

template <class T>
void read_referents(NdrReader& in, T& value);

template <class T>
void read_in_place(NdrReader& in, T& value) {
  if constexpr (std::is_same_v<T, Fd>) {
    value = in.descriptor();
  } else if constexpr (is_optional<T>) {
    if (in.referent()) value.emplace();
  } else if constexpr (is_pointer<T>) {
    in.required_referent();
  } else if constexpr (std::is_same_v<T, bool>) {
    value = in.boolean();
  } else if constexpr (std::is_same_v<T, double>) {
    value = in.number();
  } else if constexpr (is_scalar<T>) {
    std::uint64_t raw = 0;
    if constexpr (sizeof(T) == 1) raw = in.u8();
    if constexpr (sizeof(T) == 2) raw = in.u16();
    if constexpr (sizeof(T) == 4) raw = in.u32();
    if constexpr (sizeof(T) == 8) raw = in.u64();
    if constexpr (std::is_enum_v<T> && !is_octet<T>) {
      if (!in.failed() && (raw >= named_values<T>.size() || !named_values<T>[raw])) {
        in.wrong("a value is none of those it may have");
        return;
      }
    }
    value = static_cast<T>(raw);
  } else {
    static_assert(std::is_aggregate_v<T>, "see rpc/interface.hpp for what may travel");
    in.align(alignment<T>());
    boost::pfr::for_each_field(value, [&in](auto& member) { read_in_place(in, member); });
  }
}

template <class T>
void read_vector(NdrReader& in, std::vector<T>& value) {
  static_assert(least_size<T>() > 0, "a vector of nothing has no size that could be checked");
  const std::size_t count = in.count(least_size<T>());
  if constexpr (is_octet<T>) {
    auto octets = in.bytes(count);
    const auto* first = reinterpret_cast<const T*>(octets.data());
    value.assign(first, first + octets.size());
  } else {
    value.reserve(count);
    for (std::size_t i = 0; i < count && !in.failed(); ++i) {
      T element{};  // by way of a local, because std::vector<bool> has no elements to refer to
      read_in_place(in, element);
      value.push_back(std::move(element));
    }
    if constexpr (is_struct<T> || is_pointer<T>)
      for (auto& element : value)
        if (!in.failed()) read_referents(in, element);
  }
}

template <class T>
void read_referents(NdrReader& in, T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    value = in.string();
  } else if constexpr (is_vector<T>) {
    in.enter();
    read_vector(in, value);
    in.leave();
  } else if constexpr (is_optional<T>) {
    if (!value) return;
    read_in_place(in, *value);
    read_referents(in, *value);
  } else if constexpr (is_struct<T>) {
    boost::pfr::for_each_field(value, [&in](auto& member) { read_referents(in, member); });
  }
}

// A parameter's own string or vector has no pointer before it.
template <class T>
inline constexpr bool stands_inline = std::is_same_v<T, std::string> || is_vector<T>;

}  // namespace ndr

template <class T>
[[nodiscard]] Message encode(T value) {
  NdrWriter out;
  boost::pfr::for_each_field(value, [&out](auto& parameter) {
    using Parameter = std::remove_reference_t<decltype(parameter)>;
    if constexpr (!ndr::stands_inline<Parameter>) ndr::write_in_place(out, parameter);
    ndr::write_referents(out, parameter);
  });
  return Message{out.take_octets(), out.take_descriptors()};
}

template <class T>
[[nodiscard]] Result<T> decode(Message message) {
  NdrReader in(message.octets, message.order, message.descriptors);
  T value{};
  boost::pfr::for_each_field(value, [&in](auto& parameter) {
    using Parameter = std::remove_reference_t<decltype(parameter)>;
    if constexpr (!ndr::stands_inline<Parameter>) ndr::read_in_place(in, parameter);
    ndr::read_referents(in, parameter);
  });
  in.end(message.padding);
  if (in.failed()) return undecodable(in);
  return value;
}

}  // namespace platen::rpc
