#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <cstdio>

#include "base/environment.hpp"
#include "base/log.hpp"
#include "cluster/kubernetes/access/find_access.hpp"
#include "operator/operator.hpp"
#include "operator/settings.hpp"

namespace functionmesh::process {
namespace {

using base::Level;
using base::log;

/// Exit codes, as those of the other commands.
constexpr int kOk = 0;
constexpr int kProblem = 1;
constexpr int kUsage = 2;

void set_up_log(const Options& options, const std::map<std::string, std::string>& environment) {
  const bool json = options.log_format == "json";
  const auto terminal = environment.find("TERM");
  const bool dumb = terminal == environment.end() || terminal->second == "dumb";
  base::set_up_log(
      {.least = *base::level_of(options.log_level),
       .format = json ? base::LogFormat::json : base::LogFormat::text,
       .colour = !dumb && ::isatty(STDERR_FILENO) == 1 && !environment.contains("NO_COLOR")});
}

int problem(const std::string& what) {
  log(Level::error, "the operator cannot start", {{"error", what}});
  return kProblem;
}

}  // namespace

int run(const std::vector<std::string>& arguments) {
  const auto environment = base::process_environment();
  const auto read = read_options(arguments, environment);
  if (!read) {
    std::fprintf(stderr, "error: %s\n", read.error().message.c_str());
    return kUsage;
  }
  const Options& options = read->options;
  if (options.help) {
    std::fputs(usage().c_str(), stdout);
    return kOk;
  }
  if (options.version) {
    std::puts("functionmesh " FM_VERSION);
    return kOk;
  }
  set_up_log(options, environment);
  for (const std::string& warning : read->warnings) {
    log(Level::warning, warning);
  }
  auto policy = read_policy(options);
  if (!policy) {
    return problem(policy.error().message);
  }
  for (const std::string& warning : policy->warnings) {
    log(Level::warning, warning);
  }
  auto access = kubernetes::find_access(
      {.kubeconfig = options.kubeconfig, .context = options.context}, {.environment = environment});
  if (!access) {
    return problem(access.error().message);
  }
  log(Level::info, "functionmesh operator begins",
      {{"version", FM_VERSION},
       {"cluster", access->description},
       {"server", base::to_string(access->server)},
       {"namespace", options.watched_namespace.empty() ? "all" : options.watched_namespace}});
  if (access->allow_insecure) {
    log(Level::warning,
        "the kubeconfig says not to verify the API server: anybody on the way can "
        "be it");
  }

  boost::asio::io_context loop{1};
  Operator operator_{options, std::move(policy->policy), std::move(*access), loop};
  int code = kProblem;
  boost::asio::co_spawn(loop, operator_.run(), [&](const std::exception_ptr& bug, int ended) {
    if (bug) {
      std::rethrow_exception(bug);
    }
    code = ended;
    loop.stop();
  });
  loop.run();
  return code;
}

}  // namespace functionmesh::process
