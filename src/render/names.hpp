#pragma once

#include <string>
#include <string_view>

#include "api/types.hpp"

namespace functionmesh::render {

/// Where Function, Source and Sink differ.
struct KindTraits {
  std::string_view kind;            ///< "Function"
  std::string_view suffix;          ///< "function"
  std::string_view component_type;  ///< "FUNCTION", as function details name it
  std::string_view container;       ///< "pulsar-function"
  bool reads_topics;                ///< its input is topics, not a connector
  bool writes_topics;               ///< its output is a topic, not a connector
  bool has_app_labels;              ///< carries the two labels app=function-mesh
};

/// Of a kind other than function, source or sink: as for function.
const KindTraits& traits_of(api::Kind kind);

/// Labels that only the clean-up Job and its pod carry, so that no selector of the workload finds
/// the pod.
api::StringMap cleanup_labels(api::Kind kind, const api::Metadata& metadata);

/// `metadata` of an object that belongs to the component: name, namespace, labels and the
/// component as its controller.
api::JsonObject object_metadata(const api::Component& component, std::string_view name,
                                const api::StringMap& labels);

/// A name that Kubernetes accepts for a volume, made of any text: lower case, other characters
/// than [-a-z0-9] become "-", at most 63.
std::string volume_name(std::string_view text);

api::JsonObject to_json(const api::StringMap& map);

}  // namespace functionmesh::render
