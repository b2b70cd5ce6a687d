#include "dev/source_files.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace functionmesh::dev {
namespace {

namespace fs = std::filesystem;

class SourceFilesTest : public testing::Test {
 protected:
  SourceFilesTest() {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~SourceFilesTest() override { fs::remove_all(folder_); }

  /// Writes a file with a time of change of its own, as edits a second apart have.
  std::string write(const std::string& name, const std::string& text) {
    const fs::path path = folder_ / name;
    std::ofstream{path} << text;
    time_ += std::chrono::seconds{1};
    fs::last_write_time(path, time_);
    return path.string();
  }

  static std::string secret(const std::string& name, const std::string& value) {
    return "{apiVersion: v1, kind: Secret, metadata: {name: " + name +
           "}, stringData: {k: " + value + "}}\n---\n";
  }

  fs::path folder_ = fs::path{testing::TempDir()} / "source_files_test";
  fs::file_time_type time_ = fs::file_time_type::clock::now();
};

TEST_F(SourceFilesTest, GivesEachObjectOnceAndThenOnlyWhatChanged) {
  const std::string file = write("a.yaml", secret("one", "1") + secret("two", "2"));
  SourceFiles files{{file}};
  EXPECT_EQ(files.poll().apply.size(), 2U);
  EXPECT_TRUE(files.poll().empty());

  write("a.yaml", secret("one", "1") + secret("two", "changed"));
  const FileChanges changes = files.poll();
  ASSERT_EQ(changes.apply.size(), 1U);
  EXPECT_EQ(base::text_at(changes.apply.front(), {"metadata", "name"}), "two");
  EXPECT_TRUE(changes.remove.empty());
}

TEST_F(SourceFilesTest, WhatWentFromAFileIsRemovedUnlessAnotherHasIt) {
  const std::string a = write("a.yaml", secret("one", "1") + secret("two", "2"));
  const std::string b = write("b.yaml", secret("two", "2"));
  SourceFiles files{{a, b}};
  files.poll();

  write("a.yaml", "# empty\n");
  const FileChanges changes = files.poll();
  ASSERT_EQ(changes.remove.size(), 1U);
  EXPECT_EQ(changes.remove.front(), (cluster::Key{"Secret", "default", "one"}));
}

TEST_F(SourceFilesTest, ABrokenFileKeepsWhatItHeldAndSaysSoOnce) {
  const std::string file = write("a.yaml", secret("one", "1"));
  SourceFiles files{{file}};
  files.poll();

  write("a.yaml", "a: [1\n");
  const FileChanges broken = files.poll();
  EXPECT_TRUE(broken.remove.empty());
  ASSERT_EQ(broken.errors.size(), 1U);
  EXPECT_NE(broken.errors.front().find("a.yaml:"), std::string::npos);
  EXPECT_TRUE(files.poll().empty());

  write("a.yaml", secret("one", "1"));
  EXPECT_TRUE(files.poll().empty()) << "mended to what it was: nothing to do";
}

TEST_F(SourceFilesTest, AFolderIsWatchedForNewAndDeletedFiles) {
  write("a.yaml", secret("one", "1"));
  SourceFiles files{{folder_.string()}};
  EXPECT_EQ(files.poll().apply.size(), 1U);
  write("b.yaml", secret("two", "2"));
  EXPECT_EQ(files.poll().apply.size(), 1U);

  fs::remove(folder_ / "a.yaml");
  EXPECT_TRUE(files.poll().remove.empty()) << "an editor may be about to put it back";
  EXPECT_EQ(files.poll().remove.size(), 1U);
}

TEST_F(SourceFilesTest, AnUnknownKindIsSaidAndTheRestIsTaken) {
  const std::string file =
      write("a.yaml", "{apiVersion: compute.functionmesh.io/v1alpha1, kind: Functoin}\n---\n" +
                          secret("s", "1"));
  SourceFiles files{{file}};
  const FileChanges changes = files.poll();
  EXPECT_EQ(changes.apply.size(), 1U);
  ASSERT_EQ(changes.errors.size(), 1U);
  EXPECT_NE(changes.errors.front().find("did you mean Function?"), std::string::npos);
}

}  // namespace
}  // namespace functionmesh::dev
