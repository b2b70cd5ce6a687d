#include "api/kubernetes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "api/resource.hpp"
#include "api/words.hpp"
#include "base/quantity.hpp"

namespace functionmesh::api {
namespace {

using base::Json;
using base::JsonObject;

constexpr std::array kKeepOrDelete{std::string_view{"Retain"}, std::string_view{"Delete"}};
constexpr std::array kUpdateModes{std::string_view{"Off"}, std::string_view{"Initial"},
                                  std::string_view{"Recreate"}, std::string_view{"Auto"}};

constexpr FragmentField kNameOnly[]{{"name", Want::text, true}};
constexpr FragmentField kReferenceFields[]{{"name", Want::text}};

constexpr FragmentField kNodeAffinityFields[]{
    {"requiredDuringSchedulingIgnoredDuringExecution", Want::object},
    {"preferredDuringSchedulingIgnoredDuringExecution", Want::objects},
};
constexpr Fragment kNodeAffinity{"NodeAffinity", kNodeAffinityFields};
constexpr FragmentField kPodAffinityFields[]{
    {"requiredDuringSchedulingIgnoredDuringExecution", Want::objects},
    {"preferredDuringSchedulingIgnoredDuringExecution", Want::objects},
};
constexpr Fragment kPodAffinity{"PodAffinity", kPodAffinityFields};
constexpr FragmentField kAffinityFields[]{
    {"nodeAffinity", Want::object, false, &kNodeAffinity},
    {"podAffinity", Want::object, false, &kPodAffinity},
    {"podAntiAffinity", Want::object, false, &kPodAffinity},
};

constexpr FragmentField kEnvVarFields[]{
    {"name", Want::text, true},
    {"value", Want::text},
    {"valueFrom", Want::object},
};

constexpr FragmentField kResourceFields[]{
    {"requests", Want::map_of_quantities},
    {"limits", Want::map_of_quantities},
    {"claims", Want::objects},
};

constexpr FragmentField kVolumeMountFields[]{
    {"name", Want::text, true},
    {"mountPath", Want::text, true},
    {"subPath", Want::text},
    {"readOnly", Want::boolean},
};

constexpr FragmentField kProbeFields[]{
    {"exec", Want::object},
    {"httpGet", Want::object},
    {"tcpSocket", Want::object},
    {"grpc", Want::object},
    {"initialDelaySeconds", Want::whole_number},
    {"timeoutSeconds", Want::whole_number},
    {"periodSeconds", Want::whole_number},
    {"successThreshold", Want::whole_number},
    {"failureThreshold", Want::whole_number},
};

constexpr FragmentField kContainerFields[]{
    {"name", Want::text, true},
    {"image", Want::text},
    {"imagePullPolicy", Want::text},
    {"command", Want::texts},
    {"args", Want::texts},
    {"workingDir", Want::text},
    {"env", Want::objects, false, &kEnvVar},
    {"envFrom", Want::objects},
    {"ports", Want::objects},
    {"resources", Want::object, false, &kResourceRequirements},
    {"volumeMounts", Want::objects, false, &kVolumeMount},
    {"livenessProbe", Want::object, false, &kProbe},
    {"readinessProbe", Want::object, false, &kProbe},
    {"startupProbe", Want::object, false, &kProbe},
    {"securityContext", Want::object},
};

constexpr FragmentField kBehaviorFields[]{
    {"scaleUp", Want::object},
    {"scaleDown", Want::object},
};

constexpr FragmentField kMetricFields[]{
    {"type", Want::text, true}, {"resource", Want::object}, {"containerResource", Want::object},
    {"pods", Want::object},     {"object", Want::object},   {"external", Want::object},
};

constexpr FragmentField kClaimMetadataFields[]{
    {"name", Want::text, true},
    {"labels", Want::map_of_texts},
    {"annotations", Want::map_of_texts},
};
constexpr Fragment kClaimMetadata{"ObjectMeta", kClaimMetadataFields};
constexpr FragmentField kClaimFields[]{
    {"metadata", Want::object, true, &kClaimMetadata},
    {"spec", Want::object},
};

constexpr FragmentField kRetentionFields[]{
    {"whenDeleted", Want::text, false, nullptr, kKeepOrDelete},
    {"whenScaled", Want::text, false, nullptr, kKeepOrDelete},
};

constexpr FragmentField kContainerPolicyFields[]{
    {"containerName", Want::text},           {"mode", Want::text},
    {"minAllowed", Want::map_of_quantities}, {"maxAllowed", Want::map_of_quantities},
    {"controlledResources", Want::texts},
};
constexpr Fragment kContainerPolicy{"ContainerResourcePolicy", kContainerPolicyFields};
constexpr FragmentField kResourcePolicyFields[]{
    {"containerPolicies", Want::objects, false, &kContainerPolicy},
};

constexpr FragmentField kUpdatePolicyFields[]{
    {"updateMode", Want::text, false, nullptr, kUpdateModes},
    {"minReplicas", Want::whole_number},
};

constexpr FragmentField kSecurityContextFields[]{
    {"runAsUser", Want::whole_number},
    {"runAsGroup", Want::whole_number},
    {"fsGroup", Want::whole_number},
    {"runAsNonRoot", Want::boolean},
};

constexpr FragmentField kTolerationFields[]{
    {"key", Want::text},
    {"operator", Want::text},
    {"value", Want::text},
    {"effect", Want::text},
    {"tolerationSeconds", Want::whole_number},
};

bool is_whole(const Json& value) {
  return value.is_int64() ||
         (value.is_double() && std::trunc(value.get_double()) == value.get_double());
}

class Checker {
 public:
  explicit Checker(Problems& problems) : problems_(problems) {}

  bool fields(const Fragment& fragment, const JsonObject& value, const Path& path) {
    bool good = true;
    for (const FragmentField& field : fragment.fields) {
      const Json* given = value.if_contains(field.name);
      if (given == nullptr || given->is_null()) {
        if (field.required) {
          good = error(path.member(field.name), "is required and was not given");
        }
        continue;
      }
      good = this->field(field, *given, path.member(field.name)) && good;
    }
    return good;
  }

 private:
  bool error(const Path& path, std::string message) {
    problems_.errors.push_back({path.text(), std::move(message)});
    return false;
  }

  bool mismatch(const Path& path, std::string_view expected, const Json& value) {
    return error(path, api::mismatch(expected, value));
  }

  bool field(const FragmentField& field, const Json& value, const Path& path) {
    switch (field.want) {
      case Want::text:
        return text(field, value, path);
      case Want::whole_number:
        return is_whole(value) || mismatch(path, "a whole number", value);
      case Want::boolean:
        return value.is_bool() || mismatch(path, "true or false", value);
      case Want::object:
        return object(field, value, path);
      case Want::texts:
      case Want::objects:
        return list(field, value, path);
      case Want::map_of_texts:
      case Want::map_of_quantities:
        return map(field, value, path);
    }
    return true;
  }

  bool text(const FragmentField& field, const Json& value, const Path& path) {
    if (!value.is_string()) {
      return mismatch(path, kAString, value);
    }
    const std::string_view given = value.get_string();
    if (field.required && given.empty()) {
      return error(path, "must not be empty");
    }
    if (!field.one_of.empty() && std::ranges::find(field.one_of, given) == field.one_of.end()) {
      return error(path, not_one_of(given, field.one_of));
    }
    return true;
  }

  bool object(const FragmentField& field, const Json& value, const Path& path) {
    if (!value.is_object()) {
      return mismatch(path, "an object", value);
    }
    return field.inner == nullptr || fields(*field.inner, value.get_object(), path);
  }

  bool list(const FragmentField& field, const Json& value, const Path& path) {
    if (!value.is_array()) {
      return mismatch(path, field.want == Want::texts ? "a list of strings" : "a list of objects",
                      value);
    }
    bool good = true;
    for (std::size_t i = 0; i < value.get_array().size(); ++i) {
      const Json& element = value.get_array()[i];
      const Path at = path.index(i);
      good = (field.want == Want::texts ? text(field, element, at) : object(field, element, at)) &&
             good;
    }
    return good;
  }

  bool map(const FragmentField& field, const Json& value, const Path& path) {
    const bool of_texts = field.want == Want::map_of_texts;
    if (!value.is_object()) {
      return mismatch(path, of_texts ? "a map of strings" : "a map of amounts such as 500m or 2Gi",
                      value);
    }
    bool good = true;
    for (const auto& [key, member] : value.get_object()) {
      const Path at = path.member(key);
      good = (of_texts ? text(field, member, at) : quantity(member, at)) && good;
    }
    return good;
  }

  bool quantity(const Json& value, const Path& path) {
    if (!value.is_string() && !value.is_number()) {
      return mismatch(path, "an amount such as 500m, 1.5 or 2Gi", value);
    }
    const auto amount =
        base::Quantity::parse(value.is_string() ? std::string{std::string_view{value.get_string()}}
                                                : base::write_json(value));
    return amount.has_value() || error(path, amount.error());
  }

  Problems& problems_;
};

}  // namespace

constexpr Fragment kAffinity{"Affinity", kAffinityFields};
constexpr Fragment kContainer{"Container", kContainerFields};
constexpr Fragment kEnvVar{"EnvVar", kEnvVarFields};
constexpr Fragment kHorizontalPodAutoscalerBehavior{"HorizontalPodAutoscalerBehavior",
                                                    kBehaviorFields};
constexpr Fragment kLocalObjectReference{"LocalObjectReference", kReferenceFields};
constexpr Fragment kMetricSpec{"MetricSpec", kMetricFields};
constexpr Fragment kPersistentVolumeClaim{"PersistentVolumeClaim", kClaimFields};
constexpr Fragment kPersistentVolumeClaimRetentionPolicy{
    "StatefulSetPersistentVolumeClaimRetentionPolicy", kRetentionFields};
constexpr Fragment kPodResourcePolicy{"PodResourcePolicy", kResourcePolicyFields};
constexpr Fragment kPodSecurityContext{"PodSecurityContext", kSecurityContextFields};
constexpr Fragment kPodUpdatePolicy{"PodUpdatePolicy", kUpdatePolicyFields};
constexpr Fragment kProbe{"Probe", kProbeFields};
constexpr Fragment kResourceRequirements{"ResourceRequirements", kResourceFields};
constexpr Fragment kToleration{"Toleration", kTolerationFields};
constexpr Fragment kVolume{"Volume", kNameOnly};
constexpr Fragment kVolumeMount{"VolumeMount", kVolumeMountFields};

bool check_fragment(const Fragment& fragment, const JsonObject& value, const Path& path,
                    Problems& problems) {
  return Checker{problems}.fields(fragment, value, path);
}

}  // namespace functionmesh::api
