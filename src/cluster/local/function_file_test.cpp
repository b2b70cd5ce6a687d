#include "cluster/local/function_file.hpp"

#include <fstream>

#include "cluster/local/loop_for_tests.hpp"

namespace functionmesh::local {
namespace {

void write(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

TEST(FunctionFile, IsLookedForInThisOrder) {
  const TestFolder folder;
  write(folder / "mesh/lib/a.jar", "a");
  write(folder / "mesh/b.jar", "b");
  write(folder / "other/lib/b.jar", "b");
  write(folder / "home/examples/c.jar", "c");
  write(folder / "else/d.jar", "d");
  struct {
    std::string name;
    std::string found;
  } const cases[] = {
      {"lib/a.jar", "mesh/lib/a.jar"},
      {"/pulsar/lib/a.jar", "mesh/lib/a.jar"},
      {"./lib/a.jar", "mesh/lib/a.jar"},
      {"/some/where/b.jar", "mesh/b.jar"},
      {"lib/b.jar", "other/lib/b.jar"},
      {"/pulsar/examples/c.jar", "home/examples/c.jar"},
      {(folder / "else/d.jar").string(), "else/d.jar"},
  };
  for (const auto& [name, found] : cases) {
    const auto search =
        find_function_file(name, {folder / "mesh", folder / "other"}, folder / "home");
    EXPECT_EQ(search.found, folder / found) << name;
  }
}

TEST(FunctionFile, TellsWhereItWasLookedFor) {
  const auto search = find_function_file("/pulsar/lib/x.jar", {"/no/mesh"}, "/no/home");
  EXPECT_FALSE(search.found);
  EXPECT_EQ(not_found_message("/pulsar/lib/x.jar", search),
            "no file /pulsar/lib/x.jar: looked at /pulsar/lib/x.jar, /no/mesh/lib/x.jar, "
            "/no/mesh/x.jar, /no/home/lib/x.jar");
}

TEST(FunctionFile, StampAndHashTellAnEdit) {
  const TestFolder folder;
  const auto file = folder / "f.py";
  EXPECT_EQ(stamp_of(file), FileStamp{});
  EXPECT_FALSE(FileStore::hash_of(file));
  write(file, "12345678 one");
  const auto stamp = stamp_of(file);
  const auto hash = *FileStore::hash_of(file);
  EXPECT_EQ(stamp_of(file), stamp);
  EXPECT_EQ(*FileStore::hash_of(file), hash);
  write(file, "12345678 two!");
  EXPECT_NE(stamp_of(file), stamp);
  EXPECT_NE(*FileStore::hash_of(file), hash);
}

TEST(FunctionFile, StoreKeepsTheContentOfThen) {
  const TestFolder folder;
  write(folder / "f.py", "one");
  const FileStore store(folder / "store");
  const auto hash = *FileStore::hash_of(folder / "f.py");
  const auto copy = store.keep(folder / "f.py", hash);
  ASSERT_TRUE(copy) << copy.error().message;
  write(folder / "f.py", "two");
  EXPECT_EQ(*FileStore::hash_of(*copy), hash);
  EXPECT_EQ(store.keep(folder / "f.py", hash), *copy);
  EXPECT_EQ(copy->filename(), "f.py");
  store.clear();
  EXPECT_FALSE(std::filesystem::exists(*copy));
}

}  // namespace
}  // namespace functionmesh::local
