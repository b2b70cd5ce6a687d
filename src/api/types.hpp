#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"

/// The five resources of compute.functionmesh.io/v1alpha1 as C++ types.
///
/// Plain values: copy and move them freely, on any thread. Member names are the JSON names in snake
/// case; the table in fields.cpp gives each its JSON name, description, default and limits. A
/// member is optional where "absent" means something else than its zero value. Parts that are
/// Kubernetes API types (affinity, volumes, env, ...) stay as the JSON that the user wrote.
namespace functionmesh::api {

using base::Json;
using base::JsonArray;
using base::JsonObject;
using StringMap = std::map<std::string, std::string>;

inline constexpr std::string_view kGroup = "compute.functionmesh.io";
inline constexpr std::string_view kApiVersion = "compute.functionmesh.io/v1alpha1";

enum class Kind { function, source, sink, function_mesh, backend_config };

/// "Function", "Source", "Sink", "FunctionMesh", "BackendConfig".
std::string_view kind_name(Kind kind);
std::optional<Kind> kind_of(std::string_view name);

struct Metadata {
  std::string name;
  std::string namespace_ = "default";
  std::string uid = "00000000-0000-0000-0000-000000000000";
  std::int64_t generation = 0;
  std::string resource_version;
  StringMap labels;
  StringMap annotations;
  std::vector<std::string> finalizers;
  std::string deletion_timestamp;  ///< RFC 3339; empty unless the object is being deleted
};

// --- parts of a component -----------------------------------------------------------------------

struct CryptoSecret {
  std::string secret_name;
  std::string secret_key;
  std::string as_volume;
};

struct CryptoConfig {
  std::string crypto_key_reader_class_name;
  StringMap crypto_key_reader_config;
  std::vector<std::string> encryption_keys;
  std::string producer_crypto_failure_action;
  std::string consumer_crypto_failure_action;
  std::vector<CryptoSecret> crypto_secrets;
};

struct ConsumerConfig {
  std::string schema_type;
  std::string serde_classname;
  bool is_regex_pattern = false;
  StringMap schema_properties;
  StringMap consumer_properties;
  std::optional<std::int32_t> receiver_queue_size;
  std::optional<CryptoConfig> crypto_config;
};

struct Input {
  std::string type_class_name;
  std::vector<std::string> topics;
  std::string topic_pattern;
  StringMap custom_serde_sources;
  StringMap custom_schema_sources;
  std::map<std::string, ConsumerConfig> source_specs;
};

struct ProducerConfig {
  std::int32_t max_pending_messages = 0;
  std::int32_t max_pending_messages_across_partitions = 0;
  bool use_thread_local_producers = false;
  std::optional<CryptoConfig> crypto_config;
  std::string batch_builder;
  std::string compression_type;
};

struct Output {
  std::string type_class_name;
  std::string topic;
  std::string sink_serde_class_name;
  std::string sink_schema_type;
  std::optional<ProducerConfig> producer_conf;
  StringMap custom_schema_sinks;
};

struct BatchSourceConfig {
  std::string discovery_triggerer_class_name;
  std::optional<JsonObject> discovery_triggerer_config;
};

/// A connector in the place of a Function's source topics or sink topic.
struct Connector {
  std::string connector_type;  ///< JSON: sourceType in sourceConfig, sinkType in sinkConfig
  std::optional<BatchSourceConfig> batch_source_config;  ///< sourceConfig only
  std::string class_name;
  std::string type_class_name;
  std::optional<JsonObject> configs;
};

struct WindowConfig {
  std::string actual_window_function_class_name;
  std::optional<std::int32_t> window_length_count;
  std::optional<std::int64_t> window_length_duration_ms;
  std::optional<std::int32_t> sliding_interval_count;
  std::optional<std::int64_t> sliding_interval_duration_ms;
  std::string late_data_topic;
  std::optional<std::int64_t> max_lag_ms;
  std::optional<std::int64_t> watermark_emit_interval_ms;
  std::optional<std::string> timestamp_extractor_class_name;
  std::string processing_guarantees;  ///< ATLEAST_ONCE or ATMOST_ONCE
};

struct OAuth2Config {
  std::string audience;
  std::string issuer_url;
  std::string scope;
  std::string key_secret_name;
  std::string key_secret_key;
};

struct GenericAuth {
  std::string client_authentication_plugin;
  std::string client_authentication_parameters;
};

struct AuthConfig {
  std::optional<OAuth2Config> oauth2_config;
  std::optional<GenericAuth> generic_auth;
};

struct TlsConfig {
  bool enabled = false;
  bool allow_insecure = false;
  bool hostname_verification = false;
  std::string cert_secret_name;
  std::string cert_secret_key;
};

/// How to reach one Pulsar cluster.
struct PulsarMessaging {
  std::string pulsar_config;  ///< ConfigMap with webServiceURL and brokerServiceURL
  std::string auth_secret;    ///< Secret with clientAuthenticationPlugin, ...Parameters
  std::string tls_secret;
  std::optional<TlsConfig> tls_config;
  std::optional<AuthConfig> auth_config;
  std::optional<AuthConfig> cleanup_auth_config;
};

struct LogConfigRef {
  std::string name;
  std::string key;
};

struct RuntimeLog {
  std::string level;
  std::string rotate_policy;
  std::string format;
  std::optional<LogConfigRef> log_config;
  std::string java_log4j_config_file_type;
};

struct JavaRuntime {
  std::string jar;
  std::string jar_location;
  std::string extra_dependencies_dir;
  std::optional<RuntimeLog> log;
  std::vector<std::string> java_opts;
  std::optional<std::string> instance_path;
  std::optional<std::string> entry_class;
};

struct PythonRuntime {
  std::string py;
  std::string py_location;
  std::optional<RuntimeLog> log;
};

struct GoRuntime {
  std::string go;
  std::string go_location;
  std::optional<RuntimeLog> log;
};

struct GenericRuntime {
  std::string function_file;
  std::string function_file_location;
  std::string language;
};

struct SecretRef {
  std::string path;  ///< the Secret's name
  std::string key;
};

struct JavaStateProvider {
  std::string class_name;
  std::optional<JsonObject> config;
};

struct PulsarStateStore {
  std::string service_url;
  std::optional<JavaStateProvider> java_provider;
};

struct StatefulConfig {
  std::optional<PulsarStateStore> pulsar;
};

struct Liveness {
  std::int32_t period_seconds = 0;
  std::int32_t initial_delay_seconds = 0;
  std::int32_t success_threshold = 0;
  std::int32_t failure_threshold = 0;
};

/// VerticalPodAutoscaler parts, as given.
struct VpaSpec {
  std::optional<JsonObject> update_policy;
  std::optional<JsonObject> resource_policy;
};

struct PodPolicy {
  StringMap labels;
  StringMap node_selector;
  std::optional<JsonObject> affinity;
  JsonArray tolerations;
  StringMap annotations;
  std::optional<JsonObject> security_context;
  std::optional<std::int64_t> termination_grace_period_seconds;
  JsonArray volumes;
  JsonArray image_pull_secrets;
  JsonArray init_containers;
  JsonArray sidecars;
  std::string service_account_name;
  std::vector<std::string> builtin_autoscaler;
  JsonArray auto_scaling_metrics;
  std::optional<JsonObject> auto_scaling_behavior;
  std::optional<VpaSpec> vpa;
  JsonArray env;
  std::optional<Liveness> liveness;
  std::optional<JsonObject> startup_probe;
  bool disable_default_affinity = false;
};

// --- the resources -------------------------------------------------------------------------------

/// The spec of a Function, Source or Sink: one set of fields, of which each kind has a part.
struct ComponentSpec {
  std::string name;  ///< the name in Pulsar
  std::string class_name;
  std::string tenant;
  std::string namespace_;  ///< the Pulsar namespace
  std::string cluster_name;
  std::string source_type;
  std::string sink_type;
  std::optional<std::int32_t> replicas;
  bool show_precise_parallelism = false;
  std::optional<std::int32_t> min_replicas;
  std::optional<std::int32_t> max_replicas;
  std::string downloader_image;
  std::string cleanup_image;
  Input input;
  Output output;
  std::string log_topic;
  std::string log_topic_agent;
  std::string filebeat_image;
  std::optional<JsonObject> func_config;
  std::optional<Connector> source_connector;  ///< Function: spec.sourceConfig
  std::optional<Connector> sink_connector;    ///< Function: spec.sinkConfig
  std::optional<JsonObject> source_config;    ///< Source: spec.sourceConfig
  std::optional<JsonObject> sink_config;      ///< Sink: spec.sinkConfig
  std::optional<BatchSourceConfig> batch_source_config;
  std::optional<JsonObject> resources;
  std::optional<std::map<std::string, SecretRef>> secrets_map;
  JsonArray volume_mounts;
  std::int32_t timeout = 0;  ///< milliseconds
  std::int32_t negative_ack_redelivery_delay_ms = 0;
  std::optional<bool> auto_ack;
  std::int32_t max_message_retry = 0;
  std::string processing_guarantee;
  bool retain_ordering = false;
  bool retain_key_ordering = false;
  std::string dead_letter_topic;
  std::optional<bool> forward_source_message_property;
  std::optional<std::int32_t> max_pending_async_requests;
  std::string runtime_flags;
  std::string subscription_name;
  bool cleanup_subscription = false;
  std::string subscription_position;
  bool skip_to_latest = false;
  PodPolicy pod;
  std::optional<WindowConfig> window_config;
  std::optional<PulsarMessaging> pulsar;
  std::optional<PulsarMessaging> pulsar_package_service;
  std::optional<JavaRuntime> java;
  std::optional<PythonRuntime> python;
  std::optional<GoRuntime> golang;
  std::optional<GenericRuntime> generic_runtime;
  std::string image;
  std::string image_pull_policy;
  bool image_has_pulsarctl = false;
  bool image_has_get = false;
  std::optional<StatefulConfig> stateful_config;
  JsonArray volume_claim_templates;
  std::optional<JsonObject> persistent_volume_claim_retention_policy;
};

/// A Function, Source or Sink: reads topics or a connector, writes topics or a connector.
struct Component {
  Kind kind = Kind::function;  ///< function, source or sink
  Metadata metadata;
  ComponentSpec spec;
};

/// One part of a mesh, and the JSON it was read from: the child is made of the latter. What was no
/// object in the manifest is an entry without a name here, so that positions are the same.
struct MeshEntry {
  ComponentSpec spec;
  JsonObject raw;
};

struct Mesh {
  Metadata metadata;
  std::vector<MeshEntry> functions;
  std::vector<MeshEntry> sources;
  std::vector<MeshEntry> sinks;
};

struct BackendConfig {
  Metadata metadata;
  std::string name;
  StringMap env;
  PodPolicy pod;
  bool auto_update = false;
};

}  // namespace functionmesh::api
