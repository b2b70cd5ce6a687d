#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/resource.hpp"

/// The rules of validation, one function a theme. All expect the defaults to be filled in.
namespace functionmesh::api {

/// Collects what is wrong below one place of a resource. Fields are relative to it: "pulsar" below
/// "spec.sinks[0]" is spec.sinks[0].pulsar, and "" is the place itself.
class Report {
 public:
  Report(std::string root, Problems& problems) : root_(std::move(root)), problems_(problems) {}

  void error(std::string_view field, std::string message) {
    problems_.errors.push_back({at(field), std::move(message)});
  }
  void warn(std::string_view field, std::string message) {
    problems_.warnings.push_back({at(field), std::move(message)});
  }
  /// An error, or only a warning where resources of this kind have always been accepted: those that
  /// run must not be refused.
  void error_if(bool refused, std::string_view field, std::string message) {
    refused ? error(field, std::move(message)) : warn(field, std::move(message));
  }

  const std::string& root() const { return root_; }

 private:
  std::string at(std::string_view field) const {
    return field.empty() ? root_ : root_ + "." + std::string{field};
  }

  std::string root_;
  Problems& problems_;
};

/// What a rule looks at.
struct Subject {
  Kind kind;
  const ComponentSpec& spec;
  bool keeps_replicas = false;  ///< an update that leaves them as stored: maybe an autoscaler's

  bool function() const { return kind == Kind::function; }
  bool reads_topics() const { return kind != Kind::source && !spec.source_connector; }
  bool writes_topic() const { return kind != Kind::sink && !spec.sink_connector; }
  bool runs_go() const { return function() && spec.golang && !spec.java && !spec.python; }
};

/// A topic that a component reads, and the field that says so.
struct InputTopic {
  std::string field;
  std::string topic;
  bool pattern = false;  ///< a regular expression, not a name
};
std::vector<InputTopic> input_topics(const Input& input);

// rules_names.cpp
void check_component_name(const Metadata& metadata, Problems& problems);
void check_plain_name(const Metadata& metadata, Problems& problems);
/// Why a component cannot have this name in Kubernetes; empty when it can.
std::string why_no_component_name(std::string_view name);

// rules_runtime.cpp
void check_runtime(const Subject& subject, Report& report);
void check_state(const Subject& subject, Report& report);
void check_go_limits(const Subject& subject, Report& report);

// rules_topics.cpp
void check_input(const Subject& subject, Report& report);
void check_output(const Subject& subject, Report& report);
void check_log_topic(const Subject& subject, Report& report);
void check_connector_config(const Subject& subject, Report& report);
void check_messaging(const Subject& subject, Report& report);

// rules_delivery.cpp
void check_delivery(const Subject& subject, Report& report);
void check_window(const Subject& subject, Report& report);

// rules_pod.cpp
void check_replicas(const Subject& subject, Report& report);
void check_autoscaling(const Subject& subject, Report& report);
void check_resources(const Subject& subject, Report& report);
void check_pod(const PodPolicy& pod, Report& report);
void check_volumes(const Subject& subject, Report& report);
void check_secrets(const Subject& subject, Report& report);

// rules_mesh.cpp
void check_mesh(const Mesh& mesh, Problems& problems);

// rules_flow.cpp
void check_flow(const Mesh& mesh, Problems& problems);

/// All of the above for one component.
void check_component(const Subject& subject, Report& report);

}  // namespace functionmesh::api
