#include <boost/asio/co_spawn.hpp>
#include <charconv>
#include <map>
#include <memory>
#include <set>

#include "base/url.hpp"
#include "cli/mesh_target.hpp"
#include "cli/terminal.hpp"
#include "cluster/kubernetes/answer.hpp"
#include "inspect/log_lines.hpp"
#include "inspect/subject.hpp"
#include "view/status.hpp"
#include "view/text.hpp"

namespace functionmesh::cli {
namespace {

namespace asio = boost::asio;
using base::Error;
using base::Json;
using base::Result;
using cluster::Key;
using cluster::Object;

/// Nothing is written for as long as this: the connection may be dead, so another one is made.
constexpr std::chrono::minutes kLongestSilence{10};
constexpr std::chrono::milliseconds kLookAgain{1'000};

std::optional<std::chrono::seconds> duration_of(std::string_view text) {
  const std::map<char, int> units{{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
  std::chrono::seconds sum{0};
  if (text.empty()) {
    return std::nullopt;
  }
  while (!text.empty()) {
    int count = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), count);
    const auto unit = end == text.end() ? units.end() : units.find(*end);
    if (error != std::errc{} || count < 0 || unit == units.end()) {
      return std::nullopt;
    }
    sum += std::chrono::seconds{std::int64_t{count} * unit->second};
    text.remove_prefix(static_cast<std::size_t>(end - text.begin()) + 1);
  }
  return sum;
}

/// The container that runs the function, among sidecars.
std::string container_of(const Json& pod) {
  std::string first;
  for (const Json& container : view::array_at(pod, {"spec", "containers"})) {
    const std::string name{base::text_at(container, {"name"})};
    if (name.starts_with("pulsar-")) {
      return name;
    }
    first = first.empty() ? name : first;
  }
  return first;
}

/// The logs of all instances of some components, each line with its instance's name before it.
class Logs : public std::enable_shared_from_this<Logs> {
 public:
  Logs(Session& session, const MeshLogsOptions& options, std::optional<std::chrono::seconds> since)
      : session_{session}, options_{options}, since_{since}, colour_{wants_colour(stdout)} {}

  asio::awaitable<int> run() {
    const auto target = target_of(options_.target);
    if (!target) {
      print_error(target.error().message);
      co_return kProblems;
    }
    Result<std::vector<Object>> pods = co_await pods_of(*target);
    if (!pods) {
      print_error(pods.error().message);
      co_return kProblems;
    }
    if (pods->empty() && !options_.follow) {
      print_error("it has no instances now");
      co_return kProblems;
    }
    several_ = pods->size() > 1 || options_.follow;
    if (!options_.follow) {
      for (const Object& pod : *pods) {
        co_await print_log(cluster::key_of(*pod), container_in(*pod), prefix_of(*pod));
      }
      co_return code_;
    }
    // Instances come and go; each is followed for as long as it is there.
    while (!session_.client.stopped()) {
      if (pods) {
        for (const Object& pod : *pods) {
          follow(*pod);
        }
      } else if (pods.error().code != Error::Code::unavailable) {
        print_error(pods.error().message);
        break;
      }
      co_await session_.client.pause(kLookAgain);
      pods = co_await pods_of(*target);
    }
    co_return code_;
  }

 private:
  asio::awaitable<Result<std::vector<Object>>> pods_of(const Target& target) {
    if (target.kind == "Pod") {
      co_return co_await find_target(session_, target);
    }
    const auto components = co_await components_of(session_, target);
    if (!components) {
      co_return std::unexpected(components.error());
    }
    std::vector<Object> all;
    for (const Object& component : *components) {
      const auto pods = co_await inspect::pods_of(session_.reader, component);
      if (!pods) {
        co_return std::unexpected(pods.error());
      }
      all.insert(all.end(), pods->begin(), pods->end());
    }
    co_return all;
  }

  std::string container_in(const Json& pod) const {
    return options_.container.empty() ? container_of(pod) : options_.container;
  }

  std::string prefix_of(const Json& pod) {
    const std::string name = view::name_of(pod);
    const auto at = numbers_.emplace(name, numbers_.size()).first;
    return several_ ? instance_prefix(name, at->second, colour_) : std::string{};
  }

  void follow(const Json& pod) {
    const std::string uid{base::text_at(pod, {"metadata", "uid"})};
    if (base::text_at(pod, {"status", "phase"}) == "Pending" || !followed_.insert(uid).second) {
      return;
    }
    asio::co_spawn(session_.loop,
                   print_log(cluster::key_of(pod), container_in(pod), prefix_of(pod)),
                   [keep = shared_from_this()](const std::exception_ptr& bug) {
                     if (bug != nullptr) {
                       std::rethrow_exception(bug);
                     }
                   });
  }

  std::string query(const std::string& container, const inspect::LogLines& lines) const {
    std::string query = "?timestamps=true&container=" + base::url_encode(container);
    query += options_.follow ? "&follow=true" : "";
    query += options_.previous ? "&previous=true" : "";
    if (const std::string since = lines.since(); !since.empty()) {
      return query + "&sinceTime=" + base::url_encode(since);
    }
    if (options_.tail >= 0) {
      query += "&tailLines=" + std::to_string(options_.tail);
    }
    if (since_) {
      query += "&sinceSeconds=" + std::to_string(std::max<std::int64_t>(since_->count(), 1));
    }
    return query;
  }

  /// The log of one pod, once or for as long as the pod is there.
  asio::awaitable<void> print_log(Key pod, std::string container, std::string prefix) {
    inspect::LogLines lines{[&](std::string_view time, std::string_view text) {
      std::string line = prefix;
      if (options_.timestamps) {
        line += std::string{time} + " ";
      }
      print(line + std::string{text} + "\n");
    }};
    const std::string path = "/api/v1/namespaces/" + pod.namespace_ + "/pods/" + pod.name + "/log";
    while (!session_.client.stopped()) {
      const auto answer = co_await session_.client.stream(
          {.target = path + query(container, lines)},
          [&](std::string_view bytes) -> Result<void> {
            lines.feed(bytes);
            if (std::ferror(stdout) != 0) {
              session_.client.stop();  // whoever read it has gone
            }
            return {};
          },
          kLongestSilence);
      lines.end();
      if (!options_.follow) {
        note(pod, answer);
        co_return;
      }
      if (answer && answer->status != 200 && answer->status != 400 && answer->status < 500) {
        if (answer->status != 404) {
          note(pod, answer);
        }
        co_return;
      }
      co_await session_.client.pause(kLookAgain);
    }
  }

  void note(const Key& pod, const Result<kubernetes::Response>& answer) {
    if (answer && answer->status == 200) {
      return;
    }
    const Error error =
        answer ? kubernetes::error_of("log of " + pod.name, *answer)
               : Error{answer.error().code, "log of " + pod.name + ": " + answer.error().message};
    print_error(error.message);
    code_ = kProblems;
  }

  Session& session_;
  const MeshLogsOptions& options_;
  const std::optional<std::chrono::seconds> since_;
  const bool colour_;
  bool several_ = true;
  int code_ = kOk;
  std::map<std::string, std::size_t> numbers_;  ///< of instances, for their colours
  std::set<std::string> followed_;              ///< uids
};

asio::awaitable<int> logs_in(Session& session, const MeshLogsOptions& options,
                             std::optional<std::chrono::seconds> since) {
  // Streams that are still open when this ends need it too.
  const auto logs = std::make_shared<Logs>(session, options, since);
  co_return co_await logs->run();
}

}  // namespace

int mesh_logs(const MeshLogsOptions& options) {
  const auto since = duration_of(options.since);
  if (!options.since.empty() && !since) {
    print_error("--since: expected a time such as 30s, 5m or 1h30m");
    return kUsage;
  }
  return with_cluster(options, [&](Session& session) { return logs_in(session, options, since); });
}

}  // namespace functionmesh::cli
