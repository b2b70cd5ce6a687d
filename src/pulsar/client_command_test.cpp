#include "pulsar/client_command.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace functionmesh::pulsar {
namespace {

const Access access{
    .broker_url = "pulsar://127.0.0.1:6650", .auth_plugin = "token", .auth_params = "token:secret"};

TEST(ClientCommand, PassesSecretsByTheEnvironmentOnly) {
  const auto command = client_command("/venv/bin/python", access,
                                      Send{.topic = "orders", .messages = {"--a", "b c"}});
  ASSERT_TRUE(command.has_value());
  for (const std::string& argument : command->arguments) {
    EXPECT_EQ(argument.find("secret"), std::string::npos) << argument;
  }
  EXPECT_NE(command->environment.at("FUNCTIONMESH_PULSAR").find("secret"), std::string::npos);
  EXPECT_TRUE(command->environment.contains("PATH")) << "the rest is inherited";
}

TEST(ClientCommand, KeepsMessagesApartFromOptions) {
  const auto command =
      client_command("python", access, Send{.topic = "orders", .messages = {"--a", "b c"}});
  const auto& arguments = command->arguments;
  EXPECT_EQ(arguments[0], "python");
  EXPECT_EQ(arguments[1], "-c");
  EXPECT_EQ(arguments[3], "send");
  EXPECT_EQ(arguments[4], "--topic=persistent://public/default/orders");
  const auto dashes = std::ranges::find(arguments, "--");
  EXPECT_EQ(std::vector<std::string>(dashes, arguments.end()),
            (std::vector<std::string>{"--", "--a", "b c"}));
}

TEST(ClientCommand, RefusesBadTopicsAndBrokers) {
  EXPECT_FALSE(client_command("python", access, Tail{.topic = "a/b"}).has_value());
  const auto command =
      client_command("python", {.broker_url = "http://127.0.0.1:8080"}, Tail{.topic = "a"});
  ASSERT_FALSE(command.has_value());
  EXPECT_NE(command.error().message.find("expected pulsar://HOST:PORT"), std::string::npos);
}

}  // namespace
}  // namespace functionmesh::pulsar
