#pragma once

#include <gtest/gtest.h>

#include <set>

#include "api/schema_status.hpp"
#include "cluster/await_for_test.hpp"
#include "cluster/local/memory_cluster.hpp"
#include "reconcile/fingerprint.hpp"
#include "reconcile/flaky_cluster_for_test.hpp"
#include "reconcile/manager.hpp"

namespace functionmesh::reconcile {

inline Json json(std::string_view text) {
  auto parsed = base::parse_json(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed ? *parsed : Json{};
}

/// Does for StatefulSets and Jobs what a node would: pods that are ready at once, or are not.
class FakeKubelet {
 public:
  enum class Jobs { complete, fail, hang };

  FakeKubelet(local::MemoryCluster& cluster, asio::io_context& loop)
      : cluster_{cluster}, loop_{loop} {
    cluster_.watch("StatefulSet", [this](cluster::Change change, const Object& object) {
      asio::co_spawn(loop_, follow(change, object), rethrow);
    });
    cluster_.watch("Job", [this](cluster::Change change, const Object& object) {
      if (change == cluster::Change::added) {
        asio::co_spawn(loop_, end_job(cluster::key_of(*object)), rethrow);
      }
    });
  }

  Jobs jobs = Jobs::complete;
  std::set<std::string> sick;  ///< names of StatefulSets whose pods do not get ready
  int pods_started = 0;

  /// Reports all pods of a StatefulSet again, as sick as it says.
  void refresh(const std::string& name) {
    const Object object = cluster::await(loop_, cluster_.get({"StatefulSet", "", name})).value();
    cluster::await(loop_, report(object));
  }

  Json pod_status = json(R"({"phase": "Running", "conditions": [
      {"type": "Ready", "status": "True"}]})");
  Json sick_pod_status = json(R"({"phase": "Running",
      "conditions": [{"type": "Ready", "status": "False"}],
      "containerStatuses": [{"restartCount": 4, "state": {"waiting": {
          "reason": "CrashLoopBackOff"}}, "lastState": {"terminated": {"exitCode": 1,
          "finishedAt": "2023-01-01T00:00:00Z", "message": "Traceback\nno such file"}}}]})");

 private:
  static constexpr std::int64_t kMostReplicas = 10;

  static void rethrow(const std::exception_ptr& error) {
    if (error) {
      std::rethrow_exception(error);
    }
  }

  asio::awaitable<void> follow(cluster::Change change, Object object) {
    if (change == cluster::Change::deleted) {
      co_return;  // the pods follow by their owner
    }
    const auto now = co_await cluster_.get(cluster::key_of(*object));
    if (now) {
      co_await report(*now);
    }
  }

  asio::awaitable<int> report(Object object) {
    const Key key = cluster::key_of(*object);
    const std::int64_t wanted = base::number_at(*object, {"spec", "replicas"}, 1);
    const std::string revision = fingerprint(*base::find(*object, {"spec", "template"}));
    const bool is_sick = sick.contains(key.name);
    for (std::int64_t i = 0; i < wanted; ++i) {
      co_await ensure_pod(*object, i, revision, is_sick);
    }
    for (std::int64_t i = wanted; i < kMostReplicas; ++i) {
      co_await cluster_.remove(pod_key(key, i));
    }
    Json status{{"observedGeneration", *base::find(*object, {"metadata", "generation"})},
                {"replicas", wanted},
                {"readyReplicas", is_sick ? 0 : wanted},
                {"currentRevision", revision},
                {"updateRevision", revision}};
    co_await cluster_.write_status(key, std::move(status), {});
    co_return 0;
  }

  static Key pod_key(const Key& key, std::int64_t ordinal) {
    return {"Pod", key.namespace_, key.name + "-" + std::to_string(ordinal)};
  }

  asio::awaitable<void> ensure_pod(const Json& owner, std::int64_t ordinal, std::string revision,
                                   bool is_sick) {
    const Key owner_key = cluster::key_of(owner);
    const Key key = pod_key(owner_key, ordinal);
    const auto live = co_await cluster_.get(key);
    if (!live || base::text_at(**live, {"metadata", "annotations", "revision"}) != revision) {
      co_await cluster_.remove(key);
      Json pod{{"apiVersion", "v1"}, {"kind", "Pod"}, {"spec", base::JsonObject{}}};
      pod.get_object()["metadata"] = base::JsonObject{
          {"name", key.name},
          {"namespace", key.namespace_},
          {"labels", *base::find(owner, {"spec", "template", "metadata", "labels"})},
          {"annotations", base::JsonObject{{"revision", revision}}},
          {"ownerReferences",
           base::JsonArray{base::JsonObject{{"kind", "StatefulSet"},
                                            {"name", owner_key.name},
                                            {"controller", true},
                                            {"uid", *base::find(owner, {"metadata", "uid"})}}}}};
      co_await cluster_.apply(std::move(pod));
      ++pods_started;
    }
    co_await cluster_.write_status(key, is_sick ? sick_pod_status : pod_status, {});
  }

  asio::awaitable<void> end_job(Key key) {
    if (jobs != Jobs::hang) {
      const bool complete = jobs == Jobs::complete;
      Json condition{{"type", complete ? "Complete" : "Failed"},
                     {"status", "True"},
                     {"message", complete ? "" : "no broker"}};
      Json status{{"conditions", base::JsonArray{std::move(condition)}}};
      co_await cluster_.write_status(key, std::move(status), {});
    }
  }

  local::MemoryCluster& cluster_;
  asio::io_context& loop_;
};

/// A cluster in memory with a manager, nodes and a user.
class World : public testing::Test {
 protected:
  World() { start_manager(); }
  ~World() override {
    stop_manager();
    expect_known_statuses();
  }

  /// The API server drops what the definitions do not know.
  void expect_known_statuses() {
    for (const api::Kind kind :
         {api::Kind::function, api::Kind::source, api::Kind::sink, api::Kind::function_mesh}) {
      for (const Object& object : all(std::string{api::kind_name(kind)})) {
        if (const Json* status = base::find(*object, {"status"})) {
          expect_known(api::status_schema(kind), *status);
        }
      }
    }
  }

  static void expect_known(const Json& schema, const Json& value) {
    if (!value.is_object()) {
      EXPECT_EQ(base::text_at(schema, {"type"}) == "string", value.is_string()) << schema;
      return;
    }
    for (const auto& [name, member] : value.get_object()) {
      const Json* known = base::find(schema, {"properties", name});
      known = known == nullptr ? base::find(schema, {"additionalProperties"}) : known;
      ASSERT_NE(known, nullptr) << "status." << name << " would be dropped";
      expect_known(*known, member);
    }
  }

  void start_manager(Policy policy = {}) {
    policy.render.global_backend_config = "global";
    manager = std::make_unique<Manager>(flaky, clock, std::move(policy), loop.get_executor());
    manager->start();
    settle();
  }

  void stop_manager() {
    if (manager == nullptr) {
      return;
    }
    bool stopped = false;
    asio::co_spawn(loop, manager->stop(), [&](const std::exception_ptr&) { stopped = true; });
    cluster::settle(loop);
    EXPECT_TRUE(stopped);
    manager.reset();
  }

  /// Lets everything happen that happens by itself within `ahead`.
  void settle(std::chrono::milliseconds ahead = std::chrono::seconds{1}) {
    const base::TimePoint end = clock.now() + ahead;
    for (int rounds = 0; rounds < 10'000; ++rounds) {
      cluster::settle(loop);
      if (manager == nullptr) {
        return;
      }
      const auto next = manager->next_due();
      if (!next || *next > end) {
        return;
      }
      if (*next > clock.now()) {
        clock.advance(*next - clock.now());
      }
      manager->run_due();
    }
    FAIL() << "it never comes to rest";
  }

  void advance(std::chrono::milliseconds by) {
    clock.advance(by);
    manager->run_due();
    settle();
  }

  Object apply(Json object) {
    auto result = cluster::await(loop, cluster.apply_as("user", std::move(object)));
    EXPECT_TRUE(result.has_value()) << result.error().message;
    settle();
    return result.value_or(nullptr);
  }

  void patch(const Key& key, std::string_view merge_patch) {
    const auto result = cluster::await(loop, cluster.patch(key, json(merge_patch)));
    EXPECT_TRUE(result.has_value()) << result.error().message;
    settle();
  }

  void remove(const Key& key) {
    const auto result = cluster::await(loop, cluster.remove(key));
    EXPECT_TRUE(result.has_value()) << result.error().message;
    settle();
  }

  /// nullptr when there is none.
  Object find(const Key& key) { return cluster::await(loop, cluster.get(key)).value_or(nullptr); }

  bool exists(const Key& key) { return find(key) != nullptr; }

  std::vector<Object> all(const std::string& kind) {
    return cluster::await(loop, cluster.list({kind, {}, {}})).value();
  }

  std::string text(const Key& key, std::initializer_list<std::string_view> path) {
    const Object object = find(key);
    const Json* value = object == nullptr ? nullptr : base::find(*object, path);
    if (value == nullptr) {
      return "(none)";
    }
    return value->is_string() ? std::string{value->get_string()} : base::write_json(*value);
  }

  std::string phase(const Key& key) { return text(key, {"status", "phase"}); }
  std::string message(const Key& key) { return text(key, {"status", "message"}); }

  /// "Created x2, Ready" of the events about an object.
  std::string reasons(const Key& key) {
    std::string text;
    for (const local::RecordedEvent& event : cluster.events_about(key)) {
      text += (text.empty() ? "" : ", ") + event.reason;
      text += event.count > 1 ? " x" + std::to_string(event.count) : "";
    }
    return text;
  }

  static Key function_key(std::string name) { return {"Function", "default", std::move(name)}; }
  static Key set_key(const std::string& name) {
    return {"StatefulSet", "default", name + "-function"};
  }

  /// A valid spec of a function, with `more` merged over it.
  static Json function_spec(std::string_view more = "{}") {
    Json spec = json(R"({"className": "example.Exclamation",
        "java": {"jar": "/pulsar/examples/api-examples.jar"},
        "input": {"topics": ["persistent://public/default/in"]},
        "output": {"topic": "persistent://public/default/out"},
        "resources": {"requests": {"cpu": "100m", "memory": "256Mi"},
                      "limits": {"cpu": "1", "memory": "256Mi"}},
        "pulsar": {"pulsarConfig": "broker"}})");
    base::merge_patch(spec, json(more));
    return spec;
  }

  static Json function(std::string_view name, std::string_view more = "{}",
                       std::string_view annotations = "{}") {
    Json object{{"apiVersion", api::kApiVersion}, {"kind", "Function"}};
    object.get_object()["metadata"] = base::JsonObject{{"name", name}};
    object.at("metadata").get_object()["annotations"] = json(annotations);
    object.get_object()["spec"] = function_spec(more);
    return object;
  }

  asio::io_context loop;
  base::ManualClock clock;
  local::MemoryCluster cluster{loop.get_executor(), clock};
  FlakyCluster flaky{cluster};  ///< as the manager sees it
  FakeKubelet kubelet{cluster, loop};
  std::unique_ptr<Manager> manager;
};

}  // namespace functionmesh::reconcile
