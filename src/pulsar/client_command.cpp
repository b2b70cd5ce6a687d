#include "pulsar/client_command.hpp"

#include "base/environment.hpp"
#include "base/json.hpp"
#include "pulsar/topic.hpp"

namespace functionmesh::pulsar {
namespace {

using base::Error;
using base::Result;

// client.py, as a raw string literal made by CMake.
constexpr const char* script =
#include "pulsar/client_script.inc"
    ;

void add_arguments(std::vector<std::string>& arguments, const Send& send) {
  arguments.insert(arguments.end(), {"--count=" + std::to_string(send.count),
                                     "--rate=" + std::to_string(send.rate), "--key=" + send.key});
  arguments.emplace_back("--");
  arguments.insert(arguments.end(), send.messages.begin(), send.messages.end());
}

void add_arguments(std::vector<std::string>& arguments, const Tail& tail) {
  arguments.emplace_back(tail.from_earliest ? "--from=earliest" : "--from=latest");
  arguments.push_back("--count=" + std::to_string(tail.count));
  if (tail.json) {
    arguments.emplace_back("--json");
  }
}

}  // namespace

Result<ClientCommand> client_command(const std::filesystem::path& python, const Access& access,
                                     const std::variant<Send, Tail>& task) {
  const bool sends = std::holds_alternative<Send>(task);
  const auto topic = std::visit([](const auto& known) { return Topic::parse(known.topic); }, task);
  if (!topic) {
    return base::fail(Error::Code::invalid, topic.error());
  }
  if (!access.broker_url.starts_with("pulsar://") &&
      !access.broker_url.starts_with("pulsar+ssl://")) {
    return base::fail(Error::Code::invalid, "\"" + access.broker_url +
                                                "\" is not a Pulsar broker: expected "
                                                "pulsar://HOST:PORT or pulsar+ssl://HOST:PORT");
  }
  ClientCommand command{.arguments = {python.string(), "-c", script, sends ? "send" : "tail",
                                      "--topic=" + to_string(*topic)},
                        .environment = base::process_environment()};
  std::visit([&](const auto& known) { add_arguments(command.arguments, known); }, task);
  command.environment["FUNCTIONMESH_PULSAR"] =
      base::write_json(base::JsonObject{{"url", access.broker_url},
                                        {"plugin", access.auth_plugin},
                                        {"params", access.auth_params},
                                        {"trust", access.tls.trust_file},
                                        {"insecure", access.tls.allow_insecure},
                                        {"verify_host", access.tls.verify_host}});
  return command;
}

}  // namespace functionmesh::pulsar
