#pragma once

#include <string_view>

/// The words by which the controllers, users and other programs understand each other.
namespace functionmesh::reconcile {

// What a user says on a resource.
inline constexpr std::string_view kManaged = "compute.functionmesh.io/managed";
inline constexpr std::string_view kPauseRollout = "compute.functionmesh.io/pause-rollout";
/// Any new value rolls out what status.pendingChange shows.
inline constexpr std::string_view kRollout = "compute.functionmesh.io/rollout";

// What the controllers note on the objects that they make.
inline constexpr std::string_view kGeneration = "compute.functionmesh.io/generation";
inline constexpr std::string_view kSpecHash = "compute.functionmesh.io/spec-hash";
inline constexpr std::string_view kAppliedHash = "compute.functionmesh.io/applied-hash";
inline constexpr std::string_view kBackendConfigs = "compute.functionmesh.io/backend-configs";
inline constexpr std::string_view kScaleHash = "compute.functionmesh.io/scale-hash";

inline constexpr std::string_view kCleanupFinalizer = "cleanup.subscription.finalizer";

// status.phase
inline constexpr std::string_view kPending = "Pending";
inline constexpr std::string_view kProgressing = "Progressing";
inline constexpr std::string_view kReady = "Ready";
inline constexpr std::string_view kDegraded = "Degraded";
inline constexpr std::string_view kFailed = "Failed";
inline constexpr std::string_view kPaused = "Paused";
inline constexpr std::string_view kStopped = "Stopped";
inline constexpr std::string_view kTerminating = "Terminating";

}  // namespace functionmesh::reconcile
