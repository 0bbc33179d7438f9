#include <fcntl.h>
#include <grpcpp/create_channel_posix.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/server_posix.h>
#include <sys/socket.h>
#include <unistd.h>

#include "contestant.hpp"
#include "peer.grpc.pb.h"

namespace platen::bench {
namespace {

using grpc_peer::Octets;
using grpc_peer::Peer;

void must(bool done, const char* what) {
  if (!done) give_up(std::string("gRPC: ") + what);
}

// What waits on the completion queue: `go_on` is its next step.
class Step {
 public:
  virtual ~Step() = default;
  virtual void go_on() = 0;
};

// One unary call after the other.
class FlatCalls final : public Step {
 public:
  FlatCalls(Peer::AsyncService& service, grpc::ServerCompletionQueue& queue)
      : service_(service), queue_(queue) {
    await_call();
  }

  void go_on() override {
    if (answered_) return await_call();
    answered_ = true;
    call_->answer.Finish(call_->octets, grpc::Status::OK, this);
  }

 private:
  struct Call {
    grpc::ServerContext context;
    Octets octets;
    grpc::ServerAsyncResponseWriter<Octets> answer{&context};
  };

  void await_call() {
    answered_ = false;
    call_ = std::make_unique<Call>();
    service_.RequestFlat(&call_->context, &call_->octets, &call_->answer, &queue_, &queue_, this);
  }

  Peer::AsyncService& service_;
  grpc::ServerCompletionQueue& queue_;
  std::unique_ptr<Call> call_;
  bool answered_ = false;
};

// The one stream of nested calls. Callback and answer are the same to a stream: each message read is sent
// back.
class NestedCalls final : public Step {
 public:
  NestedCalls(Peer::AsyncService& service, grpc::ServerCompletionQueue& queue) {
    service.RequestNested(&context_, &stream_, &queue, &queue, this);
  }

  void go_on() override {
    reading_ = !reading_;
    if (reading_)
      stream_.Read(&octets_, this);
    else
      stream_.Write(octets_, this);
  }

 private:
  grpc::ServerContext context_;
  Octets octets_;
  grpc::ServerAsyncReaderWriter<Octets, Octets> stream_{&context_};
  bool reading_ = false;
};

// One thread on one completion queue: the shape of server that passes no call from thread to thread.
void serve(int socket) {
  Peer::AsyncService service;
  grpc::ServerBuilder builder;
  builder.RegisterService(&service);
  const auto queue = builder.AddCompletionQueue();
  const auto server = builder.BuildAndStart();
  must(server != nullptr, "no server");
  grpc::AddInsecureChannelFromFd(server.get(), socket);
  FlatCalls flat(service, *queue);
  NestedCalls nested(service, *queue);
  void* step = nullptr;
  bool done = false;
  while (queue->Next(&step, &done) && done) static_cast<Step*>(step)->go_on();
  ::_exit(0);  // the caller is gone, and there is nobody to shut down for
}

// gRPC knows no callback. What stands for a nested call is four messages on a bidirectional stream that is
// opened once: call, callback, its answer, answer. That is less than a call each (no headers, no status), so
// it is the most that can be said for gRPC.
class Grpc final : public Contestant {
 public:
  Grpc() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
      give_up("cannot make a socket pair");
    child_ = std::make_unique<Child>([&ends] {
      ::close(ends[0]);
      serve(ends[1]);
    });
    ::close(ends[1]);
    caller_ = std::make_unique<Caller>(ends[0]);
  }

  double flat(int calls) override {
    const double from = now_us();
    for (int i = 0; i < calls; ++i) {
      grpc::ClientContext context;
      Octets call;
      Octets answer;
      call.set_octets(octets());
      must(caller_->peer->Flat(&context, call, &answer).ok(), "a call has failed");
      check(answer);
    }
    return (now_us() - from) / calls;
  }

  double nested(int calls) override {
    if (!caller_->stream) caller_->stream = caller_->peer->Nested(&caller_->context);
    auto& stream = *caller_->stream;
    const double from = now_us();
    for (int i = 0; i < calls; ++i) {
      Octets call;
      Octets back;
      Octets answer;
      call.set_octets(octets());
      must(stream.Write(call) && stream.Read(&back), "a nested call has failed");
      check(back);
      must(stream.Write(back) && stream.Read(&answer), "the answer to a callback has failed");
      check(answer);
    }
    return (now_us() - from) / calls;
  }

 private:
  // Made after the fork, for the library's threads do not survive one.
  struct Caller {
    explicit Caller(int socket)
        : channel(grpc::CreateInsecureChannelFromFd("bench", socket)), peer(Peer::NewStub(channel)) {}

    std::shared_ptr<grpc::Channel> channel;
    std::unique_ptr<Peer::Stub> peer;
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReaderWriter<Octets, Octets>> stream;
  };

  static const std::string& octets() {
    static const std::string all(payload, '\0');
    return all;
  }
  static void check(const Octets& answer) {
    must(answer.octets().size() == payload, "not the answer that was asked for");
  }

  std::unique_ptr<Child> child_;
  std::unique_ptr<Caller> caller_;
};

}  // namespace

std::unique_ptr<Contestant> make_grpc() {
  return std::make_unique<Grpc>();
}

}  // namespace platen::bench
