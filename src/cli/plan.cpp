#include "plan/plan.hpp"

#include "base/clock.hpp"
#include "cli/cluster_session.hpp"
#include "cli/commands.hpp"
#include "cli/operator_settings.hpp"
#include "cli/problems.hpp"
#include "cli/terminal.hpp"
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

int tell(const plan::Plan& made, const std::string& format) {
  print(format == "json" ? base::write_json(plan::json_of(made), base::Layout::indented) + "\n"
                         : plan::text_of(made, terminal_width(), wants_colour(stdout)));
  if (plan::has_problems(made)) {
    return kProblems;
  }
  return plan::is_change(made) ? kChanges : kOk;
}

asio::awaitable<int> make_and_tell(Session& session, const PlanOptions& options,
                                   const render::Settings& settings) {
  manifest::Manifests manifests = manifest::read_manifests(options.files);
  complete_namespaces(manifests, session.namespace_);
  const std::vector<manifest::Checked> all = manifest::check(manifests.objects);
  if (!print_problems(manifests, all)) {
    co_return kProblems;
  }
  plan::Wish wish{.objects = {}, .policy = {.render = settings}, .pulsar_web = options.pulsar_web};
  for (const manifest::Checked& checked : all) {
    if (manifest::sort_of(checked.manifest->object) != manifest::Sort::foreign) {
      wish.objects.push_back(checked.manifest->object);
    }
  }
  const base::SystemClock clock;
  const auto made =
      co_await plan::make_plan(session.reader, std::move(wish), session.loop.get_executor(), clock);
  if (!made) {
    print_error(made.error().message);
    co_return kProblems;
  }
  co_return tell(*made, options.output);
}

}  // namespace

int plan(const PlanOptions& options) {
  const auto settings = read_operator_settings(options.operator_config);
  if (!settings) {
    return kProblems;
  }
  return with_cluster(options,
                      [&](Session& session) { return make_and_tell(session, options, *settings); });
}

}  // namespace functionmesh::cli
