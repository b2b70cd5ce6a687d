#include "plan/pulsar_checks.hpp"

#include <algorithm>
#include <set>

#include "api/resource.hpp"
#include "inspect/pulsar_of.hpp"
#include "plan/claims.hpp"
#include "pulsar/admin.hpp"
#include "view/flows.hpp"

namespace functionmesh::plan {
namespace {

using base::Error;
using Kind = Finding::Kind;

constexpr std::chrono::seconds kTimeout{3};

Key key_of(const api::Component& component) {
  return {std::string{api::kind_name(component.kind)}, component.metadata.namespace_,
          component.metadata.name};
}

std::vector<std::string> packages_of(const api::ComponentSpec& spec) {
  std::vector<std::string> all;
  for (const std::string& location :
       {spec.java ? spec.java->jar_location : "", spec.python ? spec.python->py_location : "",
        spec.golang ? spec.golang->go_location : "",
        spec.generic_runtime ? spec.generic_runtime->function_file_location : ""}) {
    if (location.starts_with("function://") || location.starts_with("source://") ||
        location.starts_with("sink://")) {
      all.push_back(location);
    }
  }
  return all;
}

/// Asks each Pulsar cluster about each thing once.
class Checks {
 public:
  Checks(Forecast& forecast, std::string web) : forecast_{forecast}, web_{std::move(web)} {}

  asio::awaitable<std::vector<Finding>> run(const std::vector<Part>& parts) {
    for (const Part& part : parts) {
      const api::ComponentSpec& spec = part.component.spec;
      if (spec.pulsar) {
        if (pulsar::Admin* admin = co_await admin_of(part, *spec.pulsar)) {
          co_await check_topics(*admin, part);
        }
      }
      const auto& service = spec.pulsar_package_service ? spec.pulsar_package_service : spec.pulsar;
      const std::vector<std::string> packages = packages_of(spec);
      if (service && !packages.empty()) {
        if (pulsar::Admin* admin = co_await admin_of(part, *service)) {
          for (const std::string& package : packages) {
            co_await check_package(*admin, package, key_of(part.component));
          }
        }
      }
    }
    co_return std::move(findings_);
  }

 private:
  void tell(Kind kind, std::string subject, std::string message) {
    Finding finding{kind, std::move(subject), std::move(message)};
    if (std::ranges::find(findings_, finding) == findings_.end()) {
      findings_.push_back(std::move(finding));
    }
  }

  /// nullptr after having said why it cannot be asked.
  asio::awaitable<pulsar::Admin*> admin_of(const Part& part, const api::PulsarMessaging messaging) {
    const std::string& in = part.component.metadata.namespace_;
    const auto found = admins_.find({in, messaging.pulsar_config});
    if (found != admins_.end()) {
      co_return found->second.get();
    }
    std::unique_ptr<pulsar::Admin>& place = admins_[{in, messaging.pulsar_config}];
    const auto access = co_await inspect::pulsar_of(forecast_, in, messaging, web_);
    const std::string subject = "Pulsar of ConfigMap/" + in + "/" + messaging.pulsar_config;
    if (!access) {
      tell(Kind::note, subject, "not asked about topics and packages: " + access.error().message);
      co_return nullptr;
    }
    auto admin = std::make_unique<pulsar::Admin>(*access, kTimeout);
    if (const auto healthy = co_await admin->healthy(); !healthy) {
      tell(Kind::note, subject,
           "not asked about topics and packages: " + healthy.error().message +
               (web_.empty() ? " (--pulsar-web says where it is reached from here)" : ""));
      co_return nullptr;
    }
    place = std::move(admin);
    co_return place.get();
  }

  asio::awaitable<void> check_topics(pulsar::Admin& admin, const Part& part) {
    const std::vector<Claim> claims = claims_of(part.component, "");
    for (const view::Flow& flow : view::flows_of(part.component)) {
      const auto topic = pulsar::Topic::parse(flow.topic);
      if (flow.role == view::Flow::Role::reads_pattern || !topic) {
        continue;
      }
      const std::string subject = "topic " + flow.topic;
      const auto stats = co_await admin.topic_stats(*topic);
      if (!stats && stats.error().code == Error::Code::not_found) {
        tell(Kind::note, subject,
             "does not exist yet: the broker makes it at its first use, if it is set to");
        continue;
      }
      if (!stats) {
        tell(Kind::warning, subject, stats.error().message);
        continue;
      }
      tell(Kind::good, subject,
           stats->partitions > 0 ? std::to_string(stats->partitions) + " partitions" : "");
      for (const Claim& claim : claims) {
        const auto found = stats->subscriptions.find(claim.subscription);
        if (claim.topic == flow.topic && found != stats->subscriptions.end()) {
          check_subscription(part, claim, found->second);
        }
      }
    }
  }

  void check_subscription(const Part& part, const Claim& claim,
                          const pulsar::SubscriptionStats& stats) {
    if (stats.consumers == 0 || stats.type == claim.type || stats.type == "None") {
      return;
    }
    const std::string subject = "subscription " + claim.subscription + " of " + claim.topic;
    const std::string now = std::to_string(stats.consumers) +
                            (stats.consumers == 1 ? " consumer has" : " consumers have") +
                            " it as " + stats.type + ", " + cluster::to_string(claim.by) +
                            " wants it as " + claim.type;
    if (reads_so_now(part, claim, stats.type)) {
      tell(Kind::warning, subject,
           now +
               ": its instances restart one by one, and the first new ones are refused until the "
               "last old one ended; scale it to 0 in between");
    } else {
      tell(Kind::problem, subject, now + ": Pulsar refuses that; another subscriptionName helps");
    }
  }

  /// Whether the consumers that are there are this component's own, before the change.
  static bool reads_so_now(const Part& part, const Claim& claim, const std::string& type) {
    if (part.before == nullptr) {
      return false;
    }
    api::Resource resource = api::decode(*part.before).resource;
    api::set_defaults(resource);
    const auto* before = std::get_if<api::Component>(&resource);
    return before != nullptr && std::ranges::any_of(claims_of(*before, ""), [&](const Claim& had) {
             return had.topic == claim.topic && had.subscription == claim.subscription &&
                    had.type == type;
           });
  }

  asio::awaitable<void> check_package(pulsar::Admin& admin, const std::string location,
                                      const Key by) {
    const auto package = pulsar::PackageName::parse(location);
    if (!package) {
      co_return;  // validation has told
    }
    const auto versions = co_await admin.package_versions(*package);
    const bool missing = !versions && versions.error().code == Error::Code::not_found;
    if (!versions && !missing) {
      tell(Kind::warning, "package " + location, versions.error().message);
      co_return;
    }
    const bool there =
        versions && (package->version == "latest"
                         ? !versions->empty()
                         : std::ranges::find(*versions, package->version) != versions->end());
    if (there) {
      tell(Kind::good, "package " + location, "");
    } else {
      tell(Kind::problem, "package " + location,
           "does not exist: instances of " + cluster::to_string(by) + " cannot start without it");
    }
  }

  Forecast& forecast_;
  std::string web_;
  std::vector<Finding> findings_;
  /// By namespace and ConfigMap; nullptr: cannot be asked.
  std::map<std::pair<std::string, std::string>, std::unique_ptr<pulsar::Admin>> admins_;
};

}  // namespace

asio::awaitable<std::vector<Finding>> check_pulsar(Forecast& forecast,
                                                   const std::vector<Part>& parts,
                                                   std::string pulsar_web) {
  Checks checks{forecast, std::move(pulsar_web)};
  co_return co_await checks.run(parts);
}

}  // namespace functionmesh::plan
