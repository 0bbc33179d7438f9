// Marshalling, derived from the types: any aggregate of the members that rpc/interface.hpp lists to NDR and
// back.
//
// A request or reply is a list of parameters, its members in order, and is laid out as NDR 2.0 lays out the
// IDL that stands on the right:
//
//   bool, integers, float, double    boolean, small … hyper, float, double; aligned to their size
//   enum                             its underlying integer; decoding takes named values 0–63 only
//   std::string                      [ref] octets, UTF-8 by convention: conformant varying, no terminator
//   std::u16string, CText            [ref, string] wchar_t*, char*: the same, with a terminator
//   std::vector<T>                   [ref] conformant array
//   Varying<T>, UpTo<T, N>, Tail<T>  varying arrays, and one at a structure's end (rpc/ndr/types.hpp)
//   std::array<T, N>                 fixed array, its initialiser written out: GCC 12 fails over {}
//   std::optional<T>, Ref<T>         [unique], [ref] pointer
//   std::variant<Arms…>              union: the arms' common type of `tag`, then the arm
//   Default<Tag, T>                  a union's [default] arm
//   Fd                               unsigned long: index into Message::descriptors, 0xffffffff for none
//   aggregate                        struct, aligned to its widest member
//
// A parameter that is a [ref] pointer stands inline; inside an aggregate, an array or an optional it is a
// pointer whose referent is deferred to behind the outermost construct, as NDR wants it. An aggregate with a
// `bool consistent() const` is asked when it has been read.
//
// decode() checks every bound, claims no more memory than the octets present justify, and accepts nothing
// left over. For the mechanics see rpc/ndr/cursor.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/pfr/core.hpp>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "rpc/ndr/cursor.hpp"
#include "rpc/ndr/layout.hpp"

namespace platen::rpc {

// One marshalled request or reply: NDR octets, and the descriptors that travel beside them in order.
struct Message {
  Octets octets;
  Descriptors descriptors;
  ByteOrder order = ByteOrder::little;  // the sender's
  std::size_t padding = 0;              // octets that may be left over: a foreign sender's
  // Stands for `octets`: what was just read, where it lies, for who decodes it before the next is read.
  std::span<const std::byte> lent = {};

  [[nodiscard]] std::span<const std::byte> body() const { return lent.data() == nullptr ? octets : lent; }
  void keep() {
    if (lent.data() != nullptr) octets = octets_of(std::exchange(lent, {}));
  }
};

// The error of a message that does not decode.
[[nodiscard]] Error undecodable(const NdrReader& reader);

namespace ndr {

// --- Writing: what stands in place, then what pointers refer to

template <class T>
void write_referents(NdrWriter& out, T& value);

template <class T>
void write_scalar(NdrWriter& out, T value) {
  if constexpr (std::is_floating_point_v<T>) {
    out.number(value);
  } else {
    if constexpr (sizeof(T) == 1) out.u8(static_cast<std::uint8_t>(value));
    if constexpr (sizeof(T) == 2) out.u16(static_cast<std::uint16_t>(value));
    if constexpr (sizeof(T) == 4) out.u32(static_cast<std::uint32_t>(value));
    if constexpr (sizeof(T) == 8) out.u64(static_cast<std::uint64_t>(value));
  }
}

// Of a union's arm, what travels behind the tag.
template <class Arm>
auto& behind_tag(Arm& arm) {
  if constexpr (is_default<Arm>)
    return arm.arm;
  else
    return arm;
}

template <class T>
void write_in_place(NdrWriter& out, T& value) {
  if constexpr (std::is_same_v<T, Fd>) {
    out.descriptor(std::move(value));
  } else if constexpr (is_a<T, std::optional>) {
    out.referent(value.has_value());
  } else if constexpr (is_pointer<T>) {
    out.referent(true);
  } else if constexpr (is_scalar<T>) {
    write_scalar(out, value);
  } else if (is_block<T>() && out.is_native()) {
    out.align(alignment<T>());
    out.bytes(std::as_bytes(std::span(&value, 1)));
  } else if constexpr (is_array<T>) {
    for (auto& element : value) write_in_place(out, element);
  } else if constexpr (is_up_to<T>) {
    out.u32(0);
    assert(value.elements.size() <= longest<T>);
    out.u32(static_cast<std::uint32_t>(value.elements.size()));
    for (auto& element : value.elements) write_in_place(out, element);
  } else if constexpr (is_a<T, Tail>) {
    for (auto& element : value.elements) write_in_place(out, element);
  } else if constexpr (is_union<T>) {
    std::visit(
        [&out](auto& arm) {
          if constexpr (is_default<std::remove_reference_t<decltype(arm)>>)
            assert(!names_arm(std::type_identity<T>{}, arm.tag));
          write_scalar(out, arm.tag);
          write_in_place(out, behind_tag(arm));
        },
        value);
  } else {
    static_assert(std::is_aggregate_v<T>, "see rpc/interface.hpp for what may travel");
    static_assert(tail_is_last<T>(), "a tail ends the structure that it is named in, and no other");
    if constexpr (has_tail<T>()) {
      constexpr auto last = boost::pfr::tuple_size_v<T> - 1;
      out.u32(static_cast<std::uint32_t>(boost::pfr::get<last>(value).elements.size()));
    }
    out.align(alignment<T>());
    boost::pfr::for_each_field(value, [&out](auto& member) { write_in_place(out, member); });
  }
}

template <class Elements>
void write_elements(NdrWriter& out, Elements& elements) {
  using Element = typename Elements::value_type;
  if constexpr (is_octet<Element>) {
    out.bytes(std::as_bytes(std::span(elements)));
  } else {
    if constexpr (is_block<Element>()) {
      if (out.is_native() && !elements.empty()) {
        out.align(alignment<Element>());
        return out.bytes(std::as_bytes(std::span(elements)));
      }
    }
    for (auto& element : elements) write_in_place(out, element);
    for (auto& element : elements) write_referents(out, element);
  }
}

// What a pointer names: a referent of its own kind, or anything else.
template <class T>
void write_pointee(NdrWriter& out, T& value) {
  if constexpr (!is_referent<T>) write_in_place(out, value);
  write_referents(out, value);
}

template <class T>
void write_referents(NdrWriter& out, T& value) {
  if constexpr (std::is_same_v<T, CText>) {
    out.string(value.text, NdrWriter::Terminator::yes);
  } else if constexpr (is_text<T>) {
    out.string(value);
  } else if constexpr (is_vector<T>) {
    out.u32(static_cast<std::uint32_t>(value.size()));
    write_elements(out, value);
  } else if constexpr (is_a<T, Varying>) {
    const auto count = static_cast<std::uint32_t>(value.elements.size());
    out.u32(std::max(value.room, count));
    out.u32(0);
    out.u32(count);
    write_elements(out, value.elements);
  } else if constexpr (is_a<T, std::optional>) {
    if (value) write_pointee(out, *value);
  } else if constexpr (is_a<T, Ref>) {
    write_pointee(out, value.value);
  } else if constexpr (is_array<T>) {
    for (auto& element : value) write_referents(out, element);
  } else if constexpr (is_up_to<T> || is_a<T, Tail>) {
    for (auto& element : value.elements) write_referents(out, element);
  } else if constexpr (is_union<T>) {
    std::visit([&out](auto& arm) { write_referents(out, behind_tag(arm)); }, value);
  } else if constexpr (is_struct<T>) {
    boost::pfr::for_each_field(value, [&out](auto& member) { write_referents(out, member); });
  }
}

// --- Reading, in the same order

template <class T>
void read_referents(NdrReader& in, T& value);

template <class T>
void read_in_place(NdrReader& in, T& value);

template <class T>
T read_scalar(NdrReader& in) {
  if constexpr (std::is_same_v<T, bool>) return in.boolean();
  if constexpr (std::is_same_v<T, float>) return in.single();
  if constexpr (std::is_same_v<T, double>) return in.number();
  std::uint64_t raw = 0;
  if constexpr (sizeof(T) == 1) raw = in.u8();
  if constexpr (sizeof(T) == 2) raw = in.u16();
  if constexpr (sizeof(T) == 4) raw = in.u32();
  if constexpr (sizeof(T) == 8) raw = in.u64();
  if constexpr (std::is_enum_v<T> && !is_octet<T>) {
    if (!in.failed() && (raw >= named_values<T>.size() || !named_values<T>[raw])) {
      in.wrong("a value is none of those it may have");
      return T{};
    }
  }
  return static_cast<T>(raw);
}

template <class T>
void read_block(NdrReader& in, T& value) {
  in.align(alignment<T>());
  const auto octets = in.bytes(sizeof value);
  if (!octets.empty()) std::memcpy(static_cast<void*>(&value), octets.data(), sizeof value);
}

// By way of a local, because std::vector<bool> has no elements to refer to.
template <class T>
void read_elements(NdrReader& in, std::vector<T>& elements, std::size_t count) {
  if constexpr (is_octet<T>) {
    auto octets = in.bytes(count);
    const auto* first = reinterpret_cast<const T*>(octets.data());
    elements.assign(first, first + octets.size());
  } else {
    if constexpr (is_block<T>()) {
      if (in.is_native() && count != 0) {
        in.align(alignment<T>());
        const auto octets = in.bytes(count * sizeof(T));
        elements.resize(octets.size() / sizeof(T));
        if (!octets.empty()) std::memcpy(static_cast<void*>(elements.data()), octets.data(), octets.size());
        return;
      }
    }
    elements.reserve(count);
    for (std::size_t i = 0; i < count && !in.failed(); ++i) {
      T element{};
      read_in_place(in, element);
      elements.push_back(std::move(element));
    }
  }
}

template <class T>
void read_element_referents(NdrReader& in, std::vector<T>& elements) {
  if constexpr (!is_scalar<T>)
    for (auto& element : elements)
      if (!in.failed()) read_referents(in, element);
}

// A tag may be a value of its enum that has no name there: the arms say which are known.
template <class T>
T read_tag(NdrReader& in) {
  if constexpr (std::is_enum_v<T>)
    return static_cast<T>(read_scalar<std::underlying_type_t<T>>(in));
  else
    return read_scalar<T>(in);
}

// The arm whose tag was read.
template <class... Arms>
void read_union(NdrReader& in, std::variant<Arms...>& value) {
  static_assert((int{is_default<Arms>} + ...) <= 1, "a union has one default arm at most");
  using Union = std::type_identity<std::variant<Arms...>>;
  const auto tag = read_tag<TagOf<std::variant<Arms...>>>(in);
  const auto take = [&in, &value, tag]<class Arm>(std::type_identity<Arm>) {
    if constexpr (is_default<Arm>) {
      if (in.failed() || names_arm(Union{}, tag)) return false;
      auto& arm = value.template emplace<Arm>();
      arm.tag = tag;
      read_in_place(in, arm.arm);
    } else {
      if (Arm::tag != tag) return false;
      read_in_place(in, value.template emplace<Arm>());
    }
    return true;
  };
  if (!(take(std::type_identity<Arms>{}) || ...)) in.wrong("a union has no such arm");
}

template <class T>
void read_in_place(NdrReader& in, T& value) {
  if constexpr (std::is_same_v<T, Fd>) {
    value = in.descriptor();
  } else if constexpr (is_a<T, std::optional>) {
    if (in.referent()) value.emplace();
  } else if constexpr (is_pointer<T>) {
    in.required_referent();
  } else if constexpr (is_scalar<T>) {
    value = read_scalar<T>(in);
  } else if (is_block<T>() && in.is_native()) {
    read_block(in, value);
  } else if constexpr (is_array<T>) {
    for (auto& element : value) read_in_place(in, element);
  } else if constexpr (is_up_to<T>) {
    const auto count = in.actual_count(longest<T>, least_size<typename Elements<T>::type>());
    read_elements(in, value.elements, count);
  } else if constexpr (is_union<T>) {
    read_union(in, value);
  } else {
    static_assert(std::is_aggregate_v<T>, "see rpc/interface.hpp for what may travel");
    static_assert(tail_is_last<T>(), "a tail ends the structure that it is named in, and no other");
    std::size_t count = 0;
    if constexpr (has_tail<T>()) {
      using Last = boost::pfr::tuple_element_t<boost::pfr::tuple_size_v<T> - 1, T>;
      count = in.count(least_size<typename Elements<Last>::type>());
    }
    in.align(alignment<T>());
    boost::pfr::for_each_field(value, [&in, count](auto& member) {
      using Member = std::remove_reference_t<decltype(member)>;
      if constexpr (is_a<Member, Tail>)
        read_elements(in, member.elements, count);
      else
        read_in_place(in, member);
    });
  }
}

template <class T>
void read_pointee(NdrReader& in, T& value) {
  if constexpr (!is_referent<T>) read_in_place(in, value);
  read_referents(in, value);
}

template <class T>
void ask_consistency(NdrReader& in, const T& value) {
  if constexpr (requires { value.consistent(); })
    if (!in.failed() && !value.consistent()) in.wrong("its parts contradict each other");
}

template <class T>
void read_referents(NdrReader& in, T& value) {
  if constexpr (std::is_same_v<T, CText>) {
    value.text = in.string(NdrReader::Terminator::yes);
  } else if constexpr (std::is_same_v<T, std::u16string>) {
    value = in.wide_string();
  } else if constexpr (is_text<T>) {
    value = in.string();
  } else if constexpr (is_vector<T> || is_a<T, Varying>) {
    using Element = typename std::remove_reference_t<decltype(elements_of(value))>::value_type;
    static_assert(least_size<Element>() > 0, "an array of nothing has no size that could be checked");
    auto& elements = elements_of(value);
    in.enter();
    if constexpr (is_vector<T>) {
      read_elements(in, elements, in.count(least_size<Element>()));
    } else {
      value.room = in.u32();
      read_elements(in, elements, in.actual_count(value.room, least_size<Element>()));
    }
    read_element_referents(in, elements);
    in.leave();
  } else if constexpr (is_a<T, std::optional>) {
    if (value) read_pointee(in, *value);
  } else if constexpr (is_a<T, Ref>) {
    read_pointee(in, value.value);
  } else if constexpr (is_array<T>) {
    for (auto& element : value) read_referents(in, element);
  } else if constexpr (is_up_to<T> || is_a<T, Tail>) {
    in.enter();
    read_element_referents(in, value.elements);
    in.leave();
  } else if constexpr (is_union<T>) {
    std::visit([&in](auto& arm) { read_referents(in, behind_tag(arm)); }, value);
  } else if constexpr (is_struct<T>) {
    boost::pfr::for_each_field(value, [&in](auto& member) { read_referents(in, member); });
    ask_consistency(in, value);
  }
}

// A parameter that is a [ref] pointer has no representation of its own.
template <class T>
void write_parameter(NdrWriter& out, T& value) {
  if constexpr (is_a<T, Ref>)
    write_pointee(out, value.value);
  else
    write_pointee(out, value);
}
template <class T>
void read_parameter(NdrReader& in, T& value) {
  if constexpr (is_a<T, Ref>)
    read_pointee(in, value.value);
  else
    read_pointee(in, value);
}

}  // namespace ndr

template <class T>
[[nodiscard]] Message encode(T value, NdrWriter out) {
  boost::pfr::for_each_field(value, [&out](auto& parameter) { ndr::write_parameter(out, parameter); });
  return Message{out.take_octets(), out.take_descriptors(), out.order()};
}

template <class T>
[[nodiscard]] Message encode(T value) {
  if constexpr (ndr::is_block<T>() && native_order == ByteOrder::little)
    return Message{octets_of(std::as_bytes(std::span(&value, 1)))};
  else
    return encode(std::move(value), NdrWriter());
}

template <class T>
[[nodiscard]] Result<T> decode(Message&& message) {
  T value{};
  if constexpr (ndr::is_block<T>()) {
    const auto octets = message.body();
    if (octets.size() == sizeof value && message.order == native_order && message.descriptors.empty()) {
      std::memcpy(static_cast<void*>(&value), octets.data(), sizeof value);
      NdrReader in({});
      boost::pfr::for_each_field(value, [&in](auto& member) { ndr::read_referents(in, member); });
      ndr::ask_consistency(in, value);
      if (in.failed()) return undecodable(in);
      return value;
    }
  }
  NdrReader in(message.body(), message.order, message.descriptors);
  boost::pfr::for_each_field(value, [&in](auto& parameter) { ndr::read_parameter(in, parameter); });
  in.end(message.padding);
  ndr::ask_consistency(in, value);
  if (in.failed()) return undecodable(in);
  return value;
}

}  // namespace platen::rpc
