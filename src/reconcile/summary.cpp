#include "reconcile/summary.hpp"

#include <vector>

namespace functionmesh::reconcile {
namespace {

using api::Json;
using api::Kind;

constexpr std::size_t kMostTopics = 3;

std::string runtime_of(const Json& spec) {
  constexpr std::pair<std::string_view, std::string_view> kRuntimes[]{
      {"java", "java"}, {"python", "python"}, {"golang", "go"}};
  for (const auto& [field, name] : kRuntimes) {
    if (base::find(spec, {field}) != nullptr) {
      return std::string{name};
    }
  }
  return std::string{base::text_at(spec, {"genericRuntime", "language"})};
}

std::vector<std::string> topics_of(const Json& spec) {
  std::vector<std::string> topics;
  const Json* listed = base::find(spec, {"input", "topics"});
  if (listed != nullptr && listed->is_array()) {
    for (const Json& topic : listed->get_array()) {
      if (topic.is_string()) {
        topics.emplace_back(std::string_view{topic.get_string()});
      }
    }
  }
  if (const auto pattern = base::text_at(spec, {"input", "topicPattern"}); !pattern.empty()) {
    topics.emplace_back(pattern);
  }
  for (const std::string_view map : {"customSerdeSources", "customSchemaSources", "sourceSpecs"}) {
    const Json* by_topic = base::find(spec, {"input", map});
    if (by_topic != nullptr && by_topic->is_object()) {
      for (const auto& [topic, how] : by_topic->get_object()) {
        topics.emplace_back(std::string_view{topic});
      }
    }
  }
  return topics;
}

std::string joined(const std::vector<std::string>& topics) {
  std::string text;
  for (std::size_t i = 0; i < topics.size() && i < kMostTopics; ++i) {
    text += (i == 0 ? "" : ", ") + topics[i];
  }
  if (topics.size() > kMostTopics) {
    text += " and " + std::to_string(topics.size() - kMostTopics) + " more";
  }
  return text;
}

// "kafka", or the last part of its class.
std::string connector_name(const Json& connector, std::string_view type_field) {
  const std::string_view type = base::text_at(connector, {type_field});
  const std::string_view class_name = base::text_at(connector, {"className"});
  return std::string{type.empty() ? class_name.substr(class_name.rfind('.') + 1) : type};
}

std::string inputs_of(Kind kind, const Json& spec) {
  if (kind == Kind::source) {
    return connector_name(spec, "sourceType");
  }
  const Json* connector = base::find(spec, {"sourceConfig"});
  return kind == Kind::function && connector != nullptr ? connector_name(*connector, "sourceType")
                                                        : joined(topics_of(spec));
}

std::string output_of(Kind kind, const Json& spec) {
  if (kind == Kind::sink) {
    return connector_name(spec, "sinkType");
  }
  const Json* connector = base::find(spec, {"sinkConfig"});
  return kind == Kind::function && connector != nullptr
             ? connector_name(*connector, "sinkType")
             : std::string{base::text_at(spec, {"output", "topic"})};
}

}  // namespace

Summary summary_of(Kind kind, const Json& resource) {
  const Json* spec = base::find(resource, {"spec"});
  if (spec == nullptr) {
    return {};
  }
  return {runtime_of(*spec), inputs_of(kind, *spec), output_of(kind, *spec)};
}

}  // namespace functionmesh::reconcile
