#include "plan/plan.hpp"

#include <algorithm>
#include <set>

#include "admission/judgement.hpp"
#include "plan/checks.hpp"
#include "plan/component_outcome.hpp"
#include "plan/forecast.hpp"
#include "reconcile/carry_out.hpp"
#include "reconcile/gather.hpp"
#include "reconcile/metadata.hpp"
#include "reconcile/names.hpp"
#include "reconcile/problems.hpp"

namespace functionmesh::plan {
namespace {

using base::Json;
using reconcile::ComponentView;
using reconcile::MeshView;
using reconcile::Policy;
using reconcile::Write;

/// What a user's apply does not mean to say.
Json as_written(const Json& object) {
  Json copy = object;
  base::JsonObject& members = copy.get_object();
  members.stable_erase("status");
  Json* metadata = members.if_contains("metadata");
  if (metadata == nullptr || !metadata->is_object()) {
    return copy;
  }
  if (Json* annotations = base::find(*metadata, {"annotations"});
      annotations != nullptr && annotations->is_object()) {
    for (const std::string_view note :
         {std::string_view{"kubectl.kubernetes.io/last-applied-configuration"},
          reconcile::kAppliedHash, reconcile::kScaleHash}) {
      annotations->get_object().stable_erase(note);
    }
  }
  base::JsonObject kept;
  for (const std::string_view field : {"labels", "annotations", "finalizers"}) {
    Json* value = base::find(*metadata, {field});
    const bool empty = value == nullptr || value->is_null() ||
                       (value->is_object() && value->get_object().empty()) ||
                       (value->is_array() && value->get_array().empty());
    if (!empty) {
      kept[field] = std::move(*value);
    }
  }
  *metadata = std::move(kept);
  return copy;
}

bool is_component(const Key& key) {
  return key.kind == "Function" || key.kind == "Source" || key.kind == "Sink";
}

class Planner {
 public:
  Planner(cluster::Cluster& facts, const Policy& policy, asio::any_io_executor executor,
          const base::Clock& clock)
      : forecast_{facts, std::move(executor), clock}, policy_{policy}, clock_{clock} {}

  asio::awaitable<Result<Plan>> run(std::vector<Json> objects, std::string pulsar_web) {
    for (Json& object : objects) {
      if (const Result<void> applied = co_await apply(std::move(object)); !applied) {
        co_return std::unexpected(applied.error());
      }
    }
    // Meshes first: what they make of their children decides about these.
    for (const bool meshes : {true, false}) {
      for (const Key& key : applied_) {
        if ((key.kind == "FunctionMesh") != meshes) {
          continue;
        }
        const Result<void> followed =
            meshes ? co_await follow_mesh(key) : co_await follow_component(key);
        if (!followed) {
          co_return std::unexpected(followed.error());
        }
      }
    }
    plan_.findings = co_await check(forecast_, parts_, std::move(pulsar_web));
    co_return std::move(plan_);
  }

 private:
  asio::awaitable<Result<void>> apply(Json object) {
    const Key key = cluster::key_of(object);
    const Result<Object> after = co_await forecast_.apply_by_user(std::move(object));
    if (!after) {
      co_return std::unexpected(after.error());
    }
    Outcome outcome;
    outcome.key = key;
    compare(co_await forecast_.fact(key), *after, outcome);
    applied_.push_back(key);
    add(std::move(outcome));
    if (key.kind == "BackendConfig") {
      co_return co_await add_those_of_backend(key);
    }
    co_return Result<void>{};
  }

  static void compare(const Object& before, const Object& after, Outcome& outcome) {
    if (before == nullptr) {
      outcome.action = Action::create;
      return;
    }
    outcome.fields = changes_between(as_written(*before), as_written(*after));
    for (const api::Problem& error : admission::judge(*after, before.get()).errors) {
      outcome.problems.push_back(error.field + ": " + error.message);
    }
    outcome.action = outcome.fields.empty() ? Action::none : Action::change;
    if (reconcile::is_being_deleted(*before)) {
      outcome.problems.emplace_back(
          "it is being deleted: what is applied now goes with it; apply the files again once it "
          "is gone");
    }
  }

  /// Whose instances may follow a BackendConfig.
  asio::awaitable<Result<void>> add_those_of_backend(const Key& config) {
    const render::Settings& settings = policy_.render;
    const bool global = config.name == settings.global_backend_config &&
                        config.namespace_ == settings.global_backend_config_namespace;
    if (!global && config.name != settings.namespaced_backend_config) {
      plan_.outcomes.back().notes.emplace_back(
          "no component uses a BackendConfig of this name: the operator is told its names by "
          "--namespaced-backend-config and --global-backend-config");
      co_return Result<void>{};
    }
    for (const std::string_view kind : {"Function", "Source", "Sink"}) {
      const auto found = co_await forecast_.list(
          {.kind = std::string{kind}, .namespace_ = global ? std::string{} : config.namespace_});
      if (!found) {
        co_return std::unexpected(found.error());
      }
      for (const Object& object : *found) {
        applied_.push_back(cluster::key_of(*object));
      }
    }
    co_return Result<void>{};
  }

  asio::awaitable<Result<void>> follow_mesh(const Key key) {
    const Result<Object> mesh = co_await forecast_.get(key);
    if (!mesh) {
      co_return std::unexpected(mesh.error());
    }
    if (is_left_alone(key, **mesh)) {
      co_return Result<void>{};
    }
    const Result<MeshView> view = co_await reconcile::gather_mesh(forecast_, *mesh, clock_.now());
    if (!view) {
      co_return std::unexpected(view.error());
    }
    const reconcile::MeshPlan plan = reconcile::plan_mesh(*view, policy_.render);
    std::vector<std::string>& problems = outcome_of(key).problems;
    if (!plan.problem.empty()) {
      problems.push_back(plan.problem);
    }
    for (const auto& [kind, error] : view->unreadable) {
      problems.push_back(error.message);
    }
    for (const reconcile::MeshPart& part : plan.parts) {
      if (!part.name_taken.empty()) {
        outcome_of(key).problems.push_back(part.name_taken);
      }
    }
    for (const Write& write : plan.changes) {
      if (const Result<void> done = co_await follow_child(write); !done) {
        co_return std::unexpected(done.error());
      }
    }
    for (const reconcile::MeshPart& part : plan.parts) {
      if (part.name_taken.empty() && !view->unreadable.contains(part.key.kind)) {
        if (const auto followed = co_await follow_component(part.key); !followed) {
          co_return std::unexpected(followed.error());
        }
      }
    }
    co_return Result<void>{};
  }

  /// What a mesh does to one of its children.
  asio::awaitable<Result<void>> follow_child(const Write& write) {
    Outcome outcome;
    outcome.key = write.key;
    if (write.how == Write::How::remove) {
      const Result<Object> child = co_await forecast_.get(write.key);
      if (!child) {
        co_return std::unexpected(child.error());
      }
      const Result<ComponentView> view =
          co_await reconcile::gather_component(forecast_, policy_, *child, clock_.now());
      if (!view) {
        co_return std::unexpected(view.error());
      }
      outcome.why = "the mesh does not name it";
      add_removal(outcome, *view);
    }
    const Result<Object> before = co_await reconcile::find(forecast_, write.key);
    if (!before) {
      co_return std::unexpected(before.error());
    }
    const Result<Object> after = co_await reconcile::carry_out(forecast_, write);
    if (!after) {
      co_return std::unexpected(after.error());
    }
    if (write.how != Write::How::remove) {
      compare(*before, *after, outcome);
    }
    if (write.how == Write::How::patch && outcome.action == Action::none) {
      outcome.action = Action::adopt;
    }
    add(std::move(outcome));
    co_return Result<void>{};
  }

  asio::awaitable<Result<void>> follow_component(const Key key) {
    if (!is_component(key) || !followed_.insert(key).second) {
      co_return Result<void>{};
    }
    const Result<Object> resource = co_await reconcile::find(forecast_, key);
    if (!resource) {
      co_return std::unexpected(resource.error());
    }
    if (*resource == nullptr || is_left_alone(key, **resource) ||
        reconcile::is_being_deleted(**resource)) {
      co_return Result<void>{};
    }
    const Result<ComponentView> view =
        co_await reconcile::gather_component(forecast_, policy_, *resource, clock_.now());
    if (!view) {
      co_return std::unexpected(view.error());
    }
    const reconcile::ComponentPlan plan = reconcile::plan_component(*view, policy_);
    add_component(outcome_of(key), *view, plan);
    add_part(*view, co_await forecast_.fact(key));
    co_await note_other_settings(key, plan);
    co_return Result<void>{};
  }

  /// For the checks: what its pods would be.
  void add_part(const ComponentView& view, const Object& before) {
    const auto component = reconcile::read_component(*view.resource);
    const auto backends =
        reconcile::read_backends(view.global_backend.get(), view.namespaced_backend.get());
    if (component && backends) {
      render::Objects objects = render::render(*component, policy_.render, backends->applied());
      parts_.push_back({*component, std::move(objects.stateful_set), before});
    }
  }

  /// If the operator rendered as we do, it would show what we find to wait.
  asio::awaitable<void> note_other_settings(const Key key, const reconcile::ComponentPlan& plan) {
    const Object before = co_await forecast_.fact(key);
    Outcome& outcome = outcome_of(key);
    if (before == nullptr || outcome.action != Action::none || plan.pending_change.empty()) {
      co_return;
    }
    const bool seen = base::number_at(*before, {"status", "observedGeneration"}) ==
                      reconcile::generation_of(*before);
    const std::string_view pending = base::text_at(*before, {"status", "pendingChange"});
    if (seen && pending.empty()) {
      outcome.notes.emplace_back(
          "the operator sees nothing that waits: it has other settings than this plan, which "
          "--operator-config can give");
    }
  }

  bool is_left_alone(const Key& key, const Json& resource) {
    if (reconcile::is_managed(resource)) {
      return false;
    }
    outcome_of(key).notes.emplace_back("the operator leaves it alone: the annotation " +
                                       std::string{reconcile::kManaged} + " says \"false\"");
    return true;
  }

  void add(Outcome outcome) { plan_.outcomes.push_back(std::move(outcome)); }

  Outcome& outcome_of(const Key& key) {
    const auto at = std::ranges::find(plan_.outcomes, key, &Outcome::key);
    if (at != plan_.outcomes.end()) {
      return *at;
    }
    Outcome outcome;
    outcome.key = key;
    return plan_.outcomes.emplace_back(std::move(outcome));
  }

  Forecast forecast_;
  const Policy& policy_;
  const base::Clock& clock_;
  Plan plan_;
  std::vector<Part> parts_;
  std::vector<Key> applied_;
  std::set<Key> followed_;
};

}  // namespace

std::string_view word_of(Action action) {
  switch (action) {
    case Action::create:
      return "create";
    case Action::change:
      return "change";
    case Action::adopt:
      return "adopt";
    case Action::remove:
      return "delete";
    case Action::none:
      break;
  }
  return "same";
}

bool is_change(const Plan& plan) {
  return std::ranges::any_of(plan.outcomes, [](const Outcome& outcome) {
    return outcome.action != Action::none || !outcome.objects.empty();
  });
}

bool has_problems(const Plan& plan) {
  return std::ranges::any_of(plan.outcomes,
                             [](const Outcome& outcome) { return !outcome.problems.empty(); }) ||
         std::ranges::any_of(plan.findings, [](const Finding& finding) {
           return finding.kind == Finding::Kind::problem;
         });
}

asio::awaitable<Result<Plan>> make_plan(cluster::Cluster& facts, Wish wish,
                                        asio::any_io_executor executor, const base::Clock& clock) {
  Planner planner{facts, wish.policy, std::move(executor), clock};
  co_return co_await planner.run(std::move(wish.objects), std::move(wish.pulsar_web));
}

}  // namespace functionmesh::plan
