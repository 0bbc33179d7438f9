#include "port/snmp/snmp_client.hpp"

#include <algorithm>
#include <mutex>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <fcntl.h>

// net-snmp's headers want to be in this order, and are not clean of our warnings.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#include <net-snmp/net-snmp-config.h>
// behind it
#include <net-snmp/library/large_fd_set.h>
#include <net-snmp/net-snmp-includes.h>
#pragma GCC diagnostic pop

#include "base/fd.hpp"
#include "base/host_lookup.hpp"
#include "base/interruptible.hpp"

namespace platen::port {
namespace {

namespace asio = boost::asio;

// Objects per branch in one answer of version 2c; more would not fit into a packet with long texts.
constexpr long kRepetitions = 8;
// No agent looks at more.
constexpr std::size_t kMaxOid = MAX_OID_LEN;
// How net-snmp counts: everything that waits has waited long enough as soon as we say so.
constexpr long kExpiredAtOnce = 1;

// The library keeps its hands off files, and begins to count its requests.
void prepare_library() {
  static std::once_flag once;
  std::call_once(once, [] {
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DISABLE_PERSISTENT_LOAD, 1);
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DISABLE_PERSISTENT_SAVE, 1);
    // What it would print on stderr is in our results.
    snmp_disable_log();
  });
}

std::string peer_name(const asio::ip::address& address, std::uint16_t number) {
  const std::string host = address.to_string();
  const std::string port = std::to_string(number);
  return address.is_v6() ? "udp6:[" + host + "]:" + port : "udp:" + host + ":" + port;
}

}  // namespace

struct SnmpClient::AnswerObject {
  SnmpValue value;
  bool known_kind = true;  // its value can be told
  bool end = false;        // nothing comes behind
};

struct SnmpClient::Answer {
  bool came = false;
  long error = SNMP_ERR_NOERROR;
  long error_index = 0;
  std::vector<AnswerObject> objects;
};

// One part of the tree that is being walked.
struct SnmpClient::Branch {
  Oid root;
  Oid at;
  std::vector<SnmpValue> found;
  bool done = false;
};

struct SnmpClient::Session {
  explicit Session(const asio::any_io_executor& executor) : socket(executor) {}
  ~Session() {
    // The number is net-snmp's to close.
    if (socket.is_open()) static_cast<void>(socket.release());
    if (handle) snmp_sess_close(handle);
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // The library calls this from within snmp_sess_read2 and snmp_sess_timeout.
  static int heard(int operation, netsnmp_session*, int, netsnmp_pdu* pdu, void* magic);
  void read() const {
    const int number = snmp_sess_transport(handle)->sock;
    netsnmp_large_fd_set set;
    netsnmp_large_fd_set_init(&set, number + 1);
    NETSNMP_LARGE_FD_ZERO(&set);
    NETSNMP_LARGE_FD_SET(number, &set);
    static_cast<void>(snmp_sess_read2(handle, &set));
    netsnmp_large_fd_set_cleanup(&set);
  }

  void* handle = nullptr;
  asio::posix::stream_descriptor socket;
  Answer* waiting = nullptr;
};

int SnmpClient::Session::heard(int operation, netsnmp_session*, int, netsnmp_pdu* pdu, void* magic) {
  auto* session = static_cast<Session*>(magic);
  // Given up, or late.
  if (operation != NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE || !session->waiting || !pdu) return 1;
  Answer& answer = *session->waiting;
  answer.came = true;
  answer.error = pdu->errstat;
  answer.error_index = pdu->errindex;
  for (const netsnmp_variable_list* variable = pdu->variables; variable; variable = variable->next_variable) {
    AnswerObject object;
    object.value.oid.assign(variable->name, variable->name + variable->name_length);
    switch (variable->type) {
      case ASN_INTEGER:
        object.value.value = static_cast<std::int64_t>(*variable->val.integer);
        break;
      case ASN_COUNTER:
      case ASN_GAUGE:
      case ASN_TIMETICKS:
      case ASN_UINTEGER:
        object.value.value = static_cast<std::int64_t>(static_cast<std::uint32_t>(*variable->val.integer));
        break;
      case ASN_COUNTER64:
        object.value.value =
            static_cast<std::int64_t>((static_cast<std::uint64_t>(variable->val.counter64->high) << 32) |
                                      (variable->val.counter64->low & 0xFFFFFFFFU));
        break;
      case ASN_OCTET_STR:
        object.value.value = std::string(reinterpret_cast<const char*>(variable->val.string),
                                         std::min(variable->val_len, max_octets));
        break;
      case SNMP_NOSUCHOBJECT:
      case SNMP_NOSUCHINSTANCE:
      case SNMP_ENDOFMIBVIEW:
        object.end = true;
        break;
      default:
        object.known_kind = false;
        break;
    }
    answer.objects.push_back(std::move(object));
  }
  return 1;
}

SnmpClient::SnmpClient(Clock& clock, asio::any_io_executor executor, SnmpSettings settings)
    : clock_(clock), executor_(std::move(executor)), settings_(std::move(settings)) {
  prepare_library();
}

SnmpClient::~SnmpClient() = default;

void SnmpClient::close() {
  if (!walking_) {
    session_.reset();
    return;
  }
  // It may be looking for the host's address, waiting for an answer, or about to do either.
  closing_ = true;
  stop_.emit(asio::cancellation_type::terminal);
  if (session_ && session_->socket.is_open()) {
    boost::system::error_code ignored;
    session_->socket.cancel(ignored);
  }
}

Error SnmpClient::trouble(boost::system::error_code code) const {
  return fail(code, "ask the printer by SNMP at", settings_.host + ":" + std::to_string(settings_.port),
              "Check that the printer is on the network and answers to the community \"" +
                  settings_.community + "\".");
}

Task<Result<void>> SnmpClient::open(Deadline deadline) {
  if (session_) co_return Result<void>();
  // Resolved by us, because the library would block on it.
  auto looking = look_up(clock_, settings_.host, deadline);
  const auto addresses = co_await interruptible(stop_, std::move(looking), "look for", settings_.host);
  if (closing_) co_return trouble(make_error_code(Errc::closed));
  if (!addresses) co_return trouble(addresses.error().code);

  std::string peer = peer_name(addresses->front(), settings_.port);
  netsnmp_session wanted;
  snmp_sess_init(&wanted);
  wanted.peername = peer.data();
  wanted.version = settings_.version_2c ? SNMP_VERSION_2c : SNMP_VERSION_1;
  wanted.community = reinterpret_cast<unsigned char*>(settings_.community.data());
  wanted.community_len = settings_.community.size();
  wanted.retries = 0;
  wanted.timeout = kExpiredAtOnce;
  auto session = std::make_unique<Session>(executor_);
  session->handle = snmp_sess_open(&wanted);
  if (!session->handle) co_return trouble(make_error_code(Errc::failed));
  const int number = snmp_sess_transport(session->handle)->sock;
  if (::fcntl(number, F_SETFL, ::fcntl(number, F_GETFL) | O_NONBLOCK) != 0 ||
      ::fcntl(number, F_SETFD, FD_CLOEXEC) != 0)
    co_return fail_errno(errno, "set up the SNMP socket for", settings_.host);
  session->socket.assign(number);
  session_ = std::move(session);
  co_return Result<void>();
}

Task<Result<SnmpClient::Answer>> SnmpClient::ask(const std::vector<Oid>& oids, Deadline deadline) {
  Answer answer;
  Session& session = *session_;
  session.waiting = &answer;
  boost::system::error_code why = make_error_code(Errc::timed_out);
  while (!answer.came && !closing_ && !deadline.passed(clock_)) {
    netsnmp_pdu* pdu = snmp_pdu_create(settings_.version_2c ? SNMP_MSG_GETBULK : SNMP_MSG_GETNEXT);
    if (settings_.version_2c) {
      pdu->non_repeaters = 0;
      pdu->max_repetitions = kRepetitions;
    }
    for (const Oid& oid : oids) {
      const std::vector<::oid> numbers(oid.begin(), oid.end());
      snmp_add_null_var(pdu, numbers.data(), numbers.size());
    }
    ++sent_;
    if (snmp_sess_async_send(session.handle, pdu, &Session::heard, &session) == 0) snmp_free_pdu(pdu);
    const Deadline again = deadline.within(clock_, resend_after);
    while (!answer.came && !closing_) {
      auto [ec] = co_await before(clock_, again, [&session](auto token) {
        return session.socket.async_wait(asio::posix::stream_descriptor::wait_read, token);
      });
      if (ec == make_error_code(Errc::canceled)) why = ec;
      if (ec) break;
      session.read();
    }
    if (why == make_error_code(Errc::canceled)) break;
    // Takes the request that got no answer off the library's list.
    if (!answer.came) snmp_sess_timeout(session.handle);
  }
  session.waiting = nullptr;
  if (closing_) co_return trouble(make_error_code(Errc::closed));
  if (!answer.came) co_return trouble(why);
  co_return answer;
}

Task<Result<std::vector<SnmpValue>>> SnmpClient::walk(std::vector<Oid> roots, Deadline deadline) {
  if (walking_) co_return trouble(make_error_code(Errc::busy));
  walking_ = true;
  closing_ = false;
  struct Ending {
    SnmpClient& client;
    ~Ending() {
      client.walking_ = false;
      if (client.closing_) client.session_.reset();
    }
  } ending{*this};
  if (auto opened = co_await open(deadline); !opened) co_return opened.error();

  std::vector<Branch> branches;
  for (Oid& root : roots)
    if (!root.empty() && root.size() < kMaxOid) branches.push_back({root, root, {}, false});
  std::size_t objects = 0;
  for (;;) {
    std::vector<Branch*> active;
    std::vector<Oid> oids;
    for (Branch& branch : branches) {
      if (branch.done) continue;
      active.push_back(&branch);
      oids.push_back(branch.at);
    }
    if (active.empty()) break;
    auto answered = co_await ask(oids, deadline);
    if (!answered) co_return answered.error();
    const Answer& answer = *answered;
    if (answer.error != SNMP_ERR_NOERROR) {
      const auto index = static_cast<std::size_t>(std::max(answer.error_index, 0L));
      // Version 1 says so when nothing comes behind the object; too big means that too much was asked at
      // once.
      if (answer.error == SNMP_ERR_NOSUCHNAME && index >= 1 && index <= active.size()) {
        active[index - 1]->done = true;
      } else if (answer.error == SNMP_ERR_TOOBIG && active.size() > 1) {
        // The others come when the first one is through.
        const std::vector<Oid> first(1, oids.front());
        auto alone = co_await ask(first, deadline);
        if (!alone) co_return alone.error();
        if (alone->error != SNMP_ERR_NOERROR || alone->objects.empty() ||
            !advance(*active.front(), alone->objects.front(), objects))
          active.front()->done = true;
      } else {
        co_return trouble(make_error_code(Errc::refused));
      }
      continue;
    }
    for (std::size_t i = 0; i < answer.objects.size(); ++i) {
      Branch& branch = *active[i % active.size()];
      if (!branch.done && !advance(branch, answer.objects[i], objects)) branch.done = true;
    }
    // An agent that leaves something out would be asked the same again and again.
    for (std::size_t i = answer.objects.size(); i < active.size(); ++i) active[i]->done = true;
    if (objects >= max_objects) break;
  }
  std::vector<SnmpValue> found;
  for (Branch& branch : branches)
    for (SnmpValue& value : branch.found) found.push_back(std::move(value));
  co_return found;
}

// False when the branch ends here.
bool SnmpClient::advance(Branch& branch, const AnswerObject& object, std::size_t& objects) {
  const Oid& oid = object.value.oid;
  const bool below =
      oid.size() > branch.root.size() && std::equal(branch.root.begin(), branch.root.end(), oid.begin());
  if (object.end || !below || !(branch.at < oid) || objects >= max_objects) return false;
  branch.at = oid;
  ++objects;
  if (object.known_kind) branch.found.push_back(object.value);
  return true;
}

}  // namespace platen::port
