#include "api/defaults.hpp"
#include "api/rules.hpp"
#include "api/topic.hpp"

namespace functionmesh::api {
namespace {

constexpr std::int32_t kLeastAckTimeoutMs = 1000;

template <typename Number>
void check_positive(std::string_view field, const std::optional<Number>& number, Report& report) {
  if (number && *number <= 0) {
    report.error(field, "must be more than 0, is " + std::to_string(*number));
  }
}

void check_ordering(const Subject& subject, bool once, Report& report) {
  const ComponentSpec& spec = subject.spec;
  if (spec.retain_key_ordering && once) {
    report.error_if(subject.function(), "retainKeyOrdering",
                    "is not possible with effectively_once, which reads in order as a whole");
  }
  if (spec.retain_key_ordering && spec.retain_ordering) {
    report.error_if(subject.function(), "retainOrdering",
                    "is not possible together with retainKeyOrdering; choose one");
    report.error_if(subject.function(), "retainKeyOrdering",
                    "is not possible together with retainOrdering; choose one");
  }
}

}  // namespace

void check_delivery(const Subject& subject, Report& report) {
  if (subject.kind == Kind::source) {
    return;
  }
  const ComponentSpec& spec = subject.spec;
  const bool once = spec.processing_guarantee == "effectively_once";
  if (spec.timeout != 0 && once) {
    report.error("timeout", "is not possible with effectively_once; leave it out");
  } else if (spec.timeout != 0 && spec.timeout < kLeastAckTimeoutMs) {
    report.warn("timeout", "is in milliseconds, and consumers refuse to start with less than " +
                               std::to_string(kLeastAckTimeoutMs));
  }
  if (spec.max_message_retry > 0 && once) {
    report.error("maxMessageRetry", "is not possible with effectively_once; leave it out");
  }
  if (!spec.dead_letter_topic.empty()) {
    if (spec.max_message_retry <= 0) {
      report.error("maxMessageRetry",
                   "must be more than 0 where a deadLetterTopic is set: nothing "
                   "would ever get there");
    }
    if (const auto name = full_topic_name(spec.dead_letter_topic); !name) {
      report.error("deadLetterTopic", name.error());
    }
  }
  check_ordering(subject, once, report);
}

void check_window(const Subject& subject, Report& report) {
  if (!subject.spec.window_config) {
    return;
  }
  const WindowConfig& window = *subject.spec.window_config;
  if (!window.window_length_count && !window.window_length_duration_ms) {
    report.error("windowConfig",
                 "has no length: expected windowLengthCount or windowLengthDurationMs");
  }
  if (window.window_length_count && window.window_length_duration_ms) {
    report.error("windowConfig",
                 "has two lengths: expected windowLengthCount or windowLengthDurationMs");
  }
  check_positive("windowConfig.windowLengthCount", window.window_length_count, report);
  check_positive("windowConfig.windowLengthDurationMs", window.window_length_duration_ms, report);
  check_positive("windowConfig.slidingIntervalCount", window.sliding_interval_count, report);
  check_positive("windowConfig.slidingIntervalDurationMs", window.sliding_interval_duration_ms,
                 report);
  if (window.timestamp_extractor_class_name) {
    const bool defaulted = may_have_default_lag(window) && window.max_lag_ms == kDefaultMaxLagMs;
    if (!defaulted) {
      check_positive("windowConfig.maxLagMs", window.max_lag_ms, report);
    }
    check_positive("windowConfig.watermarkEmitIntervalMs", window.watermark_emit_interval_ms,
                   report);
  }
  if (!window.late_data_topic.empty()) {
    if (const auto name = full_topic_name(window.late_data_topic); !name) {
      report.warn("windowConfig.lateDataTopic", name.error());
    }
  }
  if (!subject.spec.java && subject.spec.python) {
    report.warn("windowConfig", "windows are a part of the Java runtime: this has no effect");
  }
}

}  // namespace functionmesh::api
