#include <algorithm>

#include "base/clock.hpp"
#include "cli/cluster_session.hpp"
#include "cli/commands.hpp"
#include "cli/operator_settings.hpp"
#include "cli/terminal.hpp"
#include "cluster/kubernetes/kubernetes_cluster.hpp"
#include "cluster/local/memory_cluster.hpp"
#include "manifest/manifests.hpp"
#include "operator/watched_kinds.hpp"
#include "reconcile/survey.hpp"

namespace functionmesh::cli {
namespace {

namespace asio = boost::asio;
using reconcile::Outlook;
using Outlooks = base::Result<std::vector<Outlook>>;
using Verdict = Outlook::Verdict;

/// How long a cluster may take to tell all that there is.
constexpr std::chrono::seconds kLongestWait{30};
constexpr std::chrono::milliseconds kLookAgain{50};

std::string_view word_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::unchanged:
      return "unchanged";
    case Verdict::taken:
      return "taken over";
    case Verdict::attention:
      break;
  }
  return "ATTENTION";
}

Style style_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::unchanged:
      return Style::dim;
    case Verdict::taken:
      return Style::good;
    case Verdict::attention:
      break;
  }
  return Style::error;
}

/// What there is to say about one resource, in one line.
std::string remarks_on(const Outlook& outlook) {
  std::string text = outlook.attention;
  const auto add = [&text](const std::string& remark) {
    text += (text.empty() ? "" : "; ") + remark;
  };
  if (outlook.verdict == Verdict::taken) {
    add("metadata only, no pod is touched");
  }
  for (const std::string& action : outlook.actions) {
    add(action);
  }
  if (!outlook.waits.empty()) {
    add("differs and waits for the next change of the spec: " + outlook.waits);
  }
  return text;
}

struct Counts {
  std::size_t unchanged = 0;
  std::size_t taken = 0;
  std::size_t attention = 0;
  std::size_t waiting = 0;
};

Counts count(const std::vector<Outlook>& all) {
  Counts counts;
  for (const Outlook& outlook : all) {
    counts.unchanged += outlook.verdict == Verdict::unchanged ? 1 : 0;
    counts.taken += outlook.verdict == Verdict::taken ? 1 : 0;
    counts.attention += outlook.verdict == Verdict::attention ? 1 : 0;
    counts.waiting += outlook.waits.empty() ? 0 : 1;
  }
  return counts;
}

void print_text(const std::vector<Outlook>& all) {
  std::size_t widest = 0;
  for (const Outlook& outlook : all) {
    widest = std::max(widest, cluster::to_string(outlook.key).size());
  }
  const bool colour = wants_colour(stdout);
  for (const Outlook& outlook : all) {
    const std::string name = cluster::to_string(outlook.key);
    std::string word{word_of(outlook.verdict)};
    word.resize(word_of(Verdict::taken).size(), ' ');
    const std::string remarks = remarks_on(outlook);
    print(name + std::string(widest - name.size() + 2, ' ') +
          styled(word, style_of(outlook.verdict), colour) + (remarks.empty() ? "" : "  ") +
          remarks + "\n");
  }
  const Counts counts = count(all);
  print((all.empty() ? "" : "\n") + std::to_string(all.size()) +
        (all.size() == 1 ? " resource: " : " resources: ") + std::to_string(counts.taken) +
        " would be taken over without a restart, " + std::to_string(counts.unchanged) +
        " unchanged, " + std::to_string(counts.attention) + " need attention; in " +
        std::to_string(counts.waiting) + " something differs and waits\n");
}

void print_json(const std::vector<Outlook>& all) {
  base::JsonArray items;
  for (const Outlook& outlook : all) {
    items.push_back(base::JsonObject{
        {"object", cluster::to_string(outlook.key)},
        {"verdict", word_of(outlook.verdict)},
        {"actions", base::JsonArray(outlook.actions.begin(), outlook.actions.end())},
        {"waits", outlook.waits},
        {"attention", outlook.attention}});
  }
  const Counts counts = count(all);
  const base::JsonObject answer{{"items", std::move(items)},
                                {"takenOver", counts.taken},
                                {"unchanged", counts.unchanged},
                                {"needAttention", counts.attention},
                                {"waiting", counts.waiting}};
  print(base::write_json(answer, base::Layout::indented) + "\n");
}

bool is_object(const base::Json& object) {
  return !base::text_at(object, {"kind"}).empty() &&
         !base::text_at(object, {"metadata", "name"}).empty();
}

/// The dump's objects, as a cluster that is only read.
Outlooks survey_files(const TakeoverOptions& options, const reconcile::Policy& policy) {
  const manifest::Manifests manifests = manifest::read_manifests(options.files);
  if (!manifests.errors.empty()) {
    for (const std::string& error : manifests.errors) {
      print_error(error);
    }
    return base::fail(base::Error::Code::invalid, "the files cannot be read as they are");
  }
  asio::io_context loop;
  const base::SystemClock clock;
  local::MemoryCluster cluster{loop.get_executor(), clock};
  for (const manifest::Manifest& one : manifests.objects) {
    if (is_object(one.object)) {
      cluster.load(one.object);
    } else {
      print_warning(one.place_of("") + ": no object with a kind and a name: ignored here");
    }
  }
  return run_on(loop, reconcile::survey(cluster, policy, options.namespace_, clock.now()));
}

/// The kinds that cannot be read, with the reasons; empty when all can.
std::string unreadable(const kubernetes::KubernetesCluster& cluster) {
  std::string text;
  for (const kubernetes::KindState& state : cluster.states()) {
    if (!state.usable) {
      text += (text.empty() ? "" : "; ") + state.kind + "s cannot be read" +
              (state.problem.empty() ? "" : ": " + state.problem);
    }
  }
  return text;
}

asio::awaitable<Outlooks> survey_when_filled(kubernetes::KubernetesCluster& cluster,
                                             const reconcile::Policy& policy, std::string in,
                                             const base::Clock& clock) {
  const base::TimePoint end = clock.now() + kLongestWait;
  cluster.allow_writes_until(std::chrono::steady_clock::time_point::min());
  cluster.start();
  while (!cluster.filled() && clock.now() < end) {
    co_await cluster.client().pause(kLookAgain);
  }
  Outlooks outlooks = base::fail(base::Error::Code::unavailable, unreadable(cluster));
  if (cluster.filled()) {
    outlooks = co_await reconcile::survey(cluster, policy, in, clock.now());
  }
  co_await cluster.stop();
  co_return outlooks;
}

Outlooks survey_cluster(const TakeoverOptions& options, const reconcile::Policy& policy) {
  auto access = access_of(options);
  if (!access) {
    return std::unexpected(access.error());
  }
  const std::string in = namespace_in(options, *access);
  asio::io_context loop;
  const base::SystemClock clock;
  kubernetes::KubernetesCluster cluster{
      loop.get_executor(),
      std::move(*access),
      clock,
      {.namespace_ = in, .kinds = process::watched_kinds(), .instance = {}}};
  return run_on(loop, survey_when_filled(cluster, policy, in, clock));
}

}  // namespace

int takeover(const TakeoverOptions& options) {
  const auto settings = read_operator_settings(options.operator_config);
  if (!settings) {
    return kProblems;
  }
  const reconcile::Policy policy{.render = *settings};
  const Outlooks outlooks =
      options.files.empty() ? survey_cluster(options, policy) : survey_files(options, policy);
  if (!outlooks) {
    print_error(outlooks.error().message);
    return kProblems;
  }
  if (options.output == "json") {
    print_json(*outlooks);
  } else {
    print_text(*outlooks);
  }
  return count(*outlooks).attention == 0 ? kOk : kProblems;
}

}  // namespace functionmesh::cli
