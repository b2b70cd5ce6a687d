#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

/// The commands of the program: options as the command line gives them, and what runs them.
///
/// Each returns the exit code of the process and writes to stdout what was asked for, to stderr
/// everything else.
namespace functionmesh::cli {

/// What an exit code means, for every command.
enum Exit : int {
  kOk = 0,
  kProblems = 1,  ///< what was given, or what it was asked of, is not in order
  kUsage = 2,     ///< the command line is wrong
  kChanges = 3,   ///< plan only: all is in order, and something would change
};

struct ValidateOptions {
  std::vector<std::string> files;
  std::string output = "text";  ///< text or json
};
int validate(const ValidateOptions& options);

struct RenderOptions {
  std::vector<std::string> files;
  std::string operator_config;
  std::string output = "yaml";  ///< yaml or json
};
int render(const RenderOptions& options);

struct GraphOptions {
  std::vector<std::string> files;
  std::string output = "mermaid";  ///< mermaid, dot, svg or text
};
int graph(const GraphOptions& options);

struct CrdsOptions {
  std::string kind;             ///< "Function", ...; empty: all
  std::string output = "yaml";  ///< yaml or json
};
int crds(const CrdsOptions& options);

struct OperatorOptions {
  std::vector<std::string> arguments;  ///< as they are: it reads them as Go programs do
};
int run_operator(const OperatorOptions& options);

struct DevOptions {
  std::vector<std::string> files;
  std::string pulsar;      ///< pulsar://host:port of a running broker; empty: start one
  std::string pulsar_web;  ///< its http://host:port; empty: the same host, port 8080
  std::string state;
  std::string runner_home;
  int seconds = 0;     ///< end by itself after this time; 0: until it is told to
  std::string output;  ///< table or lines; empty: table on a terminal, else lines
};
int dev(const DevOptions& options);

/// What all commands that talk to a running `dev` share.
struct ClientOptions {
  std::string state;
  std::string namespace_ = "default";
};

struct GetOptions : ClientOptions {
  std::string kind;
  std::string name;
  std::string output = "table";  ///< table, json or yaml
};
int get(const GetOptions& options);

struct DescribeOptions : ClientOptions {
  std::string kind;
  std::string name;
};
int describe(const DescribeOptions& options);

struct LogsOptions : ClientOptions {
  std::string name;  ///< of a component or a pod
  bool follow = false;
  bool previous = false;
  int tail = -1;  ///< last lines of each instance; -1: all
};
int logs(const LogsOptions& options);

struct ScaleOptions : ClientOptions {
  std::string kind;
  std::string name;
  int replicas = 1;
};
int scale(const ScaleOptions& options);

struct DeleteOptions : ClientOptions {
  std::vector<std::string> files;
  std::string kind;
  std::string name;
};
int remove(const DeleteOptions& options);

struct ApplyOptions : ClientOptions {
  std::vector<std::string> files;
};
int apply(const ApplyOptions& options);

struct TopicOptions {
  std::string state;
  std::string runner_home;
  std::string cluster;  ///< ConfigMap that names the Pulsar cluster; empty: the one dev uses
  std::string pulsar;   ///< pulsar://host:port instead
  std::string topic;
};

struct SendOptions : TopicOptions {
  std::vector<std::string> messages;
  std::string key;
  int count = 1;
  double rate = 0;  ///< messages a second; 0: as fast as it goes
};
int send(const SendOptions& options);

struct TailOptions : TopicOptions {
  std::string from = "latest";  ///< latest or earliest
  int count = 0;                ///< end after so many; 0: never
  std::string output = "text";  ///< text or json
};
int tail(const TailOptions& options);

/// What all commands that talk to a Kubernetes cluster share.
struct ClusterOptions {
  std::string kubeconfig;
  std::string context;
  std::string namespace_;  ///< empty: that of the context
  bool all_namespaces = false;
};

struct PlanOptions : ClusterOptions {
  std::vector<std::string> files;
  std::string pulsar_web;  ///< instead of what ConfigMaps name; empty: those
  std::string operator_config;
  std::string output = "text";  ///< text or json
};
int plan(const PlanOptions& options);

struct TakeoverOptions : ClusterOptions {
  std::vector<std::string> files;  ///< a dump of a cluster's objects; empty: ask the cluster
  std::string operator_config;
  std::string output = "text";  ///< text or json
};
int takeover(const TakeoverOptions& options);

/// Reads the command line and runs what it says.
int run(int argc, char** argv);

}  // namespace functionmesh::cli
