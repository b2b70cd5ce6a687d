#include "reconcile/fingerprint.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace functionmesh::reconcile {
namespace {

using base::Json;

class Fnv1a {
 public:
  void add(std::string_view text) {
    for (const char c : text) {
      state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    }
  }
  std::uint64_t value() const { return state_; }

 private:
  std::uint64_t state_ = 0xcbf29ce484222325ULL;
};

void add(Fnv1a& hash, const Json& value) {
  if (const base::JsonObject* object = value.if_object()) {
    std::vector<const boost::json::key_value_pair*> members;
    members.reserve(object->size());
    for (const auto& member : *object) {
      members.push_back(&member);
    }
    std::ranges::sort(members, {}, [](const auto* member) { return member->key(); });
    hash.add("{");
    for (const auto* member : members) {
      hash.add(member->key());
      hash.add("\x1f");
      add(hash, member->value());
    }
    hash.add("}");
  } else if (const base::JsonArray* array = value.if_array()) {
    hash.add("[");
    for (const Json& element : *array) {
      add(hash, element);
      hash.add(",");
    }
    hash.add("]");
  } else if (const boost::json::string* text = value.if_string()) {
    hash.add("\"");
    hash.add(*text);
    hash.add("\"");
  } else {
    hash.add(base::write_json(value));
  }
}

}  // namespace

std::string fingerprint(const Json& value) {
  Fnv1a hash;
  add(hash, value);
  std::array<char, 17> text;
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(hash.value()));
  return text.data();
}

}  // namespace functionmesh::reconcile
