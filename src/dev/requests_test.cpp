#include "dev/requests.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>

namespace functionmesh::dev {
namespace {

namespace asio = boost::asio;
using base::Json;
using base::JsonArray;
using base::JsonObject;

class RequestsTest : public testing::Test {
 protected:
  base::Result<Json> ask(JsonObject request) {
    std::optional<base::Result<Json>> answer;
    asio::co_spawn(
        loop_,
        [&]() -> asio::awaitable<void> {
          answer = co_await requests_.answer(Json(std::move(request)));
        },
        asio::detached);
    loop_.restart();
    loop_.poll();
    return answer.value_or(base::fail(base::Error::Code::internal, "no answer"));
  }

  static JsonObject object(std::string_view kind, std::string_view name) {
    return {{"apiVersion", "v1"}, {"kind", kind}, {"metadata", {{"name", name}}}};
  }

  asio::io_context loop_;
  base::ManualClock clock_;
  local::MemoryCluster cluster_{loop_.get_executor(), clock_};
  std::vector<Json> supplied_;
  Requests requests_{cluster_, [this](const std::vector<Json>& objects) -> asio::awaitable<void> {
                       supplied_ = objects;
                       co_return;
                     }};
};

TEST_F(RequestsTest, ApplySaysWhatHappenedToEachObject) {
  JsonObject function = object("Function", "f");
  function["spec"] = JsonObject{{"replicas", 1}};
  const JsonObject apply{{"verb", "apply"}, {"objects", JsonArray{function}}};
  EXPECT_EQ(ask(apply)->at(0).as_string(), "Function/default/f created");
  EXPECT_EQ(supplied_.size(), 1U) << "what it refers to is supplied first";
  EXPECT_EQ(ask(apply)->at(0).as_string(), "Function/default/f unchanged");
  function["spec"] = JsonObject{{"replicas", 2}};
  EXPECT_EQ(ask({{"verb", "apply"}, {"objects", JsonArray{function}}})->at(0).as_string(),
            "Function/default/f configured");
}

TEST_F(RequestsTest, ScaleAndDeleteActOnWhatIsThere) {
  ask({{"verb", "apply"}, {"objects", JsonArray{object("Function", "f")}}});
  EXPECT_EQ(
      ask({{"verb", "scale"}, {"kind", "Function"}, {"name", "f"}, {"replicas", 3}})->as_string(),
      "Function/default/f scaled to 3");
  const auto listed = ask({{"verb", "list"}, {"kinds", JsonArray{"Function"}}});
  EXPECT_EQ(base::number_at(listed->at(0), {"spec", "replicas"}), 3);
  EXPECT_TRUE(ask({{"verb", "delete"}, {"kind", "Function"}, {"name", "f"}}));
  EXPECT_EQ(ask({{"verb", "delete"}, {"kind", "Function"}, {"name", "f"}}).error().code,
            base::Error::Code::not_found);
}

TEST_F(RequestsTest, SecretsAreListedWithoutTheirData) {
  JsonObject secret = object("Secret", "s");
  secret["stringData"] = JsonObject{{"password", "hunter2"}};
  ask({{"verb", "apply"}, {"objects", JsonArray{secret}}});
  const auto listed = ask({{"verb", "list"}, {"kinds", JsonArray{"Secret"}}});
  EXPECT_EQ(base::write_json(*listed).find("hunter2"), std::string::npos);
  EXPECT_NE(base::write_json(*listed).find("password"), std::string::npos);
}

TEST_F(RequestsTest, ARequestThatMakesNoSenseIsAnError) {
  for (const JsonObject& request :
       {JsonObject{}, JsonObject{{"verb", "dance"}}, JsonObject{{"verb", "list"}},
        JsonObject{{"verb", "apply"}, {"objects", 7}},
        JsonObject{{"verb", "scale"}, {"kind", "Pod"}, {"name", "p"}, {"replicas", 1}},
        JsonObject{{"verb", "scale"}, {"kind", "Function"}, {"name", "f"}, {"replicas", -1}},
        JsonObject{{"verb", "apply"}, {"objects", JsonArray{1, "two"}}}}) {
    EXPECT_FALSE(ask(request)) << base::write_json(request);
  }
}

}  // namespace
}  // namespace functionmesh::dev
