#include "cluster/kubernetes/store.hpp"

#include <gtest/gtest.h>

namespace functionmesh::kubernetes {
namespace {

Json thing(const std::string& namespace_, const std::string& name, const std::string& owner,
           int size) {
  base::JsonObject metadata{{"namespace", namespace_},
                            {"name", name},
                            {"resourceVersion", std::to_string(size)},
                            {"labels", {{"size", std::to_string(size % 3)}}}};
  if (!owner.empty()) {
    metadata["ownerReferences"] =
        base::JsonArray{base::JsonObject{{"kind", "Thing"}, {"uid", owner}}};
  }
  return Json{{"kind", "Thing"},
              {"metadata", std::move(metadata)},
              {"spec", {{"command", std::string(static_cast<std::size_t>(size), 'x')}}}};
}

TEST(Store, GivesBackWhatWasPutHoweverMuchThereIs) {
  Store store{"Thing"};
  for (int i = 0; i < 3'000; ++i) {
    store.put({"Thing", "n", "thing-" + std::to_string(i)},
              thing("n", "thing-" + std::to_string(i), "", i));
  }
  EXPECT_EQ(store.size(), 3'000U);
  for (int i = 0; i < 3'000; ++i) {
    const Object object = store.get("n", "thing-" + std::to_string(i));
    ASSERT_NE(object, nullptr);
    ASSERT_EQ(base::text_at(*object, {"spec", "command"}).size(), static_cast<std::size_t>(i));
  }
  EXPECT_EQ(store.get("n", "thing-3000"), nullptr);
  EXPECT_EQ(store.get("m", "thing-1"), nullptr);
}

TEST(Store, ListsByEachPartOfASelector) {
  Store store{"Thing"};
  for (const auto& [in, name, owner, size] :
       {std::tuple{"m", "a-0", "u1", 1}, std::tuple{"n", "a-0", "u1", 1},
        std::tuple{"n", "a-1", "u2", 2}, std::tuple{"n", "b-0", "u1", 3},
        std::tuple{"n", "c", "", 4}}) {
    store.put({"Thing", in, name}, thing(in, name, owner, size));
  }
  struct Case {
    cluster::Selector selector;
    std::string_view names;
  };
  const std::vector<Case> cases = {
      {{.kind = "Thing"}, "m/a-0 n/a-0 n/a-1 n/b-0 n/c "},
      {{.kind = "Thing", .namespace_ = "n"}, "n/a-0 n/a-1 n/b-0 n/c "},
      {{.kind = "Thing", .namespace_ = "o"}, ""},
      {{.kind = "Thing", .namespace_ = "n", .labels = {{"size", "1"}}}, "n/a-0 n/c "},
      {{.kind = "Thing", .namespace_ = "n", .name_prefix = "a-"}, "n/a-0 n/a-1 "},
      {{.kind = "Thing", .owner = "u1"}, "m/a-0 n/a-0 n/b-0 "},
      {{.kind = "Thing", .namespace_ = "n", .name_prefix = "b", .owner = "u1"}, "n/b-0 "},
      {{.kind = "Thing", .owner = "u3"}, ""},
  };
  for (const Case& one : cases) {
    std::string names;
    for (const Object& object : store.list(one.selector)) {
      const Key key = cluster::key_of(*object);
      names += key.namespace_ + "/" + key.name + " ";
    }
    EXPECT_EQ(names, one.names);
  }
}

TEST(Store, FindsAnObjectOfSeveralOwnersByEach) {
  Store store{"Thing"};
  Json object = thing("n", "a", "u1", 1);
  object.at("metadata")
      .at("ownerReferences")
      .get_array()
      .push_back(base::JsonObject{{"kind", "Thing"}, {"uid", "u2"}});
  store.put({"Thing", "n", "a"}, object);
  EXPECT_EQ(store.list({.kind = "Thing", .owner = "u1"}).size(), 1U);
  EXPECT_EQ(store.list({.kind = "Thing", .owner = "u2"}).size(), 1U);
  EXPECT_EQ(store.list({.kind = "Thing", .owner = "u3"}).size(), 0U);
}

TEST(PackedTexts, PacksWhatIsTypicalIntoLittle) {
  PackedTexts texts;
  const auto text = [](int i) {
    std::string all;
    for (int line = 0; line < 100; ++line) {
      all += "a line of its own, number " + std::to_string(line * 7919) + "\n";
    }
    return all + "and this is number " + std::to_string(i);
  };
  const std::size_t alone = texts.pack(text(1)).bytes.size();
  const PackedText before = texts.pack(text(5));
  texts.learn({text(2), text(3)});
  const PackedText after = texts.pack(text(4));
  EXPECT_LT(after.bytes.size() * 5, alone);
  EXPECT_EQ(texts.unpack(after), text(4));
  EXPECT_EQ(texts.unpack(before), text(5));
  EXPECT_EQ(texts.unpack(texts.pack("")), "");
}

}  // namespace
}  // namespace functionmesh::kubernetes
