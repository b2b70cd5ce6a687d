#include "cluster/kubernetes/kind_cache.hpp"

#include <gtest/gtest.h>

namespace functionmesh::kubernetes {
namespace {

using cluster::Change;

Json thing(std::string_view name, int version, std::string_view more = "{}") {
  Json object = base::parse_json(more).value();
  object.get_object()["metadata"] = base::JsonObject{{"namespace", "n"},
                                                     {"name", name},
                                                     {"resourceVersion", std::to_string(version)},
                                                     {"managedFields", base::JsonArray{1}}};
  return object;
}

class KindCacheTest : public testing::Test {
 protected:
  using Type = WatchEvent::Type;

  static Json page(const std::vector<Json>& items, int version, std::string_view token = "") {
    return Json{{"items", base::JsonArray(items.begin(), items.end())},
                {"metadata", {{"resourceVersion", std::to_string(version)}, {"continue", token}}}};
  }
  void list(const std::vector<Json>& items, int version) {
    cache_.begin_list();
    EXPECT_EQ(cache_.add_page(page(items, version)).value(), "");
    cache_.end_list();
  }
  KindCache::Next event(Type type, Json object) { return cache_.take({type, std::move(object)}); }

  /// What listeners were told since the last time: "+a5 ~a6 -a6 ".
  std::string told() { return std::exchange(told_, {}); }

  std::string told_;
  KindCache cache_{
      *resource_type("Service"),
      {.label_selector = {},
       .wanted =
           [](const Json& object) {
             return base::text_at(object, {"metadata", "name"}) != "foreign";
           },
       .trim = [](Json& object) { object.get_object().stable_erase("noise"); }},
      [this](Change change, const Object& object) {
        told_ += change == Change::added ? "+" : change == Change::modified ? "~" : "-";
        told_ += std::string{base::text_at(*object, {"metadata", "name"})} +
                 std::to_string(version_of(*object)) + " ";
      }};
};

TEST_F(KindCacheTest, KeepsObjectsWholeButForWhatIsTrimmed) {
  list({thing("a", 5, R"({"spec":{"x":1},"noise":2})")}, 9);
  const Object kept = cache_.store().get("n", "a");
  ASSERT_NE(kept, nullptr);
  EXPECT_EQ(
      base::write_json(*kept),
      R"({"spec":{"x":1},"metadata":{"namespace":"n","name":"a","resourceVersion":"5"},"kind":"Service","apiVersion":"v1"})");
}

TEST_F(KindCacheTest, IsFilledAfterTheLastPageOnly) {
  cache_.begin_list();
  EXPECT_EQ(cache_.add_page(page({thing("a", 5)}, 9, "more")).value(), "more");
  EXPECT_FALSE(cache_.filled());
  EXPECT_EQ(cache_.add_page(page({thing("b", 6)}, 9)).value(), "");
  cache_.end_list();
  EXPECT_TRUE(cache_.filled());
  EXPECT_EQ(cache_.resume_version(), "9");
  EXPECT_EQ(told(), "+a5 +b6 ");
}

TEST_F(KindCacheTest, FollowsTheWatchAndRemembersWhereItIs) {
  list({thing("a", 5)}, 9);
  event(Type::modified, thing("a", 10));
  event(Type::added, thing("b", 11));
  event(Type::deleted, thing("a", 12));
  EXPECT_EQ(told(), "+a5 ~a10 +b11 -a10 ");
  EXPECT_EQ(cache_.resume_version(), "12");
  event(Type::bookmark, thing("", 40));
  EXPECT_EQ(cache_.resume_version(), "40");
  EXPECT_EQ(told(), "");
}

TEST_F(KindCacheTest, TellsAChangeOnceWhetherTheAnswerOrTheWatchIsFirst) {
  list({thing("a", 5)}, 9);
  told();
  EXPECT_EQ(version_of(*cache_.written(thing("a", 10))), 10U);
  event(Type::modified, thing("a", 10));
  event(Type::modified, thing("a", 12));
  cache_.written(thing("a", 11));  // a late answer
  EXPECT_EQ(told(), "~a10 ~a12 ");
  EXPECT_EQ(cache_.store().version({"", "n", "a"}), 12U);
}

TEST_F(KindCacheTest, IsNotFooledByAnAnswerThatComesAfterTheDeletion) {
  list({}, 9);
  event(Type::added, thing("a", 10));
  event(Type::deleted, thing("a", 12));
  cache_.written(thing("a", 11));
  EXPECT_EQ(cache_.store().size(), 0U);
  event(Type::added, thing("a", 13));  // made anew
  EXPECT_EQ(told(), "+a10 -a10 +a13 ");
}

TEST_F(KindCacheTest, KeepsWhatIsNewerThanADeletion) {
  list({thing("a", 5)}, 9);
  cache_.written(thing("a", 14));  // made anew, and the answer was quicker than the watch
  event(Type::deleted, thing("a", 12));
  EXPECT_EQ(cache_.store().version({"", "n", "a"}), 14U);
}

TEST_F(KindCacheTest, DropsWhatASecondListDoesNotHave) {
  list({thing("a", 5), thing("b", 6), thing("c", 7)}, 9);
  told();
  list({thing("b", 6), thing("c", 30)}, 40);
  EXPECT_EQ(told(), "~c30 -a5 ");
}

TEST_F(KindCacheTest, KeepsWhatWasWrittenDuringAList) {
  list({thing("a", 5)}, 9);
  cache_.begin_list();
  cache_.written(thing("a", 50));
  cache_.written(thing("b", 51));
  EXPECT_TRUE(cache_.add_page(page({thing("a", 5)}, 45)));
  cache_.end_list();
  EXPECT_EQ(told(), "+a5 ~a50 +b51 ");
}

TEST_F(KindCacheTest, BelievesAListWhoseVersionsWentBack) {
  list({thing("a", 500)}, 900);
  list({thing("a", 5)}, 9);
  EXPECT_EQ(told(), "+a500 ~a5 ");
  EXPECT_EQ(cache_.resume_version(), "9");
}

TEST_F(KindCacheTest, SaysWhenItHasToListAgain) {
  list({}, 9);
  const auto status = [](int code, std::string_view reason) {
    return Json{{"kind", "Status"}, {"code", code}, {"reason", reason}};
  };
  EXPECT_EQ(event(Type::error, status(410, "Gone")), KindCache::Next::list_again);
  EXPECT_EQ(event(Type::error, status(0, "Expired")), KindCache::Next::list_again);
  EXPECT_EQ(event(Type::error, status(500, "InternalError")), KindCache::Next::wait);
  EXPECT_EQ(cache_.resume_version(), "9");
}

TEST_F(KindCacheTest, KeepsNothingThatIsNotWanted) {
  list({thing("foreign", 5)}, 9);
  event(Type::modified, thing("foreign", 10));
  event(Type::deleted, thing("foreign", 11));
  EXPECT_EQ(told(), "");
}

TEST_F(KindCacheTest, RefusesAnAnswerThatIsNoList) {
  for (const Json& answer :
       {Json{}, Json(base::JsonObject{}), Json{{"items", 5}}, Json{{"items", base::JsonArray{}}}}) {
    cache_.begin_list();
    EXPECT_FALSE(cache_.add_page(answer)) << base::write_json(answer);
  }
  EXPECT_FALSE(cache_.filled());
}

TEST_F(KindCacheTest, ForgetsAKindThatIsGone) {
  list({thing("a", 5)}, 9);
  cache_.clear();
  EXPECT_EQ(told(), "+a5 -a5 ");
  EXPECT_FALSE(cache_.filled());
}

}  // namespace
}  // namespace functionmesh::kubernetes
