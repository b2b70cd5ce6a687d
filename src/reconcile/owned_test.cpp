#include "reconcile/owned.hpp"

#include <gtest/gtest.h>

namespace functionmesh::reconcile {
namespace {

Json service(std::string_view ports) {
  Json object{{"kind", "Service"}, {"metadata", {{"name", "s"}, {"namespace", "n"}}}};
  object.get_object()["spec"] = Json{{"ports", base::parse_json(ports).value()}};
  return object;
}

TEST(Owned, DropsWhatOthersSetButNotWhenOnlyTheWishChanged) {
  const Json wanted = service(R"([{"port": 1}])");
  const Json more = service(R"([{"port": 1}, {"port": 2}])");
  const Json applied = stamped(wanted);
  Json changed = applied;
  changed.get_object()["spec"] = more.at("spec");

  EXPECT_FALSE(follow(wanted, &applied, std::nullopt).has_value());
  EXPECT_FALSE(follow(wanted, nullptr, std::nullopt)->take_over);
  EXPECT_TRUE(follow(wanted, &wanted, std::nullopt)->take_over) << "made by somebody else";
  EXPECT_TRUE(follow(wanted, &changed, std::nullopt)->take_over) << "changed by somebody else";
  EXPECT_FALSE(follow(more, &applied, std::nullopt)->take_over);
}

}  // namespace
}  // namespace functionmesh::reconcile
