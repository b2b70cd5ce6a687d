#include "manifest/manifests.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace functionmesh::manifest {
namespace {

namespace fs = std::filesystem;

TEST(Manifests, TellOurResourcesFromOthers) {
  struct Case {
    const char* yaml;
    Sort sort;
  };
  for (const auto& [yaml, sort] : {
           Case{"{apiVersion: compute.functionmesh.io/v1alpha1, kind: Function}", Sort::resource},
           Case{"{apiVersion: v1, kind: ConfigMap}", Sort::supporting},
           Case{"{apiVersion: v1, kind: Secret}", Sort::supporting},
           Case{"{apiVersion: apps/v1, kind: Deployment}", Sort::foreign},
           Case{"{apiVersion: messaging.knative.dev/v1, kind: Sink}", Sort::foreign},
           Case{"{apiVersion: compute.functionmesh.io/v1alpha1, kind: Functoin}", Sort::unknown},
           Case{"{apiVersion: compute.functionmesh.io/v2, kind: Function}", Sort::unknown},
           Case{"{apiVersion: v1, kind: Function}", Sort::unknown},
           Case{"{kind: Function}", Sort::unknown},
           Case{"[1, 2]", Sort::unknown},
           Case{"just words", Sort::unknown},
       }) {
    const Manifests read = parse_manifests(yaml, "x.yaml");
    ASSERT_EQ(read.objects.size(), 1U) << yaml;
    EXPECT_EQ(sort_of(read.objects.front().object), sort) << yaml;
  }
}

TEST(Manifests, SayWhichKindWasMeant) {
  const auto why = [](const char* yaml) {
    return why_unknown(parse_manifests(yaml, "x").objects.front().object);
  };
  EXPECT_NE(why("{apiVersion: compute.functionmesh.io/v1alpha1, kind: Functoin}")
                .find("did you mean Function?"),
            std::string::npos);
  EXPECT_NE(why("{apiVersion: v1, kind: Sink}").find("compute.functionmesh.io/v1alpha1"),
            std::string::npos);
}

TEST(Manifests, AListStandsForItsItems) {
  const Manifests read = parse_manifests(
      "apiVersion: v1\nkind: List\nitems:\n- kind: A\n  spec:\n    x: 1\n- kind: B\n", "l.yaml");
  ASSERT_EQ(read.objects.size(), 2U);
  EXPECT_EQ(read.objects[0].place_of("spec.x"), "l.yaml:6");
  EXPECT_EQ(read.objects[1].line, 7);
}

TEST(Manifests, PlaceIsTheNearestEnclosingFieldThatIsThere) {
  const Manifests read = parse_manifests("kind: A\nspec:\n  input:\n    topics: [a]\n", "m.yaml");
  const Manifest& manifest = read.objects.front();
  EXPECT_EQ(manifest.place_of("spec.input.topics"), "m.yaml:4");
  EXPECT_EQ(manifest.place_of("spec.input.typeClassName"), "m.yaml:3");
  EXPECT_EQ(manifest.place_of("metadata.name"), "m.yaml:1");
}

TEST(Manifests, AFileThatCannotBeReadDoesNotHideTheOthers) {
  const fs::path folder = fs::path{testing::TempDir()} / "manifests_test";
  fs::create_directories(folder);
  std::ofstream{folder / "good.yaml"} << "kind: A\n";
  std::ofstream{folder / "broken.yaml"} << "a: [1\nb: 2\n";
  std::ofstream{folder / "notes.txt"} << "not ours";
  const Manifests read = read_manifests({folder.string(), (folder / "missing.yaml").string()});
  fs::remove_all(folder);
  EXPECT_EQ(read.objects.size(), 1U);
  ASSERT_EQ(read.errors.size(), 2U);
  EXPECT_NE(read.errors[0].find("broken.yaml:"), std::string::npos) << read.errors[0];
  EXPECT_NE(read.errors[1].find("missing.yaml: cannot be read"), std::string::npos);
}

TEST(Manifests, TheSameObjectTwiceIsNoticed) {
  const Manifests read = parse_manifests(
      "{apiVersion: v1, kind: Secret, metadata: {name: a}}\n---\n"
      "{apiVersion: v1, kind: Secret, metadata: {name: a, namespace: default}}\n",
      "s.yaml");
  const std::vector<Checked> checked = check(read.objects);
  ASSERT_EQ(checked.size(), 2U);
  EXPECT_TRUE(checked[0].problems.warnings.empty());
  ASSERT_EQ(checked[1].problems.warnings.size(), 1U);
  EXPECT_NE(checked[1].problems.warnings[0].message.find("s.yaml:1"), std::string::npos);
}

}  // namespace
}  // namespace functionmesh::manifest
