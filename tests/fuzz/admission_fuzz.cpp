// Any bytes as what an API server asks before it stores something: a review as a whole, and the
// object in one. The answer is always an orderly one, and a patch can be applied to the object.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "admission/review.hpp"
#include "api/resource.hpp"
#include "base/base64.hpp"

namespace {

using namespace functionmesh;
using base::Json;
using base::JsonObject;

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

constexpr std::string_view kKinds[]{"function", "source", "sink", "functionmesh", "backendconfig"};

/// Adds what the patch says; its parents have to be there.
void carry_out(std::string_view patch, Json& object) {
  const auto operations = base::parse_json(patch);
  require(operations.has_value());
  for (const Json& operation : operations->as_array()) {
    const std::string path{base::text_at(operation, {"path"})};
    Json* at = &object;
    std::size_t from = 1;
    for (std::size_t to = path.find('/', from); to != path.npos; to = path.find('/', from)) {
      at = at->as_object().if_contains(path.substr(from, to - from));
      require(at != nullptr && at->is_object());
      from = to + 1;
    }
    Json& member = at->as_object()[path.substr(from)];
    require(member.is_null());
    member = operation.at("value");
  }
}

/// The response to this body; null when it was refused as a whole.
Json ask(std::string_view action, std::string_view kind, std::string_view body) {
  const std::string path = "/" + std::string{action} + "-compute-functionmesh-io-v1alpha1-";
  const admission::Answer answer = admission::answer(path + std::string{kind}, body);
  require(!answer.body.empty());
  require(answer.status == 200 || answer.status == 400);
  if (answer.status == 400) {
    return {};
  }
  const auto review = base::parse_json(answer.body);
  require(review.has_value());
  const Json* response = base::find(*review, {"response"});
  require(response != nullptr && response->at("allowed").is_bool());
  require(response->at("allowed").as_bool() != answer.refused);
  require(action == "validate" || !answer.refused);
  return *response;
}

void ask_about(const Json& object, const Json& old, std::string_view operation) {
  JsonObject request{{"uid", "u"}, {"operation", operation}};
  request["object"] = object;
  request["oldObject"] = old;
  JsonObject review{{"apiVersion", "admission.k8s.io/v1"}, {"kind", "AdmissionReview"}};
  review["request"] = std::move(request);
  const std::string body = base::write_json(review);
  for (const std::string_view kind : kKinds) {
    const Json mutated = ask("mutate", kind, body);
    (void)ask("validate", kind, body);
    if (const auto patch = base::decode_base64(base::text_at(mutated, {"patch"}));
        patch && !patch->empty()) {
      Json filled = object;
      carry_out(*patch, filled);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  for (const std::string_view kind : kKinds) {
    (void)ask("mutate", kind, text);
    (void)ask("validate", kind, text);
  }
  const auto value = base::parse_json(text);
  if (!value) {
    return 0;
  }
  ask_about(*value, {}, "CREATE");
  for (const char* kind : {"Function", "Source", "Sink", "FunctionMesh", "BackendConfig"}) {
    const Json object{{"apiVersion", api::kApiVersion},
                      {"kind", kind},
                      {"metadata", {{"name", "x"}}},
                      {"spec", *value}};
    const Json empty{{"apiVersion", api::kApiVersion}, {"kind", kind}, {"spec", JsonObject{}}};
    ask_about(object, {}, "CREATE");
    ask_about(object, empty, "UPDATE");
    ask_about(empty, object, "UPDATE");
  }
  return 0;
}
