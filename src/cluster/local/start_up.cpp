#include "cluster/local/start_up.hpp"

#include <unistd.h>

#include <cstdlib>

#include "base/quantity.hpp"
#include "cluster/local/container_command.hpp"
#include "cluster/local/surroundings.hpp"
#include "cluster/local/workload.hpp"

namespace functionmesh::local {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using base::Json;

namespace {

using Outcome = std::expected<StartUp, Waiting>;
using Variables = std::map<std::string, std::string>;

/// What the JVM of a container without a memory limit takes for the machine's memory here.
constexpr std::int64_t default_memory = std::int64_t{1} << 30U;

std::unexpected<Waiting> waiting(std::string reason, std::string message) {
  return std::unexpected(Waiting{std::move(reason), std::move(message)});
}

std::string inherited(const char* name, const std::string& fallback = {}) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : fallback;
}

/// What a process has from this machine before the resource says anything.
Variables machine_variables(const Surroundings& surroundings) {
  Variables variables;
  for (const char* name : {"HOME", "LANG", "TMPDIR", "JAVA_HOME"}) {
    if (const std::string value = inherited(name); !value.empty()) {
      variables[name] = value;
    }
  }
  std::string path = inherited("PATH", "/usr/local/bin:/usr/bin:/bin");
  if (!surroundings.options.python.empty()) {
    path = surroundings.options.python.parent_path().string() + ":" + path;
  }
  if (variables.contains("JAVA_HOME")) {
    path = variables["JAVA_HOME"] + "/bin:" + path;
  }
  variables["PATH"] = path;
  return variables;
}

/// pulsar-admin as a clean-up script calls it needs little, and should start soon.
void set_admin_defaults(Variables& variables, const PodFolder& folder) {
  variables["PULSAR_MEM"] = "-Xmx128m -XX:MaxDirectMemorySize=128m";
  variables["PULSAR_GC"] = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1";
  variables["PULSAR_GC_LOG"] = " ";
  variables["PULSAR_LOG_DIR"] = folder.pulsar() / "logs";
}

bool on_path(const std::string& program, const std::string& path) {
  std::size_t begin = 0;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find(':', begin), path.size());
    const fs::path candidate = fs::path(path.substr(begin, end - begin)) / program;
    if (::access(candidate.c_str(), X_OK) == 0) {
      return true;
    }
    begin = end + 1;
  }
  return false;
}

std::int64_t memory_limit(const Json& container) {
  const std::string_view limit = base::text_at(container, {"resources", "limits", "memory"});
  if (limit.empty()) {
    return base::number_at(container, {"resources", "limits", "memory"}, default_memory);
  }
  const auto quantity = base::Quantity::parse(limit);
  return quantity ? quantity->units() : default_memory;
}

/// The JVM has the memory that its container would have, and unpacks connectors where the next
/// start finds them unpacked.
std::string java_options(const Json& container, const Surroundings& surroundings) {
  const fs::path temporary = surroundings.options.state_folder / "tmp";
  std::error_code ignored;  // the JVM says what is wrong with it
  fs::create_directories(temporary, ignored);
  return "-XX:MaxRAM=" + std::to_string(memory_limit(container)) +
         " -Djava.io.tmpdir=" + temporary.string();
}

/// Where the script's file is below the container's /pulsar; nullopt when it is elsewhere.
std::optional<fs::path> place_in_pulsar(const std::string& named) {
  constexpr std::string_view home = "/pulsar/";
  if (named.starts_with(home)) {
    return fs::path(named.substr(home.size()));
  }
  return named.starts_with('/') ? std::nullopt : std::optional(fs::path(named));
}

class Preparation {
 public:
  Preparation(Surroundings& surroundings, const Workload& workload, PodFolder& folder,
              InstancePorts ports)
      : surroundings_(surroundings), workload_(workload), folder_(folder) {
    names_.paths["/pulsar"] = folder.pulsar();
    names_.python = surroundings.options.python;
    names_.grpc_port = ports.grpc;
    names_.metrics_port = ports.metrics;
  }

  asio::awaitable<Outcome> run(const Json& pod) {
    const Json* container = workload_.container();
    const std::string script = workload_.script();
    if (container == nullptr || script.empty()) {
      co_return waiting("UnsupportedCommand",
                        "only containers with a command of the form [shell, -c, script] run here");
    }
    auto environment = environment_of(pod, *container, workload_.configs());
    if (!environment) {
      co_return waiting("CreateContainerConfigError", environment.error());
    }
    if (const auto prepared = folder_.prepare(); !prepared) {
      co_return waiting("PodFolderFailed", prepared.error().message);
    }
    if (auto problem = mount_all(environment->mounts)) {
      co_return std::unexpected(*problem);
    }
    Variables variables = machine_variables(surroundings_);
    set_admin_defaults(variables, folder_);
    for (const auto& [name, value] : environment->variables) {
      variables[name] = local_paths(value, names_);
    }
    if (runs_java(script) && !on_path("java", variables["PATH"])) {
      co_return waiting("JavaMissing",
                        "there is no java on the PATH nor in JAVA_HOME: install Java 17 or newer");
    }
    if (auto problem = co_await bring_code(variables)) {
      co_return std::unexpected(*problem);
    }
    names_.java_options = java_options(*container, surroundings_);
    co_return finish(*container, script, std::move(variables));
  }

 private:
  std::optional<Waiting> mount_all(const std::vector<Mount>& mounts) {
    for (const Mount& mount : mounts) {
      const auto place = folder_.mount(mount);
      if (!place) {
        return Waiting{"MountFailed", place.error().message};
      }
      names_.paths[mount.path] = *place;
    }
    return std::nullopt;
  }

  /// Puts the user's code where the script names it.
  asio::awaitable<std::optional<Waiting>> bring_code(const Variables& variables) {
    const Workload::Code& code = workload_.code();
    if (code.named.empty()) {
      co_return std::nullopt;
    }
    fs::path file = code.copy;
    if (!code.location.empty()) {
      const auto package =
          co_await surroundings_.packages.get(code.location, code.named, variables);
      if (!package) {
        co_return Waiting{"PackageNotFetched", code.location + ": " + package.error().message};
      }
      file = *package;
    }
    if (file.empty()) {
      co_return Waiting{"FunctionFileMissing", code.problem};
    }
    const auto place = place_in_pulsar(code.named);
    if (!place) {
      names_.paths[code.named] = file;
      co_return std::nullopt;
    }
    const auto linked = folder_.link(*place, file);
    if (!linked) {
      co_return Waiting{"FunctionFileMissing", linked.error().message};
    }
    co_return std::nullopt;
  }

  StartUp finish(const Json& container, const std::string& script, Variables variables) const {
    StartUp result;
    result.broker_url = variables["brokerServiceURL"];
    result.command.arguments = {std::string{container.at("command").as_array()[0].as_string()},
                                "-c", local_script(script, names_)};
    result.command.environment = std::move(variables);
    result.command.folder = folder_.pulsar();
    return result;
  }

  Surroundings& surroundings_;
  const Workload& workload_;
  PodFolder& folder_;
  LocalNames names_;
};

}  // namespace

asio::awaitable<Outcome> start_up(Surroundings& surroundings, Workload workload, const Json& pod,
                                  PodFolder& folder, InstancePorts ports) {
  co_return co_await Preparation(surroundings, workload, folder, ports).run(pod);
}

}  // namespace functionmesh::local
