#include "api/crd.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "api/fields.hpp"
#include "api/kubernetes_schema.hpp"

// Tests run in the project's folder.
namespace functionmesh::api {
namespace {

constexpr std::string_view kDeployed = "deploy/crds/crds.yaml";

// What `kubectl apply` keeps of an object in an annotation of it, whose other parts are small.
constexpr std::size_t kLargestForApply = 262'144 - 500;

std::string text_of_file(std::string_view name) {
  const std::ifstream file{std::string{name}};
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

const Json& root_schema(const Json& definition) {
  return definition.at("spec").at("versions").at(0).at("schema").at("openAPIV3Schema");
}

bool is_kubernetes_type(const Json& schema) {
  return base::text_at(schema, {"description"}).contains("Kubernetes type: ");
}

void expect_descriptions(const Json& schema, const std::string& path) {
  EXPECT_NE(base::text_at(schema, {"description"}), "") << path;
  const Json* inner = &schema;
  for (const std::string_view step : {"items", "additionalProperties"}) {
    if (const Json* next = base::find(*inner, {step})) {
      inner = next;
    }
  }
  const Json* properties = base::find(*inner, {"properties"});
  if (properties == nullptr || is_kubernetes_type(schema)) {
    return;
  }
  for (const auto& [name, field] : properties->get_object()) {
    std::string at = path;
    base::append_step(at, name);
    expect_descriptions(field, at);
  }
}

void expect_fields(const Record& record, Kinds kinds, const Json& schema, const std::string& path);

void expect_field(const Field& field, Kinds kinds, const Json& schema, const std::string& path) {
  const Type* type = field.type;
  const Json* inner = &schema;
  while (type->element != nullptr) {
    inner = base::find(*inner, {type->shape == Shape::list ? "items" : "additionalProperties"});
    ASSERT_NE(inner, nullptr) << path;
    type = type->element;
  }
  if (field.rules.fragment != nullptr) {
    for (const FragmentField& known : field.rules.fragment->fields) {
      EXPECT_NE(base::find(*inner, {"properties", known.name}), nullptr)
          << path << " has no " << known.name;
    }
  }
  if (type->shape == Shape::record) {
    const Rules& rules = field.rules;
    expect_fields(rules.record == nullptr ? type->record() : rules.record(),
                  rules.inner_kinds != 0 ? rules.inner_kinds : kinds, *inner, path);
  }
}

void expect_fields(const Record& record, Kinds kinds, const Json& schema, const std::string& path) {
  for (const Field& field : record.fields) {
    if ((field.rules.kinds & kinds) == 0) {
      continue;
    }
    std::string at = path;
    base::append_step(at, field.name);
    const Json* found = base::find(schema, {"properties", field.name});
    ASSERT_NE(found, nullptr) << at;
    expect_field(field, kinds, *found, at);
  }
}

TEST(Crd, IsKeptAsItIsMade) {
  EXPECT_TRUE(text_of_file(kDeployed) == custom_resource_definitions(kKindsWithDefinition))
      << kDeployed << " is not what the tables say. Refresh it:\n  ./dev build && "
      << "build/functionmesh crds > " << kDeployed << " && ./dev chart";
}

TEST(Crd, DescribesEveryFieldOfOurs) {
  for (const Kind kind : kKindsWithDefinition) {
    const Json definition = custom_resource_definition(kind);
    expect_descriptions(root_schema(definition), std::string{kind_name(kind)});
  }
}

TEST(Crd, HasEveryFieldThatIsRead) {
  const auto spec_of = [](const Json& definition) {
    return root_schema(definition).at("properties").at("spec");
  };
  for (const Kind kind : {Kind::function, Kind::source, Kind::sink}) {
    expect_fields(record_of<ComponentSpec>(), kinds_of(kind),
                  spec_of(custom_resource_definition(kind)), std::string{kind_name(kind)});
  }
  expect_fields(record_of<Mesh>(), kAllKinds,
                spec_of(custom_resource_definition(Kind::function_mesh)), "FunctionMesh");
  expect_fields(record_of<BackendConfig>(), kAllKinds,
                spec_of(custom_resource_definition(Kind::backend_config)), "BackendConfig");
}

TEST(Crd, IsSmallEnoughForKubectlApply) {
  for (const Kind kind : kKindsWithDefinition) {
    EXPECT_LT(base::write_json(custom_resource_definition(kind)).size(), kLargestForApply)
        << kind_name(kind);
  }
}

TEST(Crd, IsScaledAsAutoscalersExpect) {
  const Json definition = custom_resource_definition(Kind::function);
  const Json& version = definition.at("spec").at("versions").at(0);
  EXPECT_EQ(base::text_at(version, {"subresources", "scale", "specReplicasPath"}),
            ".spec.replicas");
  EXPECT_EQ(base::text_at(version, {"subresources", "scale", "statusReplicasPath"}),
            ".status.replicas");
  EXPECT_EQ(base::text_at(version, {"subresources", "scale", "labelSelectorPath"}),
            ".status.selector");
  const Json& spec = root_schema(definition).at("properties").at("spec");
  EXPECT_EQ(base::number_at(spec, {"properties", "minReplicas", "default"}), 1);
}

TEST(KubernetesSchema, HasListsThatMergeByKeys) {
  const Json container = kubernetes_schema("Container");
  const Json& ports = container.at("properties").at("ports");
  EXPECT_EQ(base::write_json(ports.at("x-kubernetes-list-map-keys")),
            R"(["containerPort","protocol"])");
  EXPECT_EQ(base::text_at(ports, {"items", "properties", "protocol", "default"}), "TCP");
}

TEST(KubernetesSchema, TakesNothingForNotGiven) {
  const Json toleration = kubernetes_schema("Toleration");
  EXPECT_EQ(base::write_json(toleration.at("properties").at("effect").at("enum")),
            R"(["","NoExecute","NoSchedule","PreferNoSchedule"])");
  const Json profile = kubernetes_schema("SeccompProfile");
  EXPECT_EQ(base::write_json(profile.at("properties").at("type").at("enum")),
            R"(["Localhost","RuntimeDefault","Unconfined"])");
}

}  // namespace
}  // namespace functionmesh::api
