#include "api/fields.hpp"

// The parts of a component's spec: what it reads and writes, its runtime, its Pulsar cluster.
namespace functionmesh::api {
namespace {

constexpr std::string_view kCompressions[]{"NONE", "LZ4", "ZLIB", "ZSTD", "SNAPPY"};
constexpr std::string_view kWindowGuarantees[]{"ATLEAST_ONCE", "ATMOST_ONCE"};
constexpr std::string_view kLevels[]{"off",   "trace", "debug", "info", "warn",
                                     "error", "fatal", "all",   "panic"};
constexpr std::string_view kRotations[]{"TimedPolicyWithDaily",   "TimedPolicyWithWeekly",
                                        "TimedPolicyWithMonthly", "SizedPolicyWith10MB",
                                        "SizedPolicyWith50MB",    "SizedPolicyWith100MB"};
constexpr std::string_view kFormats[]{"json", "text"};
constexpr std::string_view kLog4jTypes[]{"yaml", "xml", "ini"};

constexpr Field kCryptoSecret[]{
    field<&CryptoSecret::secret_name>("secretName", "The Secret's name.", {.required = true}),
    field<&CryptoSecret::secret_key>("secretKey", "The key in the Secret.", {.required = true}),
    field<&CryptoSecret::as_volume>("asVolume", "The directory that it is mounted at."),
};

constexpr Field kCryptoConfig[]{
    field<&CryptoConfig::crypto_key_reader_class_name>(
        "cryptoKeyReaderClassName", "The Java class that reads the encryption keys."),
    field<&CryptoConfig::crypto_key_reader_config>("cryptoKeyReaderConfig",
                                                   "The key reader's configuration."),
    field<&CryptoConfig::encryption_keys>("encryptionKeys",
                                          "Names of the keys that messages are encrypted with."),
    field<&CryptoConfig::producer_crypto_failure_action>(
        "producerCryptoFailureAction", "FAIL or SEND: what a producer does that cannot encrypt."),
    field<&CryptoConfig::consumer_crypto_failure_action>(
        "consumerCryptoFailureAction",
        "FAIL, DISCARD or CONSUME: what a consumer does that cannot decrypt."),
    field<&CryptoConfig::crypto_secrets>("cryptoSecrets", "Secrets that hold keys."),
};

constexpr Field kConsumerConfig[]{
    field<&ConsumerConfig::schema_type>(
        "schemaType", "The topic's schema: a type such as string, json or avro, or a class."),
    field<&ConsumerConfig::serde_classname>(
        "serdeClassname", "The class that deserializes its messages, where no schema does."),
    field<&ConsumerConfig::is_regex_pattern>("isRegexPattern",
                                             "The name above is a regular expression of topics."),
    field<&ConsumerConfig::schema_properties>("schemaProperties", "Properties of the schema."),
    field<&ConsumerConfig::consumer_properties>("consumerProperties",
                                                "Properties of the consumer."),
    field<&ConsumerConfig::receiver_queue_size>(
        "receiverQueueSize", "How many messages are fetched ahead of being processed."),
    field<&ConsumerConfig::crypto_config>("cryptoConfig", "How messages are decrypted."),
};

constexpr Field kInput[]{
    field<&Input::type_class_name>("typeClassName",
                                   "The class of a message's payload; [B when unset."),
    field<&Input::topics>(
        "topics", "Names of topics to read; a short one is in persistent://public/default."),
    field<&Input::topic_pattern>(
        "topicPattern",
        "A regular expression of topics to read, such as persistent://public/default/in-.*"),
    field<&Input::custom_serde_sources>(
        "customSerdeSources", "Topics to read, by name, each with its deserializer's class."),
    field<&Input::custom_schema_sources>("customSchemaSources",
                                         "Topics to read, by name, each with its schema."),
    field<&Input::source_specs>(
        "sourceSpecs",
        "Topics to read, by name, each with how: schema, queue, properties, decryption."),
};

constexpr Field kProducerConfig[]{
    field<&ProducerConfig::max_pending_messages>("maxPendingMessages",
                                                 "How many messages may wait to be sent."),
    field<&ProducerConfig::max_pending_messages_across_partitions>(
        "maxPendingMessagesAcrossPartitions",
        "How many messages may wait to be sent to all partitions together."),
    field<&ProducerConfig::use_thread_local_producers>("useThreadLocalProducers",
                                                       "Uses a producer for each thread."),
    field<&ProducerConfig::crypto_config>("cryptoConfig", "How messages are encrypted."),
    field<&ProducerConfig::batch_builder>("batchBuilder",
                                          "How messages are batched: DEFAULT or KEY_BASED."),
    field<&ProducerConfig::compression_type>("compressionType",
                                             "How messages are compressed; LZ4 when unset.",
                                             {.one_of = kCompressions}),
};

constexpr Field kOutput[]{
    field<&Output::type_class_name>("typeClassName",
                                    "The class of a message's payload; [B when unset."),
    field<&Output::topic>("topic", "The topic to write; without it results go nowhere."),
    field<&Output::sink_serde_class_name>(
        "sinkSerdeClassName", "The class that serializes messages, where no schema does."),
    field<&Output::sink_schema_type>(
        "sinkSchemaType", "The topic's schema: a type such as string, json or avro, or a class."),
    field<&Output::producer_conf>("producerConf", "How messages are sent."),
    field<&Output::custom_schema_sinks>("customSchemaSinks",
                                        "Schema and consumer properties by topic, as JSON text."),
};

constexpr Field kBatchSourceConfig[]{
    field<&BatchSourceConfig::discovery_triggerer_class_name>(
        "discoveryTriggererClassName", "The class that triggers the discovery of work.",
        {.required = true}),
    field<&BatchSourceConfig::discovery_triggerer_config>("discoveryTriggererConfig",
                                                          "The triggerer's configuration."),
};

constexpr Field kSourceConnector[]{
    field<&Connector::connector_type>("sourceType", "Type of the connector."),
    field<&Connector::batch_source_config>("batchSourceConfig", "Not used in a Function."),
    field<&Connector::class_name>("className", "The connector's class."),
    field<&Connector::type_class_name>("typeClassName", "The class of a message's payload."),
    field<&Connector::configs>("configs", "The connector's configuration, handed to it as is."),
};

constexpr Field kSinkConnector[]{
    field<&Connector::connector_type>("sinkType", "Type of the connector."),
    field<&Connector::class_name>("className", "The connector's class."),
    field<&Connector::type_class_name>("typeClassName", "The class of a message's payload."),
    field<&Connector::configs>("configs", "The connector's configuration, handed to it as is."),
};

constexpr Field kWindowConfig[]{
    field<&WindowConfig::actual_window_function_class_name>(
        "actualWindowFunctionClassName",
        "The window function's class; className always takes its place.",
        {.required_in_cluster = true}),
    field<&WindowConfig::window_length_count>(
        "windowLengthCount", "Messages in a window; not with windowLengthDurationMs."),
    field<&WindowConfig::window_length_duration_ms>(
        "windowLengthDurationMs", "Milliseconds of a window; not with windowLengthCount."),
    field<&WindowConfig::sliding_interval_count>("slidingIntervalCount",
                                                 "Messages after which a window begins."),
    field<&WindowConfig::sliding_interval_duration_ms>("slidingIntervalDurationMs",
                                                       "Milliseconds after which a window begins."),
    field<&WindowConfig::late_data_topic>("lateDataTopic", "Where late messages go."),
    field<&WindowConfig::max_lag_ms>("maxLagMs", "How late a message may be, in milliseconds."),
    field<&WindowConfig::watermark_emit_interval_ms>(
        "watermarkEmitIntervalMs", "Milliseconds between two looks at what is complete."),
    field<&WindowConfig::timestamp_extractor_class_name>("timestampExtractorClassName",
                                                         "The class that tells a message's time."),
    field<&WindowConfig::processing_guarantees>(
        "processingGuarantees", "How often a window takes effect.", {.one_of = kWindowGuarantees}),
};

constexpr Field kOAuth2[]{
    field<&OAuth2Config::audience>("audience", "Whom the token is for.", {.required = true}),
    field<&OAuth2Config::issuer_url>("issuerUrl", "Who issues it.", {.required = true}),
    field<&OAuth2Config::scope>("scope", "What it is asked for."),
    field<&OAuth2Config::key_secret_name>("keySecretName", "The Secret with the key file.",
                                          {.required = true}),
    field<&OAuth2Config::key_secret_key>("keySecretKey", "The key file's key in the Secret.",
                                         {.required = true}),
};

constexpr Field kGenericAuth[]{
    field<&GenericAuth::client_authentication_plugin>(
        "clientAuthenticationPlugin", "The authentication plug-in's class.", {.required = true}),
    field<&GenericAuth::client_authentication_parameters>(
        "clientAuthenticationParameters", "The plug-in's parameters.", {.required = true}),
};

constexpr Field kAuthConfig[]{
    field<&AuthConfig::oauth2_config>("oauth2Config", "Authenticates by OAuth 2."),
    field<&AuthConfig::generic_auth>("genericAuth", "Authenticates by any plug-in."),
};

constexpr Field kTlsConfig[]{
    field<&TlsConfig::enabled>("enabled", "Uses TLS."),
    field<&TlsConfig::allow_insecure>("allowInsecure", "Accepts any certificate."),
    field<&TlsConfig::hostname_verification>("hostnameVerification",
                                             "The certificate must be for the broker's name."),
    field<&TlsConfig::cert_secret_name>("certSecretName", "The Secret with trusted certificates."),
    field<&TlsConfig::cert_secret_key>("certSecretKey", "Their key in the Secret."),
};

constexpr Field kPulsarMessaging[]{
    field<&PulsarMessaging::pulsar_config>(
        "pulsarConfig",
        "The ConfigMap, in this namespace, with webServiceURL and brokerServiceURL."),
    field<&PulsarMessaging::auth_secret>(
        "authSecret",
        "The Secret with clientAuthenticationPlugin and clientAuthenticationParameters."),
    field<&PulsarMessaging::tls_secret>("tlsSecret", "The Secret with TLS settings."),
    field<&PulsarMessaging::tls_config>("tlsConfig", "TLS settings."),
    field<&PulsarMessaging::auth_config>("authConfig", "How it authenticates."),
    field<&PulsarMessaging::cleanup_auth_config>("cleanupAuthConfig",
                                                 "How the clean-up Job authenticates."),
};

constexpr Field kLogConfigRef[]{
    field<&LogConfigRef::name>("name", "The ConfigMap's name.", {.required = true}),
    field<&LogConfigRef::key>("key", "The key in the ConfigMap.", {.required = true}),
};

constexpr Field kRuntimeLog[]{
    field<&RuntimeLog::level>("level", "The least level that is logged.", {.one_of = kLevels}),
    field<&RuntimeLog::rotate_policy>("rotatePolicy", "When a new log file begins.",
                                      {.one_of = kRotations}),
    field<&RuntimeLog::format>("format", "How a line looks; text when unset.",
                               {.one_of = kFormats}),
    field<&RuntimeLog::log_config>("logConfig", "A ConfigMap with your own log configuration."),
    field<&RuntimeLog::java_log4j_config_file_type>(
        "javaLog4JConfigFileType", "What the Java log configuration is written in.",
        {.one_of = kLog4jTypes}),
};

constexpr Field kJavaRuntime[]{
    field<&JavaRuntime::jar>("jar", "The jar or NAR: its path in the container.",
                             {.required = true}),
    field<&JavaRuntime::jar_location>(
        "jarLocation",
        "Where it is downloaded from at start: function://tenant/namespace/name@version, sink://, "
        "source:// or http(s)://; empty when the image has it."),
    field<&JavaRuntime::extra_dependencies_dir>("extraDependenciesDir",
                                                "A directory of further jars."),
    field<&JavaRuntime::log>("log", "How it logs."),
    field<&JavaRuntime::java_opts>("javaOpts", "Further options of the JVM, such as -Dkey=value."),
    field<&JavaRuntime::instance_path>("instancePath", "Another jar for the instance."),
    field<&JavaRuntime::entry_class>("entryClass", "Another main class for the instance."),
};

constexpr Field kPythonRuntime[]{
    field<&PythonRuntime::py>("py", "The .py, .zip or .whl: its path in the container.",
                              {.required = true}),
    field<&PythonRuntime::py_location>(
        "pyLocation",
        "Where it is downloaded from at start: function://tenant/namespace/name@version, sink://, "
        "source:// or http(s)://; empty when the image has it."),
    field<&PythonRuntime::log>("log", "How it logs."),
};

constexpr Field kGoRuntime[]{
    field<&GoRuntime::go>("go", "The program: its path in the container.", {.required = true}),
    field<&GoRuntime::go_location>(
        "goLocation",
        "Where it is downloaded from at start: function://tenant/namespace/name@version, sink://, "
        "source:// or http(s)://; empty when the image has it."),
    field<&GoRuntime::log>("log", "How it logs."),
};

constexpr Field kGenericRuntime[]{
    field<&GenericRuntime::function_file>(
        "functionFile", "The function: its path in the container.", {.required = true}),
    field<&GenericRuntime::function_file_location>(
        "functionFileLocation",
        "Where it is downloaded from at start: function://tenant/namespace/name@version, sink://, "
        "source:// or http(s)://; empty when the image has it."),
    field<&GenericRuntime::language>("language", "nodejs, python, executable or wasm.",
                                     {.required = true}),
};

constexpr Field kSecretRef[]{
    field<&SecretRef::path>("path", "The Secret's name."),
    field<&SecretRef::key>("key", "The key in the Secret."),
};

constexpr Field kJavaStateProvider[]{
    field<&JavaStateProvider::class_name>("className", "The state store provider's class.",
                                          {.required = true}),
    field<&JavaStateProvider::config>("config", "Not used.", {.pruned = true}),
};

constexpr Field kPulsarStateStore[]{
    field<&PulsarStateStore::service_url>("serviceUrl", "Where the state store answers (bk://...).",
                                          {.required = true}),
    field<&PulsarStateStore::java_provider>("javaProvider", "Another provider for Java."),
};

constexpr Field kStatefulConfig[]{
    field<&StatefulConfig::pulsar>("pulsar", "Keeps state in Pulsar's state store."),
};

constexpr Field kLiveness[]{
    field<&Liveness::period_seconds>("periodSeconds", "Seconds between two checks; 0 for none."),
    field<&Liveness::initial_delay_seconds>("initialDelaySeconds", "Seconds before the first."),
    field<&Liveness::success_threshold>("successThreshold", "Good checks that make it healthy."),
    field<&Liveness::failure_threshold>("failureThreshold", "Bad checks that restart it."),
};

constexpr Field kVpaSpec[]{
    field<&VpaSpec::update_policy>("updatePolicy", "How recommendations are applied.",
                                   {.fragment = &kPodUpdatePolicy}),
    field<&VpaSpec::resource_policy>("resourcePolicy", "The limits of recommendations.",
                                     {.fragment = &kPodResourcePolicy}),
};

constexpr Field kPodPolicy[]{
    field<&PodPolicy::labels>("labels", "Further labels of the pods."),
    field<&PodPolicy::annotations>("annotations", "Further annotations of the pods."),
    field<&PodPolicy::node_selector>("nodeSelector", "Labels of the nodes they may run on."),
    field<&PodPolicy::affinity>("affinity", "Where they like to run.", {.fragment = &kAffinity}),
    field<&PodPolicy::disable_default_affinity>("disableDefaultAffinity",
                                                "Does not spread the pods over the nodes."),
    field<&PodPolicy::tolerations>("tolerations", "Taints of nodes that they tolerate.",
                                   {.fragment = &kToleration}),
    field<&PodPolicy::security_context>("securityContext", "What the pods may do.",
                                        {.fragment = &kPodSecurityContext}),
    field<&PodPolicy::service_account_name>("serviceAccountName",
                                            "The ServiceAccount they run as."),
    field<&PodPolicy::image_pull_secrets>("imagePullSecrets", "Secrets for pulling images.",
                                          {.fragment = &kLocalObjectReference}),
    field<&PodPolicy::termination_grace_period_seconds>("terminationGracePeriodSeconds",
                                                        "Seconds that an instance has to end."),
    field<&PodPolicy::env>("env", "Environment of the runner container.", {.fragment = &kEnvVar}),
    field<&PodPolicy::volumes>("volumes", "Volumes of the pods.", {.fragment = &kVolume}),
    field<&PodPolicy::init_containers>("initContainers",
                                       "Containers that run before the function does.",
                                       {.fragment = &kContainer}),
    field<&PodPolicy::sidecars>("sidecars", "Containers that run beside the function's.",
                                {.fragment = &kContainer}),
    field<&PodPolicy::liveness>(
        "liveness", "When an instance that does not answer counts as dead; never when unset."),
    field<&PodPolicy::startup_probe>("startupProbe", "When an instance counts as started.",
                                     {.fragment = &kProbe}),
    field<&PodPolicy::builtin_autoscaler>(
        "builtinAutoscaler",
        "Built-in rules: AverageUtilizationCPUPercent or ...MemoryPercent with 80, 50 or 20."),
    field<&PodPolicy::auto_scaling_metrics>("autoScalingMetrics", "Metrics to scale by.",
                                            {.fragment = &kMetricSpec}),
    field<&PodPolicy::auto_scaling_behavior>("autoScalingBehavior", "How fast to scale.",
                                             {.fragment = &kHorizontalPodAutoscalerBehavior}),
    field<&PodPolicy::vpa>(
        "vpa", "Scales the pods' resources instead of their number; not with maxReplicas."),
};

}  // namespace

const Record& source_connector_record() {
  static constexpr Record record{"SourceConnector", kSourceConnector};
  return record;
}

const Record& sink_connector_record() {
  static constexpr Record record{"SinkConnector", kSinkConnector};
  return record;
}

// A Connector has two tables; its fields say which.
template <>
const Record& record_of<Connector>() {
  return source_connector_record();
}

#define FM_RECORD(Struct, fields)                    \
  template <>                                        \
  const Record& record_of<Struct>() {                \
    static constexpr Record record{#Struct, fields}; \
    return record;                                   \
  }

FM_RECORD(CryptoSecret, kCryptoSecret)
FM_RECORD(CryptoConfig, kCryptoConfig)
FM_RECORD(ConsumerConfig, kConsumerConfig)
FM_RECORD(Input, kInput)
FM_RECORD(ProducerConfig, kProducerConfig)
FM_RECORD(Output, kOutput)
FM_RECORD(BatchSourceConfig, kBatchSourceConfig)
FM_RECORD(WindowConfig, kWindowConfig)
FM_RECORD(OAuth2Config, kOAuth2)
FM_RECORD(GenericAuth, kGenericAuth)
FM_RECORD(AuthConfig, kAuthConfig)
FM_RECORD(TlsConfig, kTlsConfig)
FM_RECORD(PulsarMessaging, kPulsarMessaging)
FM_RECORD(LogConfigRef, kLogConfigRef)
FM_RECORD(RuntimeLog, kRuntimeLog)
FM_RECORD(JavaRuntime, kJavaRuntime)
FM_RECORD(PythonRuntime, kPythonRuntime)
FM_RECORD(GoRuntime, kGoRuntime)
FM_RECORD(GenericRuntime, kGenericRuntime)
FM_RECORD(SecretRef, kSecretRef)
FM_RECORD(JavaStateProvider, kJavaStateProvider)
FM_RECORD(PulsarStateStore, kPulsarStateStore)
FM_RECORD(StatefulConfig, kStatefulConfig)
FM_RECORD(Liveness, kLiveness)
FM_RECORD(VpaSpec, kVpaSpec)
FM_RECORD(PodPolicy, kPodPolicy)

#undef FM_RECORD

}  // namespace functionmesh::api
