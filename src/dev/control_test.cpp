#include "dev/control.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <thread>

#include "dev/folders.hpp"
#include "dev/kinds.hpp"

namespace functionmesh::dev {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

asio::awaitable<base::Result<base::Json>> echo(base::Json request) {
  if (base::text_at(request, {"verb"}) == "fail") {
    co_return base::fail(base::Error::Code::not_found, "there is no such thing");
  }
  co_return request;
}

/// A folder whose path is longer than a socket's address may be.
class ControlTest : public testing::Test {
 protected:
  ControlTest() { fs::create_directories(folder_); }
  ~ControlTest() override { fs::remove_all(fs::path{testing::TempDir()} / "control_test"); }

  fs::path folder_ = fs::path{testing::TempDir()} / "control_test" / std::string(150, 'x');
};

TEST_F(ControlTest, CarriesRequestsAndAnswers) {
  asio::io_context loop;
  {
    ControlServer server{loop.get_executor(), echo};
    ASSERT_TRUE(server.listen(folder_));
    std::jthread running{[&loop] { loop.run(); }};

    const base::Json request =
        base::JsonObject{{"verb", "say"}, {"text", std::string(100'000, 'a')}};
    const auto answer = call(folder_, request);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_TRUE(base::equal(*answer, request));

    const auto failed = call(folder_, base::JsonObject{{"verb", "fail"}});
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, base::Error::Code::not_found);
    EXPECT_EQ(failed.error().message, "there is no such thing");
    loop.stop();
  }
  EXPECT_FALSE(fs::exists(folder_ / "control.sock"));
}

TEST_F(ControlTest, WithoutAServerTheErrorSaysHowToStartOne) {
  const auto answer = call(folder_, base::JsonObject{});
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message.find("functionmesh dev"), std::string::npos);
}

TEST(FolderLock, IsForOneProcess) {
  const fs::path folder = fs::path{testing::TempDir()} / "folder_lock_test";
  const auto lock = FolderLock::take(folder);
  ASSERT_TRUE(lock) << lock.error().message;
  EXPECT_EXIT(
      {
        const auto second = FolderLock::take(folder);
        const bool said = !second && second.error().message.find("in use") != std::string::npos;
        _exit(said ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
  fs::remove_all(folder);
}

TEST(Kinds, AreMeantByTheirShortNamesAndPlurals) {
  struct Case {
    const char* word;
    const char* kind;
  };
  for (const auto& [word, kind] : {
           Case{"fn", "Function"},
           Case{"functions", "Function"},
           Case{"Function", "Function"},
           Case{"functionmeshes", "FunctionMesh"},
           Case{"mesh", "FunctionMesh"},
           Case{"po", "Pod"},
           Case{"pods", "Pod"},
           Case{"sts", "StatefulSet"},
           Case{"secrets", "Secret"},
       }) {
    EXPECT_EQ(kind_meant(word).value_or("?"), kind) << word;
  }
  EXPECT_NE(kind_meant("functoin").error().message.find("did you mean Function?"),
            std::string::npos);
}

}  // namespace
}  // namespace functionmesh::dev
