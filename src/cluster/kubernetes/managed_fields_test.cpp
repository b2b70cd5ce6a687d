#include "cluster/kubernetes/managed_fields.hpp"

#include <gtest/gtest.h>

#include "cluster/kubernetes/answer.hpp"
#include "cluster/kubernetes/resource_types.hpp"

namespace functionmesh::kubernetes {
namespace {

using base::Json;

Json with_fields(std::string_view entries) {
  return base::parse_json(R"({"apiVersion":"apps/v1","metadata":{"managedFields":)" +
                          std::string{entries} + "}}")
      .value();
}

TEST(ManagedFields, TakesOverTheSpecThatOthersWrotePlainly) {
  struct Case {
    std::string_view before;
    std::string_view after;  ///< empty: nothing to do
  };
  const std::vector<Case> cases = {
      {"[]", ""},
      {R"([{"manager":"fm","operation":"Update","fieldsV1":{"f:spec":{"f:a":{}}}}])",
       R"([{"manager":"functionmesh","operation":"Apply","apiVersion":"apps/v1","fieldsType":"FieldsV1","fieldsV1":{"f:spec":{"f:a":{}}}}])"},
      // Labels stay theirs, and so does what they write to a subresource.
      {R"([{"manager":"fm","operation":"Update","fieldsV1":{"f:metadata":{"f:labels":{}},"f:spec":{"f:a":{"f:b":{}}}}},{"manager":"kcm","operation":"Update","subresource":"status","fieldsV1":{"f:status":{}}}])",
       R"([{"manager":"fm","operation":"Update","fieldsV1":{"f:metadata":{"f:labels":{}}}},{"manager":"kcm","operation":"Update","subresource":"status","fieldsV1":{"f:status":{}}},{"manager":"functionmesh","operation":"Apply","apiVersion":"apps/v1","fieldsType":"FieldsV1","fieldsV1":{"f:spec":{"f:a":{"f:b":{}}}}}])"},
      // What we applied already is joined by it.
      {R"([{"manager":"functionmesh","operation":"Apply","fieldsV1":{"f:spec":{"f:a":{"f:x":{}}}}},{"manager":"kubectl","operation":"Update","fieldsV1":{"f:spec":{"f:a":{"f:b":{}},"f:c":{}}}}])",
       R"([{"manager":"functionmesh","operation":"Apply","fieldsV1":{"f:spec":{"f:a":{"f:x":{},"f:b":{}},"f:c":{}}}}])"},
      // Another applier keeps what is its own.
      {R"([{"manager":"gitops","operation":"Apply","fieldsV1":{"f:spec":{"f:a":{}}}}])", ""},
      {R"([{"manager":"fm","operation":"Update"}, 5, {"operation":"Update","fieldsV1":7}])", ""},
  };
  for (const Case& one : cases) {
    const auto after = take_over_spec(with_fields(one.before));
    EXPECT_EQ(after ? base::write_json(*after) : "", one.after) << one.before;
  }
}

TEST(ResourceTypes, NameThePathsOfAnApiServer) {
  EXPECT_EQ(object_path(*resource_type("StatefulSet"), {"StatefulSet", "n", "a"}),
            "/apis/apps/v1/namespaces/n/statefulsets/a");
  EXPECT_EQ(collection_path(*resource_type("Pod"), ""), "/api/v1/pods");
  EXPECT_EQ(collection_path(*resource_type("Function"), "n"),
            "/apis/compute.functionmesh.io/v1alpha1/namespaces/n/functions");
  EXPECT_EQ(resource_type("Gadget"), nullptr);
}

TEST(Answer, TurnsAStatusIntoAnErrorForPeople) {
  using Code = base::Error::Code;
  struct Case {
    Response response;
    Code code;
    std::string_view message;
  };
  const std::vector<Case> cases = {
      {{404, R"({"kind":"Status","message":"not there","reason":"NotFound"})"},
       Code::not_found,
       "get a: not there"},
      {{409, R"({"reason":"AlreadyExists","message":"m"})"}, Code::already_exists, "get a: m"},
      {{409, R"({"reason":"Conflict","message":"m"})"}, Code::conflict, "get a: m"},
      {{410, R"({"reason":"Expired","message":"m"})"}, Code::conflict, "get a: m"},
      {{422, R"({"message":"spec.x: bad"})"}, Code::invalid, "get a: spec.x: bad"},
      {{403, R"({"message":"no right"})"}, Code::forbidden, "get a: no right"},
      {{403, R"({"message":"m","details":{"causes":[{"reason":"NamespaceTerminating"}]}})"},
       Code::conflict,
       "get a: m"},
      {{500, "oh no"}, Code::unavailable, "get a: the API server answered 500"},
      {{200, "not json"}, Code::unavailable, ""},
      {{200, "[]"}, Code::unavailable, "get a: the API server's answer is no JSON object"},
  };
  for (const Case& one : cases) {
    const auto object = object_of("get a", one.response);
    ASSERT_FALSE(object);
    EXPECT_EQ(object.error().code, one.code) << one.response.body;
    if (!one.message.empty()) {
      EXPECT_EQ(object.error().message, one.message);
    }
  }
  EXPECT_TRUE(object_of("get a", {201, "{}"}));
}

}  // namespace
}  // namespace functionmesh::kubernetes
