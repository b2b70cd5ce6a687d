#include "plan/plan.hpp"

#include "base/clock.hpp"
#include "cli/cluster_session.hpp"
#include "cli/commands.hpp"
#include "cli/operator_settings.hpp"
#include "cli/problems.hpp"
#include "cli/terminal.hpp"
#include "cluster/kubernetes/reader.hpp"
#include "manifest/manifests.hpp"
#include "plan/report.hpp"

namespace functionmesh::cli {
namespace {

namespace asio = boost::asio;
using base::Json;

/// As kubectl: what does not say its namespace goes where the user is.
void complete_namespaces(manifest::Manifests& manifests, const std::string& namespace_) {
  for (manifest::Manifest& manifest : manifests.objects) {
    Json* metadata = base::find(manifest.object, {"metadata"});
    if (metadata != nullptr && metadata->is_object() &&
        base::text_at(*metadata, {"namespace"}).empty()) {
      metadata->get_object()["namespace"] = namespace_;
    }
  }
}

asio::awaitable<base::Result<plan::Plan>> ask(kubernetes::Client& client, std::vector<Json> objects,
                                              const reconcile::Policy& policy,
                                              asio::any_io_executor executor) {
  const base::SystemClock clock;
  kubernetes::Reader facts{client};
  auto made = co_await plan::make_plan(facts, std::move(objects), policy, executor, clock);
  client.stop();
  co_return made;
}

}  // namespace

int plan(const PlanOptions& options) {
  const auto settings = read_operator_settings(options.operator_config);
  auto access = access_of(options);
  if (!access) {
    print_error(access.error().message);
  }
  if (!settings || !access) {
    return kProblems;
  }
  manifest::Manifests manifests = manifest::read_manifests(options.files);
  complete_namespaces(manifests, namespace_in(options, *access));
  const std::vector<manifest::Checked> all = manifest::check(manifests.objects);
  if (!print_problems(manifests, all)) {
    return kProblems;
  }
  std::vector<Json> objects;
  for (const manifest::Checked& checked : all) {
    if (manifest::sort_of(checked.manifest->object) != manifest::Sort::foreign) {
      objects.push_back(checked.manifest->object);
    }
  }
  asio::io_context loop;
  kubernetes::Client client{loop.get_executor(), std::move(*access)};
  const auto made =
      run_on(loop, ask(client, std::move(objects), {.render = *settings}, loop.get_executor()));
  if (!made) {
    print_error(made.error().message);
    return kProblems;
  }
  print(options.output == "json"
            ? base::write_json(plan::json_of(*made), base::Layout::indented) + "\n"
            : plan::text_of(*made, terminal_width(), wants_colour(stdout)));
  if (plan::has_problems(*made)) {
    return kProblems;
  }
  return plan::is_change(*made) ? kChanges : kOk;
}

}  // namespace functionmesh::cli
