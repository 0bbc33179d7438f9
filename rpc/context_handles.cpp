#include "rpc/context_handles.hpp"

namespace platen::rpc {

Result<ContextHandle> ContextHandles::open(std::type_index type, std::shared_ptr<void> object) {
  if (objects_.size() >= most_)
    return fail(Errc::busy, "open a handle", "beside " + std::to_string(objects_.size()) + " others",
                "Close those that are no longer needed.");
  const Uuid uuid = random_uuid();
  objects_.emplace(uuid, Held{type, std::move(object)});
  return ContextHandle{0, uuid};
}

std::shared_ptr<void> ContextHandles::find(std::type_index type, const ContextHandle& handle) const {
  const auto at = objects_.find(handle.uuid);
  const bool ours = at != objects_.end() && handle.attributes == 0 && at->second.type == type;
  return ours ? at->second.object : nullptr;
}

bool ContextHandles::close(const ContextHandle& handle) {
  // Out of the table first: its destructor may come back here.
  return handle.attributes == 0 && !objects_.extract(handle.uuid).empty();
}

// What a destructor does to this table finds it empty.
void ContextHandles::run_down() {
  const auto all = std::exchange(objects_, {});
}

}  // namespace platen::rpc
