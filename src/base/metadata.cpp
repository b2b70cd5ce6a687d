#include "base/metadata.hpp"

#include <algorithm>

namespace functionmesh::base {

std::string_view annotation(const Json& object, std::string_view name) {
  return text_at(object, {"metadata", "annotations", name});
}

std::int64_t generation_of(const Json& object) {
  return number_at(object, {"metadata", "generation"});
}

std::string uid_of(const Json& object) {
  return std::string{text_at(object, {"metadata", "uid"})};
}

bool is_owned_by(const Json& object, std::string_view uid) {
  const Json* owners = find(object, {"metadata", "ownerReferences"});
  return owners != nullptr && owners->is_array() &&
         std::ranges::any_of(owners->get_array(),
                             [&](const Json& owner) { return text_at(owner, {"uid"}) == uid; });
}

bool is_being_deleted(const Json& object) {
  return !text_at(object, {"metadata", "deletionTimestamp"}).empty();
}

}  // namespace functionmesh::base
