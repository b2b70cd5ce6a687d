#include "api/fields.hpp"

namespace functionmesh::api {
namespace {

using S = ComponentSpec;

constexpr std::string_view kLogAgents[]{"runtime", "sidecar"};
constexpr std::string_view kGuarantees[]{"atleast_once", "atmost_once", "effectively_once",
                                         "manual"};
constexpr std::string_view kPositions[]{"latest", "earliest"};

constexpr Field ignored(std::string_view name) {
  return {name, {}, nullptr, nullptr, {}};
}

// What the three kinds share comes first, then what a component reads, writes, and how it runs.
constexpr Field kComponentFields[]{
    field<&S::name>("name", "Name in Pulsar; metadata.name when empty."),
    field<&S::class_name>(
        "className",
        "The class that implements the function or connector; Java and Python need it."),
    field<&S::tenant>("tenant", "Pulsar tenant that it belongs to; public when empty."),
    field<&S::namespace_>("namespace", "Pulsar namespace that it belongs to; default when empty."),
    field<&S::cluster_name>("clusterName", "Name of the Pulsar cluster; kubernetes when empty."),
    field<&S::source_type>("sourceType", "Type of the connector; informational.",
                           {.kinds = kSources}),
    field<&S::sink_type>("sinkType", "Type of the connector; informational.", {.kinds = kSinks}),

    field<&S::replicas>("replicas", "How many instances run; minReplicas when unset.",
                        {.minimum = 0}),
    field<&S::show_precise_parallelism>(
        "showPreciseParallelism",
        "Tells the instances how many there are; every scaling then restarts them."),
    field<&S::min_replicas>("minReplicas", "The least instances that autoscaling keeps.",
                            {.fallback = 1, .minimum = 0}),
    field<&S::max_replicas>("maxReplicas",
                            "The most instances that autoscaling starts; setting it makes a "
                            "HorizontalPodAutoscaler."),

    field<&S::input>("input", "The topics it reads, and how.", {.kinds = kFunctions | kSinks}),
    field<&S::output>("output", "The topic it writes, and how.", {.kinds = kFunctions | kSources}),
    field<&S::func_config>(
        "funcConfig",
        "The function's own configuration, handed to it as is; its Context gives it out.",
        {.kinds = kFunctions}),
    field<&S::source_connector>("sourceConfig",
                                "A connector that the function reads in place of topics.",
                                {.kinds = kFunctions, .record = &source_connector_record}),
    field<&S::sink_connector>("sinkConfig",
                              "A connector that the function writes to in place of a topic.",
                              {.kinds = kFunctions, .record = &sink_connector_record}),
    field<&S::source_config>("sourceConfig", "The connector's configuration, handed to it as is.",
                             {.kinds = kSources}),
    field<&S::sink_config>("sinkConfig", "The connector's configuration, handed to it as is.",
                           {.kinds = kSinks}),
    field<&S::batch_source_config>("batchSourceConfig",
                                   "Makes it a batch source: what triggers the discovery of work.",
                                   {.kinds = kSources}),

    field<&S::processing_guarantee>(
        "processingGuarantee",
        "How often a message takes effect; atleast_once when unset. With manual the "
        "code acknowledges.",
        {.one_of = kGuarantees}),
    field<&S::auto_ack>("autoAck", "Acknowledges each message that was processed; true when unset.",
                        {.kinds = kFunctions | kSinks}),
    field<&S::timeout>("timeout",
                       "Milliseconds after which an unacknowledged message is delivered again; not "
                       "with effectively_once.",
                       {.kinds = kFunctions | kSinks}),
    field<&S::negative_ack_redelivery_delay_ms>(
        "negativeAckRedeliveryDelayMs",
        "Milliseconds after which a refused message is delivered again.", {.kinds = kSinks}),
    field<&S::max_message_retry>("maxMessageRetry",
                                 "How often a failing message is tried again; 0 for ever.",
                                 {.kinds = kFunctions | kSinks}),
    field<&S::dead_letter_topic>(
        "deadLetterTopic", "Where messages go that failed maxMessageRetry times, which it needs.",
        {.kinds = kFunctions | kSinks}),
    field<&S::retain_ordering>(
        "retainOrdering",
        "Processes all messages in order: one instance reads a topic, the others stand by.",
        {.kinds = kFunctions | kSinks}),
    field<&S::retain_key_ordering>("retainKeyOrdering",
                                   "Processes messages of one key in order, keys side by side.",
                                   {.kinds = kFunctions | kSinks}),
    field<&S::forward_source_message_property>(
        "forwardSourceMessageProperty",
        "Copies a message's properties to the message that comes of it; true when unset.",
        {.kinds = kFunctions | kSources}),
    field<&S::max_pending_async_requests>(
        "maxPendingAsyncRequests",
        "How many asynchronous results a Java function may have open; 1000 when unset.",
        {.kinds = kFunctions}),
    field<&S::subscription_name>("subscriptionName",
                                 "Name of its subscription; tenant/namespace/name when empty.",
                                 {.kinds = kFunctions | kSinks}),
    field<&S::subscription_position>("subscriptionPosition",
                                     "Where a new subscription begins; earliest when unset.",
                                     {.one_of = kPositions, .kinds = kFunctions | kSinks}),
    field<&S::cleanup_subscription>("cleanupSubscription",
                                    "Deletes the subscription when the resource is deleted.",
                                    {.kinds = kFunctions | kSinks}),
    field<&S::skip_to_latest>("skipToLatest", "Skips to the newest message at every start.",
                              {.kinds = kFunctions}),
    field<&S::window_config>(
        "windowConfig",
        "Makes it a window function: it gets the messages of a window at once. Needs "
        "windowLengthCount or windowLengthDurationMs.",
        {.kinds = kFunctions}),
    field<&S::stateful_config>("statefulConfig", "The state store that it keeps its state in."),
    field<&S::runtime_flags>("runtimeFlags", "Flags that are noted in the function's details."),

    field<&S::log_topic>("logTopic",
                         "A topic that its logs are written to; logTopicAgent says by whom."),
    field<&S::log_topic_agent>("logTopicAgent",
                               "Who writes the log topic: the runtime, or a side-car container.",
                               {.one_of = kLogAgents}),
    field<&S::filebeat_image>("filebeatImage", "Image of the log side-car."),

    field<&S::pulsar>("pulsar", "The Pulsar cluster that it works with."),
    field<&S::pulsar_package_service>(
        "pulsarPackageService", "Another Pulsar cluster that its package is downloaded from."),
    field<&S::java>("java", "Runs it in Java."),
    field<&S::python>("python", "Runs it in Python."),
    field<&S::golang>("golang", "Runs it as a Go program."),
    field<&S::generic_runtime>("genericRuntime",
                               "Runs it in another language through the generic runtime."),
    field<&S::secrets_map>(
        "secretsMap",
        "Secrets by the name under which the code asks for them; also its environment."),

    field<&S::image>("image", "Image of the runner container."),
    field<&S::image_pull_policy>("imagePullPolicy",
                                 "When the runner image is pulled: Always, IfNotPresent or Never."),
    field<&S::image_has_pulsarctl>(
        "imageHasPulsarctl", "The runner image has pulsarctl, which then downloads packages."),
    field<&S::image_has_get>("imageHasGet",
                             "The runner image has wget, which then downloads http(s) packages."),
    field<&S::downloader_image>("downloaderImage",
                                "Image of the init container that downloads the package."),
    field<&S::cleanup_image>("cleanupImage", "Image of the Job that cleans up at deletion."),
    field<&S::resources>("resources", "CPU and memory of one instance; 1 CPU and 1Gi when unset.",
                         {.fragment = &kResourceRequirements}),
    field<&S::volume_mounts>("volumeMounts", "Volumes of pod.volumes in the runner container.",
                             {.fragment = &kVolumeMount}),
    field<&S::volume_claim_templates>("volumeClaimTemplates",
                                      "A volume of its own for every instance; cannot be changed.",
                                      {.kinds = kFunctions, .fragment = &kPersistentVolumeClaim}),
    field<&S::persistent_volume_claim_retention_policy>(
        "persistentVolumeClaimRetentionPolicy",
        "What becomes of the volumes when the function is deleted or scaled down.",
        {.kinds = kFunctions, .fragment = &kPersistentVolumeClaimRetentionPolicy}),
    field<&S::pod>("pod", "How the pods look and scale."),
};

constexpr Field kMetadataFields[]{
    field<&Metadata::name>("name", "The resource's name."),
    field<&Metadata::namespace_>("namespace", "The Kubernetes namespace; default when empty."),
    field<&Metadata::labels>("labels", "Labels of the resource."),
    field<&Metadata::annotations>("annotations", "Annotations of the resource."),
    field<&Metadata::finalizers>("finalizers", "What has to happen before it is gone.",
                                 {.from_server = true}),
    field<&Metadata::uid>("uid", "Tells it from others of its name.", {.from_server = true}),
    field<&Metadata::generation>("generation", "Counts changes of spec.", {.from_server = true}),
    field<&Metadata::resource_version>("resourceVersion", "Tells its versions apart.",
                                       {.from_server = true}),
    field<&Metadata::deletion_timestamp>("deletionTimestamp", "When its deletion began.",
                                         {.from_server = true}),
    ignored("creationTimestamp"),
    ignored("deletionGracePeriodSeconds"),
    ignored("generateName"),
    ignored("managedFields"),
    ignored("ownerReferences"),
    ignored("selfLink"),
};

constexpr Field kMeshFields[]{
    field<&Mesh::functions>(
        "functions",
        "The mesh's functions; each has a name, and becomes the Function <mesh>-<name>.",
        {.inner_kinds = kFunctions}),
    field<&Mesh::sources>(
        "sources", "The mesh's sources; each has a name, and becomes the Source <mesh>-<name>.",
        {.inner_kinds = kSources}),
    field<&Mesh::sinks>("sinks",
                        "The mesh's sinks; each has a name, and becomes the Sink <mesh>-<name>.",
                        {.inner_kinds = kSinks}),
};

constexpr Field kBackendConfigFields[]{
    field<&BackendConfig::name>("name", "Not used."),
    field<&BackendConfig::env>("env", "Environment of every container that it applies to."),
    field<&BackendConfig::pod>("pod", "What pods get whose own resource says nothing."),
    field<&BackendConfig::auto_update>("autoUpdate",
                                       "Rolls a change out to what it applies to at once."),
};

}  // namespace

template <>
const Record& record_of<ComponentSpec>() {
  static constexpr Record record{"ComponentSpec", kComponentFields};
  return record;
}

template <>
const Record& record_of<Metadata>() {
  static constexpr Record record{"Metadata", kMetadataFields};
  return record;
}

template <>
const Record& record_of<Mesh>() {
  static constexpr Record record{"Mesh", kMeshFields};
  return record;
}

template <>
const Record& record_of<BackendConfig>() {
  static constexpr Record record{"BackendConfig", kBackendConfigFields};
  return record;
}

Kinds kinds_of(Kind kind) {
  switch (kind) {
    case Kind::function:
      return kFunctions;
    case Kind::source:
      return kSources;
    case Kind::sink:
      return kSinks;
    default:
      return kAllKinds;
  }
}

}  // namespace functionmesh::api
