#include "reconcile/mesh_plan.hpp"

#include "reconcile/fingerprint.hpp"
#include "reconcile/metadata.hpp"
#include "reconcile/names.hpp"
#include "reconcile/owned.hpp"
#include "reconcile/problems.hpp"

namespace functionmesh::reconcile {
namespace {

/// What the entry says about the number of instances: while this is the same, others may scale.
std::string scale_hash_of(const Json& child) {
  base::JsonArray scale;
  for (const std::string_view field : {"replicas", "minReplicas", "maxReplicas"}) {
    const Json* value = base::find(child, {"spec", field});
    scale.push_back(value == nullptr ? Json{} : *value);
  }
  return fingerprint(scale);
}

Json child_of_entry(const api::Mesh& mesh, api::Kind kind, const api::MeshEntry& entry) {
  Json child = api::mesh_child(mesh, kind, entry);
  const std::string scale_hash = scale_hash_of(child);
  Json& annotations = child.at("metadata").get_object()["annotations"];
  if (!annotations.is_object()) {
    annotations = base::JsonObject{};
  }
  annotations.get_object()[kScaleHash] = scale_hash;
  return stamped(std::move(child));
}

/// Leaves the number of instances to who set it last, unless the entry's own changed.
void keep_replicas(Json& child, const Json& live) {
  const std::string_view scale_hash = annotation(live, kScaleHash);
  const bool entry_scales = !scale_hash.empty() && scale_hash != annotation(child, kScaleHash);
  const Json* replicas = base::find(live, {"spec", "replicas"});
  Json* wanted = base::find(child, {"spec", "replicas"});
  if (!entry_scales && replicas != nullptr && wanted != nullptr) {
    *wanted = *replicas;
  }
}

/// With all defaults, so that it does not count whether they are written out.
std::optional<api::Component> component_of(const Json& child) {
  api::Decoded decoded = api::decode(child);
  auto* component = std::get_if<api::Component>(&decoded.resource);
  if (component == nullptr || !decoded.problems.ok()) {
    return std::nullopt;
  }
  api::set_defaults(*component);
  return std::move(*component);
}

/// True when two versions of a child become the same objects: the reference operator's children
/// carry defaults, and what it wrote back while it rendered.
bool says_the_same(const Json& live, const Json& child, const render::Settings& settings) {
  auto before = component_of(live);
  auto now = component_of(child);
  if (!before || !now) {
    return false;
  }
  now->metadata = before->metadata;
  before->spec.image_pull_policy = now->spec.image_pull_policy;  // it always wrote its own there
  const auto text = [&](const api::Component& component) {
    const render::Objects objects = render::render(component, settings, {});
    return base::write_json(base::JsonArray{
        objects.stateful_set, objects.autoscaler.value_or(Json{}),
        objects.vertical_autoscaler.value_or(Json{}), objects.cleanup_job.value_or(Json{})});
  };
  return text(*before) == text(*now);
}

/// In place of the hash of what was applied, before the hash of what says the same.
constexpr std::string_view kAdopted = "adopted:";

/// Metadata only: a change of the spec would restart the child's pods.
Write adopt(const Json& live, const Json& child, const std::string& mark) {
  const Key key = cluster::key_of(live);
  const std::string name = cluster::to_string(key);
  return {.how = Write::How::patch,
          .key = key,
          .body = {{"metadata",
                    {{"uid", uid_of(live)},
                     {"annotations",
                      {{kAppliedHash, mark}, {kScaleHash, annotation(child, kScaleHash)}}}}}},
          .uid = {},
          .note = normal("Adopted", name + " is managed from now on; its spec stays as it is")};
}

std::optional<Write> follow_entry(Json child, const Json* live, const render::Settings& settings) {
  const Key key = cluster::key_of(child);
  const std::string name = cluster::to_string(key);
  bool take_over = false;
  if (live != nullptr) {
    keep_replicas(child, *live);
    if (is_being_deleted(*live) || is_applied(*live, child)) {
      return std::nullopt;
    }
    const std::string mark = std::string{kAdopted} + std::string{annotation(child, kAppliedHash)};
    const std::string_view applied = annotation(*live, kAppliedHash);
    const bool others_text = applied.empty() || applied.starts_with(kAdopted);
    if (others_text && says_the_same(*live, child, settings)) {
      return applied == mark ? std::nullopt : std::optional{adopt(*live, child, mark)};
    }
    take_over = others_text || is_changed_by_others(*live, child);
    if (!take_over) {
      // Whoever scales it in this moment shall not be overruled by the number that was read before.
      child.at("metadata").get_object()["resourceVersion"] =
          base::text_at(*live, {"metadata", "resourceVersion"});
    }
  }
  return Write{.how = Write::How::apply,
               .key = key,
               .body = std::move(child),
               .take_over = take_over,
               .uid = {},
               .note = normal(live == nullptr ? "Created" : "Updated", name)};
}

class Planner {
 public:
  Planner(const MeshView& view, const render::Settings& settings)
      : view_{view}, settings_{settings}, uid_{uid_of(*view.mesh)} {}

  MeshPlan plan() {
    if (is_being_deleted(*view_.mesh)) {
      return std::move(plan_);
    }
    const auto mesh = read_mesh(*view_.mesh);
    if (!mesh) {
      plan_.problem = mesh.error();
      return std::move(plan_);
    }
    follow_entries(*mesh, api::Kind::function, mesh->functions);
    follow_entries(*mesh, api::Kind::source, mesh->sources);
    follow_entries(*mesh, api::Kind::sink, mesh->sinks);
    remove_orphans();
    return std::move(plan_);
  }

 private:
  void follow_entries(const api::Mesh& mesh, api::Kind kind,
                      const std::vector<api::MeshEntry>& entries) {
    for (const api::MeshEntry& entry : entries) {
      Json child = child_of_entry(mesh, kind, entry);
      MeshPart part{kind, entry.spec.name, cluster::key_of(child), {}};
      if (view_.unreadable.contains(part.key.kind)) {
        plan_.parts.push_back(std::move(part));
        continue;
      }
      const auto at = view_.components.find(part.key);
      const Json* live = at == view_.components.end() ? nullptr : at->second.get();
      if (live != nullptr && !is_owned_by(*live, uid_)) {
        part.name_taken = cluster::to_string(part.key) +
                          " exists and does not belong to this mesh: delete it, or name the "
                          "entry otherwise";
      } else if (auto change = follow_entry(std::move(child), live, settings_)) {
        updates_.push_back(std::move(*change));
      }
      plan_.parts.push_back(std::move(part));
    }
  }

  /// Before the updates: what a renamed entry was stops before what it is now starts.
  void remove_orphans() {
    std::set<Key> wanted;
    for (const MeshPart& part : plan_.parts) {
      wanted.insert(part.key);
    }
    for (const auto& [key, component] : view_.components) {
      if (!wanted.contains(key) && is_owned_by(*component, uid_) && !is_being_deleted(*component)) {
        plan_.changes.push_back(removal(
            *component,
            normal("Removed", cluster::to_string(key) + ": the mesh does not name it any more")));
      }
    }
    for (Write& update : updates_) {
      plan_.changes.push_back(std::move(update));
    }
  }

  const MeshView& view_;
  const render::Settings& settings_;
  const std::string uid_;
  MeshPlan plan_;
  std::vector<Write> updates_;
};

}  // namespace

std::vector<Key> child_keys(const Json& mesh) {
  struct List {
    std::string_view name;
    std::string_view kind;
  };
  const Key own = cluster::key_of(mesh);
  std::vector<Key> keys;
  for (const auto& [name, kind] :
       {List{"functions", "Function"}, List{"sources", "Source"}, List{"sinks", "Sink"}}) {
    const Json* entries = base::find(mesh, {"spec", name});
    if (entries == nullptr || !entries->is_array()) {
      continue;
    }
    for (const Json& entry : entries->get_array()) {
      if (const std::string_view called = base::text_at(entry, {"name"}); !called.empty()) {
        keys.push_back({std::string{kind}, own.namespace_, own.name + "-" + std::string{called}});
      }
    }
  }
  return keys;
}

MeshPlan plan_mesh(const MeshView& view, const render::Settings& settings) {
  return Planner{view, settings}.plan();
}

}  // namespace functionmesh::reconcile
