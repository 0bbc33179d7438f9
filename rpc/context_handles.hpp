// Context handles (C706 2.3.1): what a client holds of a server's state from one call to the next. Each
// belongs to the connection that it was opened on; when that ends, in whatever way, all of its are run down.
//
//   struct OpenReply { ContextHandle handle; };
//   …
//   auto handle = call.handles().open(std::make_shared<Query>(…));        // in a handler
//   auto query = call.handles().find<Query>(request.handle);              // in a later one; may be empty
//   call.handles().close(request.handle);
//
// Run down is destroyed: a handler that still runs keeps its object until it ends.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <typeindex>

#include "base/error.hpp"
#include "rpc/interface.hpp"
#include "rpc/wire/identity.hpp"

namespace platen::rpc {

// As it travels. All zero is none.
struct ContextHandle {
  std::uint32_t attributes = 0;
  Uuid uuid;
  [[nodiscard]] explicit operator bool() const { return *this != ContextHandle{}; }
  friend bool operator==(const ContextHandle&, const ContextHandle&) = default;
};

class ContextHandles {
 public:
  explicit ContextHandles(std::size_t most) : most_(most) {}

  // Errc::busy when the connection has as many open as it may.
  template <class T>
  [[nodiscard]] Result<ContextHandle> open(std::shared_ptr<T> object) {
    return open(std::type_index(typeid(T)), std::move(object));
  }
  // Nothing when it is closed, of another connection, or names something else than a T.
  template <class T>
  [[nodiscard]] std::shared_ptr<T> find(const ContextHandle& handle) const {
    return std::static_pointer_cast<T>(find(std::type_index(typeid(T)), handle));
  }
  // Whether there was such a handle.
  bool close(const ContextHandle& handle);
  [[nodiscard]] std::size_t size() const { return objects_.size(); }
  void run_down();

 private:
  struct Held {
    std::type_index type;
    std::shared_ptr<void> object;
  };
  [[nodiscard]] Result<ContextHandle> open(std::type_index type, std::shared_ptr<void> object);
  [[nodiscard]] std::shared_ptr<void> find(std::type_index type, const ContextHandle& handle) const;

  std::size_t most_;
  std::map<Uuid, Held> objects_;
};

}  // namespace platen::rpc
