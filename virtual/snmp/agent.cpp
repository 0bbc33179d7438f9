#include "virtual/snmp/agent.hpp"

#include <algorithm>

namespace platen::vprinter::snmp {
namespace {

enum Pdu : std::uint8_t { kGet = 0xA0, kGetNext = 0xA1, kResponse = 0xA2, kSet = 0xA3, kGetBulk = 0xA5 };
enum ErrorStatus { kNoError = 0, kTooBig = 1, kNoSuchName = 2, kReadOnly = 4, kNotWritable = 17 };
constexpr std::uint8_t kNoSuchObject = 0x80, kEndOfView = 0x82;
constexpr std::int64_t kVersion1 = 0, kVersion2c = 1;
// More is asked for by nobody who means well.
constexpr std::size_t kMostNames = 128;
constexpr std::int64_t kMostRepetitions = 64;

std::string encoded(const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return ber_number(kInteger, *number);
  if (const auto* octets = std::get_if<std::string>(&value)) return ber(kOctets, *octets);
  return ber_number(kCounter, std::get<Counter>(value).value);
}

std::string pair(const Name& name, std::string_view value) {
  return ber(kSequence, ber_name(name) + std::string(value));
}

struct Question {
  std::int64_t version = 0;
  std::uint8_t pdu = 0;
  std::int64_t id = 0;
  std::int64_t non_repeaters = 0;
  std::int64_t repetitions = 0;
  std::vector<Name> names;
};

struct Reply {
  std::string pairs;
  int error = kNoError;
  std::size_t index = 0;
  bool full = false;
  void add(const std::string& one) {
    full = full || pairs.size() + one.size() > kLongestAnswer;
    if (!full) pairs += one;
  }
};

std::optional<Question> read(std::string_view packet, std::string_view community) {
  auto message = BerReader(packet).enter(kSequence);
  if (!message) return std::nullopt;
  Question question;
  const auto version = message->integer();
  const auto said = message->content(kOctets);
  const auto pdu = message->tag();
  if (!version || (*version != kVersion1 && *version != kVersion2c) || !said || *said != community || !pdu)
    return std::nullopt;
  const bool known =
      *pdu == kGet || *pdu == kGetNext || *pdu == kSet || (*pdu == kGetBulk && *version == kVersion2c);
  auto body = message->enter(*pdu);
  if (!known || !body) return std::nullopt;
  const auto id = body->integer(), first = body->integer(), second = body->integer();
  auto list = body->enter(kSequence);
  if (!id || !first || !second || !list) return std::nullopt;
  question = {*version, *pdu, *id, *first, *second, {}};
  while (!list->empty() && question.names.size() < kMostNames) {
    auto one = list->enter(kSequence);
    auto name = one ? one->object_id() : std::nullopt;
    if (!name) return std::nullopt;
    question.names.push_back(std::move(*name));
  }
  return question;
}

void get(const Question& question, const Objects& objects, Reply& reply) {
  for (std::size_t i = 0; i < question.names.size() && reply.error == kNoError; ++i) {
    const auto found = objects.find(question.names[i]);
    if (found != objects.end()) {
      reply.add(pair(found->first, encoded(found->second)));
    } else if (question.version == kVersion1) {
      reply.error = kNoSuchName;
      reply.index = i + 1;
    } else {
      reply.add(pair(question.names[i], ber(kNoSuchObject, "")));
    }
  }
}

// The next object behind `name`, which moves on to it; false at the end.
bool step(Name& name, const Objects& objects, Reply& reply) {
  const auto next = objects.upper_bound(name);
  if (next == objects.end()) {
    reply.add(pair(name, ber(kEndOfView, "")));
    return false;
  }
  name = next->first;
  reply.add(pair(name, encoded(next->second)));
  return true;
}

void get_next(const Question& question, const Objects& objects, Reply& reply) {
  for (std::size_t i = 0; i < question.names.size(); ++i) {
    Name name = question.names[i];
    if (step(name, objects, reply) || question.version != kVersion1) continue;
    reply.error = kNoSuchName;
    reply.index = i + 1;
    return;
  }
}

void get_bulk(const Question& question, const Objects& objects, Reply& reply) {
  std::vector<Name> names = question.names;
  const auto once = static_cast<std::size_t>(
      std::clamp<std::int64_t>(question.non_repeaters, 0, static_cast<std::int64_t>(names.size())));
  for (std::size_t i = 0; i < once; ++i) step(names[i], objects, reply);
  const std::int64_t rounds = std::clamp<std::int64_t>(question.repetitions, 0, kMostRepetitions);
  bool more = true;
  for (std::int64_t round = 0; round < rounds && more && !reply.full; ++round) {
    more = false;
    for (std::size_t i = once; i < names.size(); ++i) more = step(names[i], objects, reply) || more;
  }
  // What does not fit is asked for again.
  reply.full = false;
}

}  // namespace

std::string answer_packet(std::string_view packet, const Objects& objects, std::string_view community) {
  const auto question = read(packet, community);
  if (!question) return {};
  Reply reply;
  switch (question->pdu) {
    case kGet:
      get(*question, objects, reply);
      break;
    case kGetNext:
      get_next(*question, objects, reply);
      break;
    case kGetBulk:
      get_bulk(*question, objects, reply);
      break;
    default:
      reply.error = question->version == kVersion1 ? kReadOnly : kNotWritable;
      reply.index = 1;
      break;
  }
  if (reply.full) reply.error = kTooBig;
  if (reply.error != kNoError) {
    reply.pairs.clear();
    for (const Name& name : question->names) reply.pairs += pair(name, ber(kNull, ""));
  }
  const std::string pdu = ber_number(kInteger, question->id) + ber_number(kInteger, reply.error) +
                          ber_number(kInteger, static_cast<std::int64_t>(reply.index)) +
                          ber(kSequence, reply.pairs);
  return ber(kSequence,
             ber_number(kInteger, question->version) + ber(kOctets, community) + ber(kResponse, pdu));
}

}  // namespace platen::vprinter::snmp
