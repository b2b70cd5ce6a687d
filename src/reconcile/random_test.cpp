#include <cstdlib>
#include <numeric>
#include <random>

#include "reconcile/manager.hpp"
#include "reconcile/world_for_test.hpp"

/// Random sequences of what users and others do, compared at rest with a simple model.
/// FM_SEED=n runs one seed.
namespace functionmesh::reconcile {
namespace {

/// What a user wants of one component.
struct Wanted {
  int version = 0;  ///< stands for the code: the class name
  int replicas = 1;
  bool scales_itself = false;
  bool cleans_up = false;
};

constexpr std::chrono::minutes kLongestBackoff{3};

class RandomTest : public World {
 protected:
  void run(unsigned seed, int failing_percent) {
    SCOPED_TRACE("FM_SEED=" + std::to_string(seed));
    random_.seed(seed);
    flaky.random.seed(seed);
    failing_percent_ = failing_percent;
    for (int round = 0; round < 8 && !HasFailure(); ++round) {
      for (int i = pick(1, 8); i > 0; --i) {
        flaky.failing_percent = failing_percent_;
        act();
      }
      come_to_rest();
      check();
    }
  }

 private:
  /// Lets everything end that is under way, without further failures.
  void come_to_rest() {
    flaky.failing_percent = 0;
    settle(kLongestBackoff);
  }

  int pick(int from, int to) { return std::uniform_int_distribution{from, to}(random_); }
  bool chance(int percent) { return pick(1, 100) <= percent; }

  Wanted any_wish() {
    Wanted wanted{.version = pick(0, 2), .scales_itself = chance(25), .cleans_up = chance(25)};
    wanted.replicas = pick(wanted.scales_itself ? 1 : 0, 3);
    return wanted;
  }

  static Json spec_of(const Wanted& wanted) {
    Json spec = function_spec();
    base::JsonObject& fields = spec.get_object();
    fields["className"] = "example.V" + std::to_string(wanted.version);
    fields["replicas"] = wanted.replicas;
    if (wanted.scales_itself) {
      fields["maxReplicas"] = 5;
    }
    if (wanted.cleans_up) {
      fields["cleanupSubscription"] = true;
    }
    return spec;
  }

  /// The writes below settle nothing: what follows from them mixes with the next ones.
  void write(Json object) {
    const auto result = cluster::await(loop, cluster.apply_as("user", std::move(object)));
    EXPECT_TRUE(result.has_value()) << result.error().message;
  }
  bool merge(const Key& key, std::string_view merge_patch) {
    return cluster::await(loop, cluster.patch(key, json(merge_patch))).has_value();
  }
  bool erase(const Key& key) { return cluster::await(loop, cluster.remove(key)).has_value(); }

  void act() {
    switch (pick(0, 9)) {
      case 0:
      case 1:
        apply_function("f" + std::to_string(pick(0, 3)));
        break;
      case 2:
        delete_function("f" + std::to_string(pick(0, 3)));
        break;
      case 3:
        scale_function("f" + std::to_string(pick(0, 3)));
        break;
      case 4:
        meddle();
        break;
      case 5:
      case 6:
        apply_mesh();
        break;
      case 7:
        touch_child();
        break;
      case 8:
        if (chance(30)) {
          stop_manager();
          start_manager();
        } else if (chance(20)) {
          come_to_rest();
          erase({"FunctionMesh", "default", "m"});
          mesh_.clear();
          mesh_exists_ = false;
        }
        break;
      default:
        clock.advance(std::chrono::milliseconds{pick(0, 500)});
        manager->run_due();
        loop.restart();
        for (int i = pick(0, 30); i > 0; --i) {
          loop.poll_one();
        }
    }
  }

  /// A new one of that name has to wait until the old one is gone.
  void wait_for_deletion(const Key& key) {
    const Object object = find(key);
    if (object != nullptr && base::find(*object, {"metadata", "deletionTimestamp"}) != nullptr) {
      come_to_rest();
    }
  }

  void apply_function(const std::string& name) {
    wait_for_deletion(function_key(name));
    const Wanted wanted = any_wish();
    Json object = function(name);
    object.get_object()["spec"] = spec_of(wanted);
    write(std::move(object));
    functions_[name] = wanted;
  }

  void delete_function(const std::string& name) {
    erase(function_key(name));
    functions_.erase(name);
  }

  void scale_function(const std::string& name) {
    const auto at = functions_.find(name);
    if (at != functions_.end()) {
      at->second.replicas = pick(at->second.scales_itself ? 1 : 0, 4);
      merge(function_key(name),
            R"({"spec": {"replicas": )" + std::to_string(at->second.replicas) + "}}");
    }
  }

  /// Somebody edits or deletes an object that the manager made.
  void meddle() {
    const char* kinds[] = {"StatefulSet", "Service", "HorizontalPodAutoscaler", "Pod"};
    const std::vector<Object> objects = all(kinds[pick(0, 3)]);
    if (objects.empty()) {
      return;
    }
    const Key key = cluster::key_of(
        *objects[static_cast<std::size_t>(pick(0, static_cast<int>(objects.size()) - 1))]);
    if (chance(40) || key.kind == "Pod") {
      erase(key);
      if (key.kind == "Pod") {
        come_to_rest();  // a real StatefulSet controller replaces it; here the next report does
        const std::string set = key.name.substr(0, key.name.rfind('-'));
        if (exists({"StatefulSet", "default", set})) {
          kubelet.refresh(set);
        }
      }
    } else {
      merge(key, chance(50) ? R"({"spec": {"replicas": 9, "selector": {"extra": "1"},
                                  "maxReplicas": 77, "clusterIP": "10.1.1.1"}})"
                            : R"({"spec": {"template": {"spec": {"containers": null}},
                                  "ports": [], "scaleTargetRef": {"name": "x"}}})");
    }
  }

  void apply_mesh() {
    come_to_rest();  // what a child is scaled to depends on what the mesh saw before
    std::map<std::string, Wanted> entries;
    base::JsonArray functions;
    for (const char* name : {"a", "b", "c"}) {
      if (chance(35)) {
        continue;
      }
      const auto before = mesh_.find(name);
      const bool keep = before != mesh_.end() && chance(50);
      Wanted wanted = keep ? before->second : any_wish();
      wanted.cleans_up = false;
      Json spec = spec_of(keep ? entries_[name] : wanted);
      if (keep && chance(50)) {
        wanted.version = entries_[name].version = pick(0, 2);
        spec = spec_of(entries_[name]);
      }
      if (!keep) {
        const auto entry = entries_.find(name);
        const bool scales_as_before = before != mesh_.end() && entry != entries_.end() &&
                                      entry->second.replicas == wanted.replicas &&
                                      entry->second.scales_itself == wanted.scales_itself;
        entries_[name] = wanted;
        if (scales_as_before) {
          wanted.replicas = before->second.replicas;
        }
      }
      spec.get_object()["name"] = name;
      functions.push_back(std::move(spec));
      entries[name] = wanted;
    }
    write(base::JsonObject{{"apiVersion", api::kApiVersion},
                           {"kind", "FunctionMesh"},
                           {"metadata", base::JsonObject{{"name", "m"}}},
                           {"spec", base::JsonObject{{"functions", std::move(functions)}}}});
    mesh_ = std::move(entries);
    mesh_exists_ = true;
  }

  /// Somebody scales, edits or deletes a child of the mesh.
  void touch_child() {
    come_to_rest();
    if (mesh_.empty()) {
      return;
    }
    auto& [name, wanted] = *std::next(mesh_.begin(), pick(0, static_cast<int>(mesh_.size()) - 1));
    const Key key = function_key("m-" + name);
    switch (pick(0, 2)) {
      case 0:
        wanted.replicas = pick(1, 4);
        merge(key, R"({"spec": {"replicas": )" + std::to_string(wanted.replicas) + "}}");
        break;
      case 1:
        merge(key, R"({"spec": {"className": "example.Theirs", "input": null}})");
        break;
      default:
        erase(key);
        wanted.replicas = entries_[name].replicas;
    }
  }

  // --- the comparison ----------------------------------------------------------------------------

  void check() {
    std::map<std::string, Wanted> wanted = functions_;
    for (const auto& [name, entry] : mesh_) {
      wanted["m-" + name] = entry;
    }
    std::set<std::string> names;
    std::set<std::string> sets;
    std::set<std::string> services;
    std::set<std::string> autoscalers;
    std::set<std::string> pods;
    for (const auto& [name, wish] : wanted) {
      names.insert(name);
      sets.insert(name + "-function");
      services.insert(name + "-function-headless");
      if (wish.scales_itself) {
        autoscalers.insert(name + "-function");
      }
      for (int i = 0; i < wish.replicas; ++i) {
        pods.insert(name + "-function-" + std::to_string(i));
      }
    }
    EXPECT_EQ(names_of("Function"), names);
    EXPECT_EQ(names_of("StatefulSet"), sets);
    EXPECT_EQ(names_of("Service"), services);
    EXPECT_EQ(names_of("HorizontalPodAutoscaler"), autoscalers);
    EXPECT_EQ(names_of("Pod"), pods);
    EXPECT_EQ(names_of("Job"), std::set<std::string>{});
    for (const auto& [name, wish] : wanted) {
      check_component(name, wish);
    }
    if (mesh_exists_) {
      const Key mesh{"FunctionMesh", "default", "m"};
      EXPECT_EQ(phase(mesh), "Ready") << message(mesh);
      EXPECT_EQ(text(mesh, {"status", "total"}), std::to_string(mesh_.size()));
    }
    const auto writes = cluster.writes();
    stop_manager();
    start_manager();
    EXPECT_EQ(cluster.writes(), writes) << "a restart writes nothing";
  }

  void check_component(const std::string& name, const Wanted& wish) {
    SCOPED_TRACE(name);
    const Key key = function_key(name);
    EXPECT_EQ(phase(key), wish.replicas == 0 ? "Stopped" : "Ready") << message(key);
    EXPECT_EQ(text(key, {"status", "readyReplicas"}), std::to_string(wish.replicas));
    EXPECT_EQ(text(key, {"status", "pendingChange"}), "(none)");
    EXPECT_EQ(text(key, {"status", "observedGeneration"}), text(key, {"metadata", "generation"}));
    EXPECT_EQ(text(key, {"metadata", "finalizers"}) != "(none)", wish.cleans_up);
    EXPECT_EQ(text(set_key(name), {"spec", "replicas"}), std::to_string(wish.replicas));
    const std::string command = text(set_key(name), {"spec", "template", "spec", "containers"});
    EXPECT_NE(command.find("example.V" + std::to_string(wish.version)), std::string::npos);
  }

  std::set<std::string> names_of(const std::string& kind) {
    std::set<std::string> names;
    for (const Object& object : all(kind)) {
      names.insert(cluster::key_of(*object).name);
    }
    return names;
  }

  std::mt19937 random_;
  int failing_percent_ = 0;
  std::map<std::string, Wanted> functions_;
  std::map<std::string, Wanted> mesh_;     ///< the children as they should be
  std::map<std::string, Wanted> entries_;  ///< what the mesh's entries said last
  bool mesh_exists_ = false;
};

class RandomSequence : public RandomTest, public testing::WithParamInterface<unsigned> {};

TEST_P(RandomSequence, EndsAsTheModelSays) {
  run(GetParam(), 0);
}

TEST_P(RandomSequence, EndsSoWhenTheClusterFailsNowAndThen) {
  run(GetParam(), 15);
}

std::vector<unsigned> seeds() {
  if (const char* one = std::getenv("FM_SEED")) {
    return {static_cast<unsigned>(std::strtoul(one, nullptr, 10))};
  }
  std::vector<unsigned> all(12);
  std::iota(all.begin(), all.end(), 1U);
  return all;
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomSequence, testing::ValuesIn(seeds()));

}  // namespace
}  // namespace functionmesh::reconcile
