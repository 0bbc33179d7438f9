#include "spooler/doors/ipp_service.hpp"

#include <algorithm>
#include <array>

#include <unistd.h>

#include "spooler/doors/ipp_operations.hpp"
#include "spooler/ipp/ticket.hpp"

namespace platen::spooler::ipp {
namespace {

constexpr std::size_t read_chunk = 16 * 1024;

const std::vector<Operation>& all_operations() {
  static const std::vector<Operation> all = [] {
    std::vector<Operation> list;
    for (const auto some : {print_operations(), job_operations(), printer_operations()})
      list.insert(list.end(), some.begin(), some.end());
    return list;
  }();
  return all;
}

// The document: what was read together with the attributes, then the rest of the body.
class Tail final : public ByteSource {
 public:
  Tail(std::vector<std::byte> begin, ByteSource& rest) : begin_(std::move(begin)), rest_(rest) {}

  Task<Result<std::size_t>> read_some(std::span<std::byte> into, Deadline deadline) override {
    if (at_ == begin_.size()) co_return co_await rest_.read_some(into, deadline);
    const std::size_t n = std::min(into.size(), begin_.size() - at_);
    std::copy_n(begin_.begin() + static_cast<std::ptrdiff_t>(at_), n, into.begin());
    at_ += n;
    co_return n;
  }

 private:
  std::vector<std::byte> begin_;
  std::size_t at_ = 0;
  ByteSource& rest_;
};

struct Received {
  std::vector<std::byte> bytes;
  std::size_t attributes = 0;  // this many of them; what is left begins the document
};

// Never fails with fewer bytes than a header, which is needed to answer at all.
Task<Result<Received>> receive(ByteSource& body, Deadline deadline,
                               std::array<std::byte, header_size>& header) {
  Received received;
  Measure measure;
  for (;;) {
    const std::size_t had = received.bytes.size();
    received.bytes.resize(had + read_chunk);
    auto got = co_await body.read_some(std::span(received.bytes).subspan(had), deadline);
    if (!got) co_return got.error();
    received.bytes.resize(had + *got);
    if (received.bytes.size() >= header_size)
      std::copy_n(received.bytes.begin(), header_size, header.begin());
    if (*got == 0)
      co_return fail(Errc::malformed, "read the IPP request", "", "It ends in the middle of its attributes.");
    auto end = measure.look(received.bytes);
    if (!end) co_return end.error();
    if (*end) {
      received.attributes = **end;
      co_return received;
    }
  }
}

// The version that answers `major`.`minor`: the same when we speak it.
Message new_reply(std::span<const std::byte, header_size> header) {
  const auto byte = [header](std::size_t at) { return std::to_integer<int>(header[at]); };
  Message reply(ippNew());
  const int major = byte(0);
  ippSetVersion(reply.get(), major == 2 ? 2 : 1, major == 2 ? 0 : 1);
  ippSetRequestId(reply.get(), byte(4) << 24 | byte(5) << 16 | byte(6) << 8 | byte(7));
  ippAddString(reply.get(), IPP_TAG_OPERATION, IPP_TAG_CHARSET, "attributes-charset", nullptr, "utf-8");
  ippAddString(reply.get(), IPP_TAG_OPERATION, IPP_TAG_LANGUAGE, "attributes-natural-language", nullptr,
               "en");
  return reply;
}

// The status-message belongs to the operation's group, which comes first; the others were written already.
http::Reply finish(Message reply, const Verdict& verdict) {
  ippSetStatusCode(reply.get(), verdict.status);
  Message ordered(ippNew());
  int minor = 0;
  const int major = ippGetVersion(reply.get(), &minor);
  ippSetVersion(ordered.get(), major, minor);
  ippSetRequestId(ordered.get(), ippGetRequestId(reply.get()));
  ippSetStatusCode(ordered.get(), verdict.status);
  ipp_attribute_t* each = ippFirstAttribute(reply.get());
  for (; each && ippGetGroupTag(each) == IPP_TAG_OPERATION; each = ippNextAttribute(reply.get()))
    ippCopyAttribute(ordered.get(), each, 1);
  if (!verdict.sentence.empty())
    ippAddString(ordered.get(), IPP_TAG_OPERATION, IPP_TAG_TEXT, "status-message", nullptr,
                 clip(verdict.sentence, text_limit).c_str());
  for (; each; each = ippNextAttribute(reply.get())) {
    if (ippGetName(each))
      ippCopyAttribute(ordered.get(), each, 1);
    else
      ippAddSeparator(ordered.get());
  }
  http::Reply out;
  out.type = "application/ipp";
  out.headers.emplace_back("Cache-Control", "no-store");
  out.body = encode(ordered.get());
  return out;
}

Place place_of(const Desk& desk) {
  char host[256] = "";
  ::gethostname(host, sizeof host - 1);
  Place place;
  place.authority = desk.authority;
  place.site = host + desk.settings.state.native();
  place.now = desk.clock.wall();
  for (const Operation& operation : all_operations()) place.operations.push_back(operation.id);
  std::ranges::sort(place.operations);
  return place;
}

Task<Verdict> answer(Desk& desk, const http::Peer& peer, Call& call) {
  if (auto refusal = check_request(call.request)) co_return std::move(*refusal);
  const auto& all = all_operations();
  const auto operation = std::ranges::find(all, ippGetOperation(call.request), &Operation::id);
  if (operation == all.end())
    co_return Verdict{IPP_STATUS_ERROR_OPERATION_NOT_SUPPORTED,
                      std::string(ippOpString(ippGetOperation(call.request))) + " is not answered here."};
  const auto target = find_target(call.request);
  if (!target) co_return target.error();
  if (target->printer.empty()) {
    auto printers = desk.spooler.printers();
    if (printers.empty()) co_return Verdict{IPP_STATUS_ERROR_NOT_FOUND, "No printer is installed."};
    call.printer = std::move(printers.front());
  } else {
    auto printer = desk.spooler.printer(target->printer);
    if (!printer)
      co_return Verdict{IPP_STATUS_ERROR_NOT_FOUND, "There is no printer " + target->printer + "."};
    call.printer = std::move(*printer);
  }
  if (operation->needs == Needs::job) {
    if (target->job == 0) co_return Verdict{IPP_STATUS_ERROR_BAD_REQUEST, "The request names no job."};
    call.job = desk.spooler.job(static_cast<std::uint32_t>(target->job));
    if (!call.job || (!target->printer.empty() && call.job->printer != call.printer.name))
      co_return Verdict{IPP_STATUS_ERROR_NOT_FOUND,
                        "There is no job " + std::to_string(target->job) + " here."};
  }
  call.user = peer.local ? peer.user() : requesting_user(call.request);
  co_return co_await operation->handler(desk, call);
}

Task<http::Reply> serve(Desk& desk, http::Request& request) {
  if (request.media_type() != "application/ipp")
    co_return http::error_reply(415, "unsupported", "This address speaks IPP; send application/ipp.");
  std::array<std::byte, header_size> header{};
  auto received = co_await receive(*request.body, Deadline::in(desk.clock, http::body_idle), header);
  Message reply = new_reply(header);
  if (!received) {
    Verdict verdict{IPP_STATUS_ERROR_BAD_REQUEST, received.error().sentence()};
    if (received.error().is(Errc::too_large)) verdict.status = IPP_STATUS_ERROR_REQUEST_ENTITY;
    co_return finish(std::move(reply), verdict);
  }
  const auto split = received->bytes.begin() + static_cast<std::ptrdiff_t>(received->attributes);
  auto message = decode({received->bytes.begin(), split});
  if (!message) {
    const Verdict verdict{IPP_STATUS_ERROR_BAD_REQUEST, message.error().sentence()};
    co_return finish(std::move(reply), verdict);
  }
  Tail document(std::vector<std::byte>(split, received->bytes.end()), *request.body);
  Call call{message->get(), reply.get(), place_of(desk), {}, {}, {}, &document};
  const Verdict verdict = co_await answer(desk, request.peer, call);
  co_return finish(std::move(reply), verdict);
}

}  // namespace

std::vector<http::Route> ipp_routes(http::Desk& desk) {
  constexpr http::DeskRoute routes[] = {
      {http::Verb::post, "/", http::Body::document, http::Who::anyone, serve},
      {http::Verb::post, "/ipp/print", http::Body::document, http::Who::anyone, serve},
      {http::Verb::post, "/ipp/print/{name}", http::Body::document, http::Who::anyone, serve},
      {http::Verb::post, "/ipp/print/{name}/{id}", http::Body::document, http::Who::anyone, serve},
  };
  return http::bind(desk, routes);
}

}  // namespace platen::spooler::ipp
