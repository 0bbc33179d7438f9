// What each type is to NDR, and how much room it takes: the compile-time half of rpc/ndr/ndr.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <boost/pfr/core.hpp>

#include "base/fd.hpp"
#include "rpc/ndr/types.hpp"

namespace platen::rpc::ndr {

template <class T, template <class...> class Template>
inline constexpr bool is_a = false;
template <class... Args, template <class...> class Template>
inline constexpr bool is_a<Template<Args...>, Template> = true;

template <class T>
inline constexpr bool is_up_to = false;
template <class T, std::uint32_t N>
inline constexpr bool is_up_to<UpTo<T, N>> = true;
template <class T>
inline constexpr std::uint32_t longest = 0;
template <class T, std::uint32_t N>
inline constexpr std::uint32_t longest<UpTo<T, N>> = N;

template <class T>
inline constexpr bool is_array = false;
template <class T, std::size_t N>
inline constexpr bool is_array<std::array<T, N>> = true;

template <class T>
inline constexpr bool is_union = is_a<T, std::variant>;
template <class Union>
using TagOf = std::remove_cv_t<decltype(std::variant_alternative_t<0, Union>::tag)>;
// What travels behind the tag.
template <class Arm>
struct Behind {
  using type = Arm;
};
template <class Tag, class Arm>
struct Behind<Default<Tag, Arm>> {
  using type = Arm;
};
template <class Arm>
using BehindTag = typename Behind<Arm>::type;
template <class Arm>
inline constexpr bool is_default = is_a<Arm, Default>;
// Whether an arm of this union, other than its default, has that tag.
template <class... Arms>
constexpr bool names_arm(std::type_identity<std::variant<Arms...>>, TagOf<std::variant<Arms...>> tag) {
  const auto is = [tag]<class Arm>(std::type_identity<Arm>) {
    if constexpr (is_default<Arm>)
      return false;
    else
      return Arm::tag == tag;
  };
  return (is(std::type_identity<Arms>{}) || ...);
}

template <class T>
inline constexpr bool is_octet = std::is_same_v<T, std::byte> || std::is_same_v<T, std::uint8_t>;
template <class T>
inline constexpr bool is_scalar = std::is_arithmetic_v<T> || std::is_enum_v<T>;
template <class T>
inline constexpr bool is_text =
    std::is_same_v<T, std::string> || std::is_same_v<T, std::u16string> || std::is_same_v<T, CText>;
template <class T>
inline constexpr bool is_vector = is_a<T, std::vector>;
// What is by its nature behind a pointer, and stands inline where that is a parameter or named by another
// pointer.
template <class T>
inline constexpr bool is_referent = is_text<T> || is_vector<T> || is_a<T, Varying>;
template <class T>
inline constexpr bool is_pointer = is_referent<T> || is_a<T, std::optional> || is_a<T, Ref>;
template <class T>
inline constexpr bool is_struct = !is_scalar<T> && !is_pointer<T> && !is_union<T> && !is_array<T> &&
                                  !is_up_to<T> && !is_a<T, Tail> && !std::is_same_v<T, Fd>;

template <class T>
struct Elements {};
template <class T, std::size_t N>
struct Elements<std::array<T, N>> {
  using type = T;
};
template <class T>
requires requires {
  &T::elements;
}
struct Elements<T> {
  using type = typename decltype(T::elements)::value_type;
};
template <class T>
std::vector<T>& elements_of(std::vector<T>& value) {
  return value;
}
template <class T>
std::vector<T>& elements_of(Varying<T>& value) {
  return value.elements;
}

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
  if constexpr (is_scalar<T>) {
    return sizeof(T);
  } else if constexpr (is_struct<T>) {
    return over_members<T>(1, []<class M>(std::size_t widest) { return std::max(widest, alignment<M>()); });
  } else if constexpr (is_array<T> || is_a<T, Tail>) {
    return alignment<typename Elements<T>::type>();
  } else if constexpr (is_up_to<T>) {
    return std::max<std::size_t>(4, alignment<typename Elements<T>::type>());
  } else if constexpr (is_union<T>) {
    return []<class... Arms>(std::type_identity<std::variant<Arms...>>) {
      return std::max({sizeof(TagOf<T>), alignment<BehindTag<Arms>>()...});
    }(std::type_identity<T>{});
  } else {
    return 4;
  }
}

// The fewest octets that a T takes, padding and referents not counted.
template <class T>
constexpr std::size_t least_size() {
  if constexpr (is_struct<T>)
    return over_members<T>(0, []<class M>(std::size_t sum) { return sum + least_size<M>(); });
  else if constexpr (is_array<T>)
    return std::tuple_size_v<T> * least_size<typename T::value_type>();
  else if constexpr (is_up_to<T>)
    return 8;
  else if constexpr (is_a<T, Tail>)
    return 0;
  else if constexpr (is_union<T>)
    return sizeof(TagOf<T>);
  else
    return alignment<T>();
}

// Whether a T on the wire is what it is in memory, where both have the same byte order: numbers side by side.
// Not what has to be looked at, such as booleans and enums.
template <class T>
constexpr bool is_block() {
  if constexpr (std::is_arithmetic_v<T>)
    return !std::is_same_v<T, bool> && alignof(T) == sizeof(T);
  else if constexpr (is_array<T>)
    return is_block<typename Elements<T>::type>();
  else if constexpr (is_struct<T> && std::is_aggregate_v<T>)
    return std::is_trivially_copyable_v<T> && alignment<T>() == alignof(T) && least_size<T>() == sizeof(T) &&
           over_members<T>(1, []<class M>(std::size_t sum) { return sum & (is_block<M>() ? 1U : 0U); }) == 1;
  else
    return false;
}

// Whether a T may hold a descriptor. Of a type that contains itself, so many levels are looked at.
template <class T, int Levels = 8>
constexpr bool carries_descriptors() {
  if constexpr (std::is_same_v<T, Fd>)
    return true;
  else if constexpr (Levels == 0 || is_scalar<T> || is_text<T>)
    return false;
  else if constexpr (is_a<T, std::optional> || is_vector<T>)
    return carries_descriptors<typename T::value_type, Levels - 1>();
  else if constexpr (is_a<T, Ref>)
    return carries_descriptors<decltype(T::value), Levels - 1>();
  else if constexpr (is_array<T> || is_up_to<T> || is_a<T, Tail> || is_a<T, Varying>)
    return carries_descriptors<typename Elements<T>::type, Levels - 1>();
  else if constexpr (is_union<T>)
    return []<class... Arms>(std::type_identity<std::variant<Arms...>>) {
      return (carries_descriptors<BehindTag<Arms>, Levels - 1>() || ...);
    }(std::type_identity<T>{});
  else
    return over_members<T>(0, []<class M>(std::size_t sum) {
             return sum + (carries_descriptors<M, Levels - 1>() ? 1 : 0);
           }) != 0;
}

// Whether the last member is a conformant array, whose count stands before the structure.
template <class T>
constexpr bool has_tail() {
  if constexpr (is_struct<T>) {
    constexpr std::size_t members = boost::pfr::tuple_size_v<T>;
    if constexpr (members != 0) return is_a<boost::pfr::tuple_element_t<members - 1, T>, Tail>;
    return false;
  } else {
    return false;
  }
}

// A structure with a tail inside another would need its count before the outer one.
template <class T>
constexpr bool tail_is_last() {
  const auto tails = over_members<T>(
      0, []<class M>(std::size_t sum) { return sum + (is_a<M, Tail> || has_tail<M>() ? 1 : 0); });
  return tails == (has_tail<T>() ? 1 : 0);
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

}  // namespace platen::rpc::ndr
