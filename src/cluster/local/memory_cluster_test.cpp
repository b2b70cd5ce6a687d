#include "cluster/local/memory_cluster.hpp"

#include <gtest/gtest.h>

#include "cluster/await_for_test.hpp"

namespace functionmesh::local {
namespace {

using base::Error;
using cluster::await;
using cluster::Change;
using cluster::settle;

Json json(std::string_view text) {
  return base::parse_json(text).value();
}

class MemoryClusterTest : public testing::Test {
 protected:
  Result<Object> apply(Json object) { return await(loop_, cluster_.apply(std::move(object))); }
  Result<Object> apply_as(std::string manager, Json object) {
    return await(loop_, cluster_.apply_as(std::move(manager), std::move(object)));
  }
  Result<Object> patch(Key key, Json merge_patch) {
    return await(loop_, cluster_.patch(std::move(key), std::move(merge_patch)));
  }
  Result<Object> get(Key key) { return await(loop_, cluster_.get(std::move(key))); }
  Result<void> remove(Key key, std::string uid = {}) {
    return await(loop_, cluster_.remove(std::move(key), std::move(uid)));
  }
  bool exists(const std::string& name) { return get({"Thing", "", name}).has_value(); }

  static Json thing(std::string_view name, std::string_view spec = "{}") {
    Json object{{"apiVersion", "v1"}, {"kind", "Thing"}, {"metadata", {{"name", name}}}};
    object.get_object()["spec"] = json(spec);
    return object;
  }
  static Json owned_by(const Object& owner, Json object) {
    object.at("metadata").get_object()["ownerReferences"] = base::JsonArray{
        Json{{"kind", "Thing"}, {"uid", owner->at("metadata").at("uid")}, {"controller", true}}};
    return object;
  }
  static std::string version(const Object& object) {
    return std::string{base::text_at(*object, {"metadata", "resourceVersion"})};
  }
  static std::int64_t generation(const Object& object) {
    return base::number_at(*object, {"metadata", "generation"});
  }
  static std::string text(const Json& value) { return base::write_json(value); }

  const Key key_{"Thing", "default", "a"};
  asio::io_context loop_;
  base::ManualClock clock_;
  MemoryCluster cluster_{loop_.get_executor(), clock_};
};

TEST_F(MemoryClusterTest, FillsInWhatAServerOwnsWhenAnObjectIsCreated) {
  const Object made = apply(thing("a", R"({"size":1})")).value();
  const Json& metadata = made->at("metadata");
  EXPECT_EQ(base::text_at(metadata, {"namespace"}), "default");
  EXPECT_EQ(base::text_at(metadata, {"uid"}).size(), 36U);
  EXPECT_EQ(base::text_at(metadata, {"creationTimestamp"}), "2023-11-14T22:13:20Z");
  EXPECT_EQ(generation(made), 1);
  EXPECT_FALSE(version(made).empty());
  EXPECT_EQ(text(made->at("spec")), R"({"size":1})");
}

TEST_F(MemoryClusterTest, RefusesWhatNoServerWouldTakeAndNamesTheField) {
  struct Case {
    const char* object;
    const char* field;
  };
  for (const auto& [object, field] : {
           Case{"[]", "kind"},
           Case{R"({"metadata":{"name":"a"}})", "kind"},
           Case{R"({"kind":"Thing"})", "metadata"},
           Case{R"({"kind":"Thing","metadata":{}})", "metadata.name"},
           Case{R"({"kind":"Thing","metadata":{"name":7}})", "metadata.name"},
           Case{R"({"kind":"Thing","metadata":{"name":"Not_A_Name"}})", "metadata.name"},
           Case{R"({"kind":"Thing","metadata":{"name":"a","namespace":"-"}})",
                "metadata.namespace"},
           Case{R"({"kind":"Thing","metadata":{"name":"a","labels":{"b":1}}})", "metadata.labels"},
           Case{R"({"kind":"Thing","metadata":{"name":"a","finalizers":[1]}})",
                "metadata.finalizers"},
           Case{R"({"kind":"Thing","metadata":{"name":"a","ownerReferences":["b"]}})",
                "metadata.ownerReferences"},
       }) {
    const auto result = apply(json(object));
    ASSERT_FALSE(result.has_value()) << object;
    EXPECT_EQ(result.error().code, Error::Code::invalid) << object;
    EXPECT_NE(result.error().message.find(field), std::string::npos) << result.error().message;
  }
}

TEST_F(MemoryClusterTest, WritesNothingWhenNothingDiffers) {
  const Object made = apply(thing("a", R"({"size":1,"tags":{"x":"1"}})")).value();
  int calls = 0;
  cluster_.watch("Thing", [&](Change, const Object&) { ++calls; });
  const Object again = apply(thing("a", R"({"tags":{"x":"1"},"size":1.0})")).value();
  ASSERT_TRUE(patch(key_, json(R"({"spec":{"size":1}})")).has_value());
  settle(loop_);
  EXPECT_EQ(version(again), version(made));
  EXPECT_EQ(calls, 1) << "only the first report of what is there";
}

TEST_F(MemoryClusterTest, CountsGenerationsOfTheSpecOnly) {
  apply(thing("a")).value();
  EXPECT_EQ(generation(patch(key_, json(R"({"metadata":{"labels":{"x":"1"}}})")).value()), 1);
  EXPECT_EQ(generation(patch(key_, json(R"({"spec":{"size":2}})")).value()), 2);
  const Object made = get(key_).value();
  const auto status =
      await(loop_, cluster_.write_status(key_, json(R"({"ready":true})"), version(made)));
  EXPECT_EQ(generation(status.value()), 2);
  EXPECT_NE(version(status.value()), version(made));
}

TEST_F(MemoryClusterTest, TakesOutWhatAManagerNoLongerAppliesAndKeepsWhatOthersSet) {
  apply_as("user", thing("a", R"({"mine":1,"both":1,"map":{"mine":1},"whole":{"x":1}})")).value();
  apply(thing("a", R"({"both":1,"map":{"theirs":2}})")).value();
  const Object made = apply_as("user", thing("a", R"({"list":[3]})")).value();
  EXPECT_TRUE(base::equal(made->at("spec"), json(R"({"both":1,"map":{"theirs":2},"list":[3]})")))
      << text(made->at("spec"));
}

TEST_F(MemoryClusterTest, KeepsWhatAPatchSetBesideAnApply) {
  apply(thing("a", R"({"size":1})")).value();
  patch(key_, json(R"({"spec":{"extra":true,"size":null}})")).value();
  const Object made = apply(thing("a", R"({"size":1})")).value();
  EXPECT_TRUE(base::equal(made->at("spec"), json(R"({"extra":true,"size":1})")));
}

TEST_F(MemoryClusterTest, DropsWhatAPatchSetOnceItIsTakenOver) {
  apply(thing("a", R"({"size":1})"));
  patch(key_, json(R"({"spec":{"extra":true},"metadata":{"labels":{"theirs":"yes"}}})"));
  ASSERT_TRUE(await(loop_, cluster_.take_over(key_)));
  const Object now = apply(thing("a", R"({"size":1})")).value();
  EXPECT_EQ(text(now->at("spec")), R"({"size":1})");
  EXPECT_EQ(base::text_at(*now, {"metadata", "labels", "theirs"}), "yes");
  EXPECT_EQ(await(loop_, cluster_.take_over({"Thing", "", "no"})).error().code,
            Error::Code::not_found);
}

TEST_F(MemoryClusterTest, LoadsAnObjectAsItWasElsewhere) {
  Json owner = thing("owner");
  owner.at("metadata").get_object()["uid"] = "one-that-was-given-elsewhere";
  Json object = owned_by(std::make_shared<const Json>(owner), thing("a", R"({"x":1,"y":2})"));
  object.at("metadata").get_object()["generation"] = 7;
  object.at("metadata").get_object()["managedFields"] = base::JsonArray{};
  object.get_object()["status"] = json(R"({"ready":true})");
  cluster_.load(owner);
  const Object loaded = cluster_.load(object);
  EXPECT_EQ(generation(loaded), 7);
  EXPECT_EQ(text(loaded->at("status")), R"({"ready":true})");
  EXPECT_FALSE(loaded->at("metadata").get_object().contains("managedFields"));
  EXPECT_EQ(text(apply(thing("a", R"({"x":2})")).value()->at("spec")), R"({"x":2,"y":2})")
      << "what was loaded is nobody's, so it stays";
  cluster_.load(owner);
  settle(loop_);
  EXPECT_TRUE(exists("a")) << "its owner was only loaded again";
  remove({"Thing", "", "owner"}).value();
  settle(loop_);
  EXPECT_FALSE(exists("a"));
}

TEST_F(MemoryClusterTest, KeepsStatusApartFromTheRest) {
  Json given = thing("a", R"({"size":1})");
  given.get_object()["status"] = json(R"({"given":true})");
  EXPECT_EQ(base::find(*apply(given).value(), {"status"}), nullptr);
  const Object made = get(key_).value();
  await(loop_, cluster_.write_status(key_, json(R"({"ready":1})"), version(made))).value();
  given.get_object()["spec"] = json(R"({"size":2})");
  apply(given).value();
  patch(key_, json(R"({"status":null,"metadata":{"uid":null}})")).error();
  patch(key_, json(R"({"status":{"ready":7}})")).value();
  EXPECT_EQ(text(get(key_).value()->at("status")), R"({"ready":1})");
}

TEST_F(MemoryClusterTest, RefusesStaleWrites) {
  const Object old = apply(thing("a", R"({"size":1})")).value();
  patch(key_, json(R"({"spec":{"size":2}})")).value();
  Json stale = thing("a", R"({"size":3})");
  stale.at("metadata").get_object()["resourceVersion"] = version(old);
  EXPECT_EQ(apply(stale).error().code, Error::Code::conflict);
  EXPECT_EQ(patch(key_, stale).error().code, Error::Code::conflict);
  EXPECT_EQ(await(loop_, cluster_.write_status(key_, Json{}, version(old))).error().code,
            Error::Code::conflict);
  EXPECT_EQ(remove(key_, "another").error().code, Error::Code::conflict);
  stale.at("metadata").get_object()["name"] = "new";
  EXPECT_EQ(apply(stale).error().code, Error::Code::conflict) << "it does not exist any more";
}

TEST_F(MemoryClusterTest, SaysWhatDoesNotExist) {
  EXPECT_EQ(get(key_).error().code, Error::Code::not_found);
  EXPECT_EQ(remove(key_).error().code, Error::Code::not_found);
  EXPECT_EQ(patch(key_, thing("a")).error().code, Error::Code::not_found);
  EXPECT_EQ(await(loop_, cluster_.write_status(key_, Json{}, "1")).error().message,
            "Thing/default/a does not exist");
}

TEST_F(MemoryClusterTest, KeepsAnObjectUntilItsLastFinalizerIsGone) {
  Json guarded = thing("a");
  guarded.at("metadata").get_object()["finalizers"] = json(R"(["one"])");
  apply_as("user", guarded).value();
  guarded.at("metadata").get_object()["finalizers"] = json(R"(["two"])");
  apply(guarded).value();
  ASSERT_TRUE(remove(key_).has_value());
  ASSERT_TRUE(remove(key_).has_value()) << "a second time is no error";
  const Object going = get(key_).value();
  EXPECT_EQ(text(going->at("metadata").at("finalizers")), R"(["one","two"])");
  EXPECT_EQ(base::text_at(*going, {"metadata", "deletionTimestamp"}), "2023-11-14T22:13:20Z");
  apply(thing("a")).value();
  EXPECT_EQ(text(get(key_).value()->at("metadata").at("finalizers")), R"(["one"])");
  patch(key_, json(R"({"metadata":{"finalizers":[]}})")).value();
  EXPECT_FALSE(exists("a"));
}

TEST_F(MemoryClusterTest, DeletesDependantsWhenTheLastOwnerIsGone) {
  const Object first = apply(thing("first")).value();
  const Object second = apply(thing("second")).value();
  const Object child = apply(owned_by(first, thing("child"))).value();
  apply(owned_by(child, thing("grandchild"))).value();
  Json shared = owned_by(first, thing("shared"));
  shared.at("metadata")
      .at("ownerReferences")
      .get_array()
      .push_back(Json{{"kind", "Thing"}, {"uid", second->at("metadata").at("uid")}});
  apply(shared).value();

  remove({"Thing", "default", "first"}).value();
  settle(loop_);
  EXPECT_FALSE(exists("child"));
  EXPECT_FALSE(exists("grandchild"));
  EXPECT_TRUE(exists("shared"));
  remove({"Thing", "default", "second"}).value();
  settle(loop_);
  EXPECT_FALSE(exists("shared"));
}

TEST_F(MemoryClusterTest, CollectsWhatIsMadeForAnOwnerThatIsGone) {
  const Object owner = apply(thing("owner")).value();
  remove({"Thing", "default", "owner"}).value();
  apply(thing("owner")).value();  // the same name is not the same object
  apply(owned_by(owner, thing("late"))).value();
  settle(loop_);
  EXPECT_FALSE(exists("late"));
}

TEST_F(MemoryClusterTest, TellsListenersWhatIsThereAndThenEachChangeInOrder) {
  std::vector<std::string> seen;
  const auto listener = [&](Change change, const Object& object) {
    seen.push_back(std::to_string(static_cast<int>(change)) + " " +
                   std::string{base::text_at(*object, {"metadata", "name"})} + " " +
                   std::to_string(base::number_at(*object, {"spec", "size"})));
  };
  apply(thing("a", R"({"size":1})")).value();
  cluster_.watch("Thing", listener);
  apply(thing("b", R"({"size":1})")).value();
  apply(thing("a", R"({"size":2})")).value();
  remove({"Thing", "default", "b"}).value();
  settle(loop_);
  EXPECT_EQ(seen, (std::vector<std::string>{"0 a 1", "0 b 1", "1 a 2", "2 b 1"}));
}

TEST_F(MemoryClusterTest, NeverCallsAListenerFromInsideACall) {
  bool inside = false;
  bool nested = false;
  int calls = 0;
  cluster_.watch("Thing", [&](Change, const Object& object) {
    nested = nested || inside;
    inside = true;
    ++calls;
    if (base::number_at(*object, {"spec", "size"}) < 3) {
      asio::co_spawn(loop_, cluster_.apply(thing("a", R"({"size":3})")),
                     [](const std::exception_ptr&, const Result<Object>&) {});
    }
    inside = false;
  });
  apply(thing("a", R"({"size":1})")).value();
  settle(loop_);
  EXPECT_EQ(calls, 2);
  EXPECT_FALSE(nested);
}

TEST_F(MemoryClusterTest, CallsNoListenerOnceItIsGone) {
  int calls = 0;
  {
    MemoryCluster shortlived{loop_.get_executor(), clock_};
    shortlived.watch("Thing", [&](Change, const Object&) { ++calls; });
    await(loop_, shortlived.apply(thing("a"))).value();
    await(loop_, shortlived.apply(thing("b"))).value();
    calls = 0;
  }
  settle(loop_);
  EXPECT_EQ(calls, 0);
}

TEST_F(MemoryClusterTest, ListsByNamespaceAndLabels) {
  Json labelled = thing("b");
  labelled.at("metadata").get_object()["labels"] = json(R"({"app":"x","part":"1"})");
  apply(labelled).value();
  apply(thing("a")).value();
  labelled.at("metadata").get_object()["namespace"] = "zoo";
  apply(labelled).value();
  const auto names = [&](cluster::Selector selector) {
    std::string all;
    for (const Object& one : await(loop_, cluster_.list(std::move(selector))).value()) {
      all += base::text_at(*one, {"metadata", "namespace"});
      all += "/";
      all += base::text_at(*one, {"metadata", "name"});
      all += " ";
    }
    return all;
  };
  EXPECT_EQ(names({"Thing", "", {}}), "default/a default/b zoo/b ");
  EXPECT_EQ(names({"Thing", "zoo", {}}), "zoo/b ");
  EXPECT_EQ(names({"Thing", "", {{"app", "x"}}}), "default/b zoo/b ");
  EXPECT_EQ(names({"Thing", "default", {{"app", "y"}}}), "");
  EXPECT_EQ(names({"Thin", "", {}}), "");
}

TEST_F(MemoryClusterTest, ListsByOwnerAndByTheBeginningOfTheName) {
  const Object owner = apply(thing("a")).value();
  apply(owned_by(owner, thing("a-0")));
  apply(owned_by(owner, thing("b-0")));
  apply(thing("a-1"));
  const auto names = [&](cluster::Selector selector) {
    std::string all;
    for (const Object& object : await(loop_, cluster_.list(std::move(selector))).value()) {
      all += cluster::key_of(*object).name + " ";
    }
    return all;
  };
  const std::string uid{base::text_at(*owner, {"metadata", "uid"})};
  EXPECT_EQ(names({.kind = "Thing", .namespace_ = "default", .owner = uid}), "a-0 b-0 ");
  EXPECT_EQ(names({.kind = "Thing", .namespace_ = "default", .name_prefix = "a-"}), "a-0 a-1 ");
  EXPECT_EQ(names({.kind = "Thing", .namespace_ = "default", .name_prefix = "a-", .owner = uid}),
            "a-0 ");
}

TEST_F(MemoryClusterTest, CountsRepeatedEventsAndForgetsThemWithTheObject) {
  apply(thing("a")).value();
  std::vector<int> counts;
  cluster_.watch_events(
      [&](const Key&, const RecordedEvent& event) { counts.push_back(event.count); });
  cluster_.record({key_, "Normal", "Created", "made it"});
  cluster_.record({key_, "Warning", "Failed", "no"});
  clock_.advance(std::chrono::seconds{5});
  cluster_.record({key_, "Normal", "Created", "made it"});
  settle(loop_);
  const auto events = cluster_.events_about(key_);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].reason, "Failed");
  EXPECT_EQ(events[1].reason, "Created");
  EXPECT_EQ(events[1].count, 2);
  EXPECT_EQ(events[1].last, clock_.now());
  EXPECT_EQ(counts, (std::vector<int>{1, 1, 2}));
  for (int i = 0; i < 300; ++i) {
    cluster_.record({key_, "Normal", "Counted", std::to_string(i)});
  }
  EXPECT_EQ(cluster_.events_about(key_).size(), 100U);
  remove(key_).value();
  apply(thing("a")).value();
  EXPECT_TRUE(cluster_.events_about(key_).empty());
}

}  // namespace
}  // namespace functionmesh::local
