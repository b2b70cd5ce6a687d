#include "view/flows.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

#include "api/topic.hpp"

namespace functionmesh::view {
namespace {

using Role = Flow::Role;

void add(std::vector<Flow>& flows, Role role, std::string_view topic) {
  if (topic.empty()) {
    return;
  }
  const Flow flow{role, full_topic(topic)};
  if (std::ranges::find(flows, flow) == flows.end()) {
    flows.push_back(flow);
  }
}

std::string default_dead_letter_topic(const api::ComponentSpec& spec) {
  return spec.tenant + "-" + spec.namespace_ + "-" + spec.name + "-DLQ";
}

/// One step of a pattern: a character, or any character; once or any number of times.
struct Step {
  std::optional<char> literal;
  bool repeated = false;
};

// nullopt for what is beyond the part of the language that is read here.
std::optional<std::vector<Step>> steps_of(std::string_view pattern) {
  std::vector<Step> steps;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '.') {
      steps.push_back({});
      const char next = i + 1 < pattern.size() ? pattern[i + 1] : '\0';
      if (next == '*' || next == '+') {
        ++i;
        if (next == '*') {
          steps.pop_back();
        }
        steps.push_back({.literal = {}, .repeated = true});
      }
    } else if (c == '\\') {
      ++i;
      if (i >= pattern.size() || std::isalnum(static_cast<unsigned char>(pattern[i])) != 0) {
        return std::nullopt;
      }
      steps.push_back({.literal = pattern[i]});
    } else if (std::string_view("*+?[](){}|^$").contains(c)) {
      return std::nullopt;
    } else {
      steps.push_back({.literal = c});
    }
  }
  return steps;
}

}  // namespace

std::vector<Flow> flows_of(const api::Component& component) {
  const api::ComponentSpec& spec = component.spec;
  std::vector<Flow> flows;
  if (component.kind != api::Kind::source) {
    for (const std::string& topic : spec.input.topics) {
      add(flows, Role::reads, topic);
    }
    add(flows, Role::reads_pattern, spec.input.topic_pattern);
    for (const auto& [topic, serde] : spec.input.custom_serde_sources) {
      add(flows, Role::reads, topic);
    }
    for (const auto& [topic, schema] : spec.input.custom_schema_sources) {
      add(flows, Role::reads, topic);
    }
    for (const auto& [topic, config] : spec.input.source_specs) {
      add(flows, config.is_regex_pattern ? Role::reads_pattern : Role::reads, topic);
    }
  }
  if (component.kind != api::Kind::sink) {
    add(flows, Role::writes, spec.output.topic);
  }
  add(flows, Role::logs, spec.log_topic);
  if (component.kind != api::Kind::source) {
    const bool default_name = spec.dead_letter_topic.empty() && spec.max_message_retry > 0 &&
                              spec.subscription_name.empty();
    add(flows, Role::dead_letters,
        default_name ? default_dead_letter_topic(spec) : spec.dead_letter_topic);
  }
  if (spec.window_config) {
    add(flows, Role::late_data, spec.window_config->late_data_topic);
  }
  return flows;
}

std::string full_topic(std::string_view name) {
  return api::full_topic_name(name).value_or(std::string(name));
}

std::string_view namespace_of(std::string_view topic) {
  const std::size_t scheme = topic.find("://");
  if (scheme == std::string_view::npos) {
    return {};
  }
  const std::size_t tenant_end = topic.find('/', scheme + 3);
  if (tenant_end == std::string_view::npos) {
    return {};
  }
  const std::size_t namespace_end = topic.find('/', tenant_end + 1);
  return namespace_end == std::string_view::npos ? std::string_view()
                                                 : topic.substr(0, namespace_end);
}

bool pattern_matches(std::string_view pattern, std::string_view topic) {
  const std::optional<std::vector<Step>> steps = steps_of(pattern);
  if (!steps) {
    return false;
  }
  // The usual matching of wildcards: on a mismatch, let the last repetition take one more.
  std::size_t step = 0;
  std::size_t at = 0;
  std::optional<std::size_t> repetition;
  std::size_t resume = 0;
  while (at < topic.size()) {
    if (step < steps->size() && (*steps)[step].repeated) {
      repetition = step++;
      resume = at;
    } else if (step < steps->size() && (*steps)[step].literal.value_or(topic[at]) == topic[at]) {
      ++step;
      ++at;
    } else if (repetition) {
      step = *repetition + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  while (step < steps->size() && (*steps)[step].repeated) {
    ++step;
  }
  return step == steps->size();
}

}  // namespace functionmesh::view
