#include "plan/component_outcome.hpp"

#include <algorithm>

#include "reconcile/difference.hpp"
#include "reconcile/meaning.hpp"
#include "reconcile/metadata.hpp"
#include "reconcile/names.hpp"

namespace functionmesh::plan {
namespace {

using reconcile::ComponentView;
using reconcile::Object;
using reconcile::Write;

constexpr std::string_view kTemplate = "spec.template";

const Json* live_object(const Key& key, const ComponentView& view) {
  for (const Object* object : {&view.stateful_set, &view.service, &view.autoscaler,
                               &view.vertical_autoscaler, &view.cleanup_job}) {
    if (*object != nullptr && cluster::key_of(**object) == key) {
      return object->get();
    }
  }
  return nullptr;
}

/// Without what a user does not care for: our notes on it.
Json without_notes(Json body) {
  Json* metadata = base::find(body, {"metadata"});
  if (metadata != nullptr && metadata->is_object()) {
    metadata->get_object().stable_erase("annotations");
    metadata->get_object().stable_erase("resourceVersion");
    metadata->get_object().stable_erase("uid");
  }
  return body;
}

/// A change of metadata alone, by which the operator notes what it saw.
bool is_note_only(const Write& write) {
  return write.how == Write::How::patch && base::find(write.body, {"spec"}) == nullptr;
}

int replicas_of(const Json& stateful_set) {
  return static_cast<int>(base::number_at(stateful_set, {"spec", "replicas"}, 1));
}

/// Names of the instances that are there and stay when there are `wanted`.
std::vector<std::string> names_of(const Json& stateful_set, int wanted) {
  const std::string name{base::text_at(stateful_set, {"metadata", "name"})};
  std::vector<std::string> names;
  for (int i = 0; i < std::min(wanted, replicas_of(stateful_set)); ++i) {
    names.push_back(name + "-" + std::to_string(i));
  }
  return names;
}

/// "the spec changed" of "the spec changed: spec.template...": the fields are told one by one.
std::string reason_of(const Write& write) {
  const std::string message = write.note ? write.note->message : std::string{};
  return message.substr(0, message.find(": spec."));
}

void split_by_template(std::vector<FieldChange> all, std::vector<FieldChange>& of_template,
                       std::vector<FieldChange>& rest) {
  for (FieldChange& change : all) {
    (change.path.starts_with(kTemplate) ? of_template : rest).push_back(std::move(change));
  }
}

/// Which fields of the pods differ, and in what they mean where the text differs only.
void find_restart(const Write& write, const Json& live, const Json& desired, ObjectChange& change,
                  Instances& instances) {
  std::vector<std::string> paths = reconcile::differences_in_meaning(live, desired);
  std::vector<FieldChange> because;
  split_by_template(changes_at(paths, live, desired), because, change.fields);
  if (because.empty()) {
    std::vector<FieldChange> other;
    std::vector<FieldChange> text;
    split_by_template(changes_at(reconcile::differing_paths(live, desired), live, desired), text,
                      other);
    for (FieldChange& one : text) {
      because.push_back({one.path, std::nullopt, std::nullopt, false});
    }
  }
  const bool only_metadata = because.empty() && !change.fields.empty();
  if (!only_metadata) {
    instances.restart = names_of(live, replicas_of(desired));
    instances.reason = reason_of(write);
    instances.because = std::move(because);
  }
}

void add_stateful_set(Outcome& outcome, const Write& write, const Json* live) {
  Instances& instances = outcome.instances;
  ObjectChange change{write.key, Action::change, {}, {}};
  if (live == nullptr) {
    change.action = Action::create;
    instances.start = replicas_of(write.body);
  } else if (write.how == Write::How::apply) {
    find_restart(write, *live, without_notes(write.body), change, instances);
    instances.keep = 0;
  } else if (base::find(write.body, {"spec", "replicas"}) != nullptr) {
    change.fields = changes_at({"spec.replicas"}, *live, write.body);
  } else {
    change.action = Action::adopt;
  }
  if (live != nullptr && base::find(write.body, {"spec", "replicas"}) != nullptr) {
    const int before = replicas_of(*live);
    const int after = replicas_of(write.body);
    instances.start = std::max(0, after - before);
    instances.stop = std::max(0, before - after);
    instances.keep = std::min(before, after) - static_cast<int>(instances.restart.size());
  }
  outcome.objects.push_back(std::move(change));
}

}  // namespace

void add_component(Outcome& outcome, const ComponentView& view,
                   const reconcile::ComponentPlan& plan) {
  if (view.stateful_set != nullptr) {
    outcome.instances.keep = replicas_of(*view.stateful_set);
  }
  outcome.waits = plan.pending_change;
  if (!plan.problem.empty()) {
    outcome.problems.push_back(plan.problem);
  }
  for (const base::Error& refused : plan.refused) {
    outcome.problems.push_back(refused.message);
  }
  if (plan.paused) {
    outcome.notes.emplace_back("rollouts are paused (annotation " +
                               std::string{reconcile::kPauseRollout} +
                               "): only a change of the spec reaches its instances");
  }
  for (const Write& write : plan.changes) {
    if (write.key == outcome.key) {
      continue;  // a finalizer, or the number of instances spelt out: nothing that a user wants
    }
    const Json* live = live_object(write.key, view);
    const std::string why = write.note ? write.note->message : std::string{};
    if (write.how == Write::How::remove) {
      outcome.objects.push_back({write.key, Action::remove, why, {}});
    } else if (write.key.kind == "StatefulSet") {
      if (live != nullptr && is_note_only(write) &&
          !reconcile::annotation(*live, reconcile::kAppliedHash).empty()) {
        continue;
      }
      add_stateful_set(outcome, write, live);
    } else if (live == nullptr) {
      outcome.objects.push_back({write.key, Action::create, {}, {}});
    } else {
      const Json body = without_notes(write.body);
      ObjectChange change{write.key,
                          Action::change,
                          {},
                          changes_at(reconcile::differing_paths(*live, body), *live, body)};
      if (change.fields.empty()) {
        change.action = Action::adopt;
      }
      outcome.objects.push_back(std::move(change));
    }
  }
}

void add_removal(Outcome& outcome, const ComponentView& view) {
  outcome.action = Action::remove;
  for (const Object* object :
       {&view.stateful_set, &view.service, &view.autoscaler, &view.vertical_autoscaler}) {
    if (*object != nullptr) {
      outcome.objects.push_back({cluster::key_of(**object), Action::remove, {}, {}});
    }
  }
  if (view.stateful_set != nullptr) {
    outcome.instances.stop = replicas_of(*view.stateful_set);
  }
  if (reconcile::has_finalizer(*view.resource, reconcile::kCleanupFinalizer)) {
    outcome.notes.emplace_back("its subscriptions are removed from Pulsar");
  }
}

}  // namespace functionmesh::plan
