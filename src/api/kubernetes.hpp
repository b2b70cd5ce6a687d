#pragma once

#include <span>
#include <string_view>

#include "api/path.hpp"
#include "base/json.hpp"

/// Kubernetes API types inside our resources, as far as our own code relies on their shape.
///
/// They stay the JSON that the user wrote; the API server judges them in full. What is checked here
/// is what rendering reads, so that behind decode() nobody has to ask again whether a container is
/// an object with a name.
namespace functionmesh::api {

struct Problems;
struct Fragment;

enum class Want {
  text,
  whole_number,
  boolean,
  object,
  texts,
  objects,
  map_of_texts,
  map_of_quantities,
};

struct FragmentField {
  std::string_view name;
  Want want;
  bool required = false;
  const Fragment* inner = nullptr;  ///< of an object, or of each object of a list
  std::span<const std::string_view> one_of = {};
};

/// A Kubernetes type and its fields that are checked; it may have any others.
struct Fragment {
  std::string_view name;  ///< as the Kubernetes API reference has it: "EnvVar"
  std::span<const FragmentField> fields;
};

extern const Fragment kAffinity;
extern const Fragment kContainer;
extern const Fragment kEnvVar;
extern const Fragment kHorizontalPodAutoscalerBehavior;
extern const Fragment kLocalObjectReference;
extern const Fragment kMetricSpec;
extern const Fragment kPersistentVolumeClaim;
extern const Fragment kPersistentVolumeClaimRetentionPolicy;
extern const Fragment kPodResourcePolicy;
extern const Fragment kPodSecurityContext;
extern const Fragment kPodUpdatePolicy;
extern const Fragment kProbe;
extern const Fragment kResourceRequirements;
extern const Fragment kToleration;
extern const Fragment kVolume;
extern const Fragment kVolumeMount;

/// True when `value` has the shape of the type; otherwise `problems` has an error for each field
/// that has not.
bool check_fragment(const Fragment& fragment, const base::JsonObject& value, const Path& path,
                    Problems& problems);

}  // namespace functionmesh::api
