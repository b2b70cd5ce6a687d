#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "cli/commands.hpp"
#include "cli/terminal.hpp"
#include "dev/control.hpp"
#include "dev/folders.hpp"

namespace functionmesh::cli {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// The output of one pod, read as it grows.
class PodLog {
 public:
  PodLog(std::string pod, fs::path file, std::string prefix)
      : pod_(std::move(pod)), file_(std::move(file)), prefix_(std::move(prefix)) {}

  const std::string& pod() const { return pod_; }

  /// Rotated files, the oldest first.
  void print_older() {
    for (int generation = 9; generation >= 1; --generation) {
      std::ifstream in{file_.string() + "." + std::to_string(generation)};
      for (std::string line; std::getline(in, line);) {
        print(prefix_ + line + "\n");
      }
    }
  }

  /// Begins so that only the last `lines` are printed; -1: all.
  void begin(int lines) {
    if (lines < 0) {
      return;
    }
    std::ifstream in{file_};
    std::vector<std::streamoff> starts{0};
    for (std::string line; std::getline(in, line);) {
      starts.push_back(starts.back() + static_cast<std::streamoff>(line.size()) + 1);
    }
    const std::size_t count = starts.size() - 1;
    offset_ = starts[count - std::min(count, static_cast<std::size_t>(lines))];
  }

  /// Prints what is new, a last line without its end only if not `whole_lines`; true if there was
  /// anything.
  bool print_new(bool whole_lines) {
    std::error_code gone;
    const auto size = static_cast<std::streamoff>(fs::file_size(file_, gone));
    if (gone || size == offset_) {
      return false;
    }
    if (size < offset_) {  // rotated: what is there now is all new
      offset_ = 0;
    }
    std::ifstream in{file_};
    in.seekg(offset_);
    bool any = false;
    for (std::string line; std::getline(in, line);) {
      if (in.eof() && whole_lines) {
        break;  // not a whole line yet
      }
      offset_ = in.eof() ? size : std::streamoff{in.tellg()};
      print(prefix_ + line + "\n");
      any = true;
    }
    return any;
  }

 private:
  std::string pod_;
  fs::path file_;
  std::string prefix_;
  std::streamoff offset_ = 0;
};

bool belongs(const base::Json& pod, const std::string& name) {
  const auto label = base::text_at(pod, {"metadata", "labels", "compute.functionmesh.io/name"});
  return base::text_at(pod, {"metadata", "name"}) == name || label == name;
}

std::vector<PodLog> logs_of(const base::Json& pods, const LogsOptions& options) {
  std::vector<PodLog> logs;
  const bool colour = wants_colour(stdout);
  const auto count = std::ranges::count_if(
      pods.as_array(), [&](const base::Json& pod) { return belongs(pod, options.name); });
  for (const base::Json& pod : pods.as_array()) {
    const auto file = base::text_at(pod, {"metadata", "annotations", "functionmesh.io/log-file"});
    if (belongs(pod, options.name) && !file.empty()) {
      const std::string name{base::text_at(pod, {"metadata", "name"})};
      logs.emplace_back(name, file, count > 1 ? instance_prefix(name, logs.size(), colour) : "");
    }
  }
  return logs;
}

}  // namespace

int logs(const LogsOptions& options) {
  const fs::path state = dev::state_folder(options.state);
  const base::Json request = base::JsonObject{
      {"verb", "list"}, {"kinds", base::JsonArray{"Pod"}}, {"namespace", options.namespace_}};
  const auto pods = dev::call(state, request);
  if (!pods) {
    print_error(pods.error().message);
    return kProblems;
  }
  std::vector<PodLog> all = logs_of(*pods, options);
  if (all.empty()) {
    print_error("no component or pod named " + options.name +
                " has written anything: see "
                "`functionmesh get pods`");
    return kProblems;
  }
  for (PodLog& log : all) {
    if (options.previous) {
      log.print_older();
    }
    log.begin(options.tail);
    log.print_new(options.follow);
  }
  while (options.follow) {
    bool any = false;
    for (PodLog& log : all) {
      any = log.print_new(true) || any;
    }
    if (std::ferror(stdout) != 0) {
      return kOk;  // whoever read it has gone
    }
    if (any) {
      continue;
    }
    std::this_thread::sleep_for(200ms);
    // Instances come and go as the component is scaled.
    const auto now = dev::call(state, request);
    if (!now) {
      return kOk;  // dev has ended, and with it the instances
    }
    for (PodLog& log : logs_of(*now, options)) {
      if (std::ranges::find(all, log.pod(), &PodLog::pod) == all.end()) {
        all.push_back(std::move(log));
      }
    }
  }
  return kOk;
}

}  // namespace functionmesh::cli
