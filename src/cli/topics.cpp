#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>

#include "cli/commands.hpp"
#include "cli/terminal.hpp"
#include "dev/control.hpp"
#include "dev/folders.hpp"
#include "pulsar/client_command.hpp"

extern char** environ;

/// send and tail: this process becomes a Pulsar client.
namespace functionmesh::cli {
namespace {

using base::Json;
using base::Result;

Result<pulsar::Access> access_to(const std::string& broker) {
  pulsar::Access access;
  access.broker_url = broker;
  return access;
}

/// The broker of the running dev that a ConfigMap names, or the only one that there is.
Result<pulsar::Access> access_of_dev(const TopicOptions& options) {
  const auto maps = dev::call(
      dev::state_folder(options.state),
      base::JsonObject{
          {"verb", "list"}, {"kinds", base::JsonArray{"ConfigMap"}}, {"name", options.cluster}});
  if (!maps) {
    return std::unexpected(maps.error());
  }
  std::set<std::string> brokers;
  std::string names;
  for (const Json& map : maps->as_array()) {
    const std::string_view broker = base::text_at(map, {"data", "brokerServiceURL"});
    if (!broker.empty() && brokers.emplace(broker).second) {
      names += (names.empty() ? "" : ", ") + std::string{base::text_at(map, {"metadata", "name"})};
    }
  }
  if (brokers.empty()) {
    return base::fail(base::Error::Code::not_found,
                      options.cluster.empty()
                          ? "the running dev knows no Pulsar cluster: name one with --pulsar"
                          : "there is no ConfigMap " + options.cluster + " with brokerServiceURL");
  }
  if (brokers.size() > 1) {
    return base::fail(base::Error::Code::invalid,
                      "there are several Pulsar clusters: name one with --cluster: " + names);
  }
  return access_to(*brokers.begin());
}

/// Becomes the client that does the task; comes back only when that fails.
int become_client(const TopicOptions& options,
                  const std::variant<pulsar::Send, pulsar::Tail>& task) {
  const auto access = options.pulsar.empty()
                          ? access_of_dev(options)
                          : Result<pulsar::Access>{{.broker_url = options.pulsar}};
  const auto home = dev::runner_home(options.runner_home);
  if (!access || !home) {
    print_error(access ? home.error().message : access.error().message);
    return kProblems;
  }
  auto command = pulsar::client_command(dev::python_of(*home), *access, task);
  if (!command) {
    print_error(command.error().message);
    return kProblems;
  }
  std::vector<char*> arguments;
  for (std::string& argument : command->arguments) {
    arguments.push_back(argument.data());
  }
  arguments.push_back(nullptr);
  for (const auto& [name, value] : command->environment) {
    setenv(name.c_str(), value.c_str(), 1);
  }
  execvp(arguments.front(), arguments.data());
  print_error(command->arguments.front() + ": cannot be started: " + std::strerror(errno));
  return kProblems;
}

}  // namespace

int send(const SendOptions& options) {
  return become_client(options, pulsar::Send{.topic = options.topic,
                                             .messages = options.messages,
                                             .key = options.key,
                                             .count = options.count,
                                             .rate = options.rate});
}

int tail(const TailOptions& options) {
  return become_client(options, pulsar::Tail{.topic = options.topic,
                                             .from_earliest = options.from == "earliest",
                                             .count = options.count,
                                             .json = options.output == "json"});
}

}  // namespace functionmesh::cli
