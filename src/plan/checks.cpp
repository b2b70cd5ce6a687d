#include "plan/checks.hpp"

#include <set>

#include "api/resource.hpp"
#include "plan/claims.hpp"
#include "plan/pulsar_checks.hpp"
#include "plan/references.hpp"

namespace functionmesh::plan {
namespace {

using base::Error;
using Kind = Finding::Kind;

/// A need, and who has it.
struct Wanted {
  Need need;
  std::string by;
};

std::map<Key, Wanted> wanted_by(const std::vector<Part>& parts) {
  std::map<Key, Wanted> all;
  for (const Part& part : parts) {
    const std::string by = std::string{api::kind_name(part.component.kind)} + "/" +
                           part.component.metadata.namespace_ + "/" + part.component.metadata.name;
    Needs needs = needs_of(part.stateful_set);
    const std::string& in = part.component.metadata.namespace_;
    if (part.component.spec.pulsar) {
      Need& need = needs[{"ConfigMap", in, part.component.spec.pulsar->pulsar_config}];
      need.keys.insert({"brokerServiceURL", "webServiceURL"});
    }
    for (const auto& [key, need] : needs) {
      Wanted& wanted = all.try_emplace(key, Wanted{{}, by}).first->second;
      wanted.need.keys.insert(need.keys.begin(), need.keys.end());
      wanted.need.optional = wanted.need.optional && need.optional;
    }
  }
  return all;
}

std::string missing_keys(const Json& object, const std::set<std::string>& keys) {
  std::string missing;
  for (const std::string& key : keys) {
    const bool there = base::find(object, {"data", key}) != nullptr ||
                       base::find(object, {"stringData", key}) != nullptr ||
                       base::find(object, {"binaryData", key}) != nullptr;
    missing += there ? "" : (missing.empty() ? "" : ", ") + key;
  }
  return missing;
}

asio::awaitable<Finding> look_for(Forecast& forecast, const Key key, const Wanted wanted) {
  const std::string subject = cluster::to_string(key);
  const Result<Object> found = co_await forecast.get(key);
  if (!found && found.error().code == Error::Code::not_found) {
    co_return wanted.need.optional
        ? Finding{Kind::note, subject, "does not exist; " + wanted.by + " does without it"}
        : Finding{Kind::problem, subject,
                  "does not exist: instances of " + wanted.by + " cannot start without it"};
  }
  if (!found && found.error().code == Error::Code::forbidden) {
    co_return Finding{Kind::warning, subject, "no right to see whether it exists"};
  }
  if (!found) {
    co_return Finding{Kind::warning, subject, found.error().message};
  }
  const std::string missing = missing_keys(**found, wanted.need.keys);
  if (!missing.empty()) {
    co_return Finding{Kind::problem, subject,
                      "has no key " + missing + ", which " + wanted.by + " needs"};
  }
  const bool fresh = co_await forecast.fact(key) == nullptr;
  co_return Finding{Kind::good, subject, fresh ? "comes with these files" : ""};
}

/// Which Pulsar a component is on: what its ConfigMap says, or else which ConfigMap it is.
asio::awaitable<std::string> pulsar_name_of(Forecast& forecast, const api::Component component) {
  if (!component.spec.pulsar) {
    co_return "";
  }
  const Key key{"ConfigMap", component.metadata.namespace_, component.spec.pulsar->pulsar_config};
  const Result<Object> config = co_await forecast.get(key);
  const std::string_view url =
      config ? base::text_at(**config, {"data", "brokerServiceURL"}) : std::string_view{};
  co_return url.empty() ? cluster::to_string(key) : std::string{url};
}

/// What the cluster's components claim, of all namespaces if we may see them.
asio::awaitable<std::vector<Claim>> all_claims(Forecast& forecast, const std::string in,
                                               std::vector<Finding>& findings) {
  std::vector<Claim> claims;
  for (const std::string kind : {"Function", "Sink"}) {
    auto found = co_await forecast.list({.kind = kind});
    if (!found && found.error().code == Error::Code::forbidden) {
      findings.push_back({Kind::note, kind + "s of other namespaces",
                          "no right to see whether they use the same subscriptions"});
      found = co_await forecast.list({.kind = kind, .namespace_ = in});
    }
    for (const Object& object : found ? *found : std::vector<Object>{}) {
      api::Resource resource = api::decode(*object).resource;
      api::set_defaults(resource);
      if (const auto* component = std::get_if<api::Component>(&resource)) {
        for (Claim& claim : claims_of(*component, co_await pulsar_name_of(forecast, *component))) {
          claims.push_back(std::move(claim));
        }
      }
    }
  }
  co_return claims;
}

}  // namespace

asio::awaitable<std::vector<Finding>> check(Forecast& forecast, const std::vector<Part>& parts,
                                            std::string pulsar_web) {
  std::vector<Finding> findings;
  if (parts.empty()) {
    co_return findings;
  }
  for (const auto& [key, wanted] : wanted_by(parts)) {
    findings.push_back(co_await look_for(forecast, key, wanted));
  }
  const std::vector<Claim> others =
      co_await all_claims(forecast, parts.front().component.metadata.namespace_, findings);
  std::vector<Claim> ours;
  for (const Part& part : parts) {
    const std::string pulsar = co_await pulsar_name_of(forecast, part.component);
    for (Claim& claim : claims_of(part.component, pulsar)) {
      ours.push_back(std::move(claim));
    }
  }
  for (Finding& finding : conflicts_between(ours, others)) {
    findings.push_back(std::move(finding));
  }
  for (Finding& finding : co_await check_pulsar(forecast, parts, std::move(pulsar_web))) {
    findings.push_back(std::move(finding));
  }
  co_return findings;
}

}  // namespace functionmesh::plan
