#include "base/metadata.hpp"

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

bool is_being_deleted(const Json& object) {
  return !text_at(object, {"metadata", "deletionTimestamp"}).empty();
}

}  // namespace functionmesh::base
