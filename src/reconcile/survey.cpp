#include "reconcile/survey.hpp"

#include "reconcile/difference.hpp"
#include "reconcile/gather.hpp"
#include "reconcile/metadata.hpp"
#include "reconcile/names.hpp"

namespace functionmesh::reconcile {
namespace {

using base::Result;
using Verdict = Outlook::Verdict;

void attend(Outlook& outlook, const std::string& why) {
  outlook.verdict = Verdict::attention;
  outlook.attention += (outlook.attention.empty() ? "" : "; ") + why;
}

/// What an apply would change in an object besides our notes on it.
std::string changes_in(const Json& live, Json applied) {
  applied.at("metadata").get_object().stable_erase("annotations");
  applied.at("metadata").get_object().stable_erase("resourceVersion");
  return summary_of(differing_paths(live, applied));
}

const Json* live_object(const Key& key, const ComponentView& view) {
  for (const Object* object : {&view.stateful_set, &view.service, &view.autoscaler,
                               &view.vertical_autoscaler, &view.cleanup_job}) {
    if (*object != nullptr && cluster::key_of(**object) == key) {
      return object->get();
    }
  }
  return nullptr;
}

void describe_stateful_set(const Write& change, const Json* live, Outlook& outlook) {
  const std::string name = cluster::to_string(change.key);
  if (live == nullptr) {
    outlook.actions.push_back(name + " would be created");
  } else if (change.how == Write::How::apply) {
    attend(outlook, name + "'s pods would be restarted: " + change.note->message);
  } else if (base::find(change.body, {"spec", "replicas"}) != nullptr) {
    outlook.actions.push_back(name + " would be scaled " + change.note->message);
  }
}

void describe(const Write& change, const ComponentView& view, Outlook& outlook) {
  const std::string name = cluster::to_string(change.key);
  if (change.key == cluster::key_of(*view.resource)) {
    const bool there = has_finalizer(*view.resource, kCleanupFinalizer);
    outlook.actions.push_back("finalizer " + std::string{kCleanupFinalizer} + " would be " +
                              (there ? "removed" : "added"));
    return;
  }
  const Json* live = live_object(change.key, view);
  if (change.how == Write::How::remove) {
    outlook.actions.push_back(name + " would be removed" +
                              (change.key.kind == "Job" ? " (a clean-up runs at deletion only)"
                                                        : " (it is not asked for)"));
  } else if (change.key.kind == "StatefulSet") {
    describe_stateful_set(change, live, outlook);
  } else if (live == nullptr) {
    outlook.actions.push_back(name + " would be created");
  } else if (const std::string changed = changes_in(*live, change.body); !changed.empty()) {
    outlook.actions.push_back(name + " would be changed: " + changed);
  }
}

Outlook outlook_of(const ComponentView& view, const Policy& policy) {
  Outlook outlook;
  outlook.key = cluster::key_of(*view.resource);
  if (!is_managed(*view.resource)) {
    outlook.actions.emplace_back("would be left alone: the annotation " + std::string{kManaged} +
                                 " says \"false\"");
    return outlook;
  }
  const ComponentPlan plan = plan_component(view, policy);
  outlook.waits = plan.pending_change;
  if (!plan.changes.empty()) {
    outlook.verdict = Verdict::taken;
  }
  if (!plan.problem.empty()) {
    attend(outlook, plan.problem);
  }
  for (const base::Error& refused : plan.refused) {
    attend(outlook, refused.message);
  }
  if (is_being_deleted(*view.resource)) {
    outlook.actions.push_back("its deletion would go on: " + plan.progress);
    return outlook;
  }
  for (const Write& change : plan.changes) {
    describe(change, view, outlook);
  }
  return outlook;
}

Outlook outlook_of(const MeshView& view, const Policy& policy) {
  Outlook outlook;
  outlook.key = cluster::key_of(*view.mesh);
  if (!is_managed(*view.mesh)) {
    outlook.actions.emplace_back("would be left alone: the annotation " + std::string{kManaged} +
                                 " says \"false\"");
    return outlook;
  }
  const MeshPlan plan = plan_mesh(view, policy.render);
  if (!plan.problem.empty()) {
    attend(outlook, plan.problem);
  }
  for (const MeshPart& part : plan.parts) {
    if (!part.name_taken.empty()) {
      attend(outlook, part.name_taken);
    }
  }
  for (const Write& change : plan.changes) {
    const std::string name = cluster::to_string(change.key);
    const auto live = view.components.find(change.key);
    if (outlook.verdict == Verdict::unchanged) {
      outlook.verdict = Verdict::taken;
    }
    if (change.how == Write::How::remove) {
      attend(outlook, name + " would be removed: the mesh does not name it");
    } else if (live == view.components.end()) {
      outlook.actions.push_back(name + " would be created");
    } else if (change.how == Write::How::apply) {
      attend(outlook, name + " would be changed to what the mesh says, and its pods restarted: " +
                          changes_in(*live->second, change.body));
    }
  }
  return outlook;
}

}  // namespace

boost::asio::awaitable<Result<std::vector<Outlook>>> survey(cluster::Cluster& cluster,
                                                            const Policy& policy, std::string in,
                                                            base::TimePoint now) {
  std::vector<Outlook> all;
  for (const std::string_view kind : {"Function", "Source", "Sink", "FunctionMesh"}) {
    const auto resources = co_await cluster.list({.kind = std::string{kind}, .namespace_ = in});
    if (!resources) {
      co_return std::unexpected(resources.error());
    }
    for (const Object& resource : *resources) {
      if (kind == "FunctionMesh") {
        const Result<MeshView> view = co_await gather_mesh(cluster, resource, now);
        if (!view) {
          co_return std::unexpected(view.error());
        }
        all.push_back(outlook_of(*view, policy));
        continue;
      }
      const Result<ComponentView> view = co_await gather_component(cluster, policy, resource, now);
      if (!view) {
        co_return std::unexpected(view.error());
      }
      all.push_back(outlook_of(*view, policy));
    }
  }
  co_return all;
}

}  // namespace functionmesh::reconcile
