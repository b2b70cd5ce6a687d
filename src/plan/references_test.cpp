#include "plan/references.hpp"

#include <gtest/gtest.h>

#include "plan/claims.hpp"

namespace functionmesh::plan {
namespace {

TEST(References, AreFoundWhereverAPodHasThem) {
  const base::Json set = base::parse_json(R"({"metadata": {"namespace": "n"}, "spec": {"template": {
      "spec": {"imagePullSecrets": [{"name": "pull"}],
        "volumes": [{"secret": {"secretName": "tls", "items": [{"key": "ca.crt"}]}},
                    {"configMap": {"name": "log", "optional": true}},
                    {"projected": {"sources": [{"secret": {"name": "part"}}]}}],
        "containers": [{"envFrom": [{"configMapRef": {"name": "pulsar"}},
                                    {"secretRef": {"name": "auth"}}],
                        "env": [{"valueFrom": {"secretKeyRef": {"name": "tls", "key": "k"}}}]}],
        "odd": [{"secretRef": 7}, {"secret": null}]}}}})")
                             .value();
  const Needs needs = needs_of(set);
  const auto need = [&](const char* kind, const char* name) { return needs.at({kind, "n", name}); };
  EXPECT_EQ(need("Secret", "tls").keys, (std::set<std::string>{"ca.crt", "k"}));
  EXPECT_FALSE(need("Secret", "tls").optional);
  EXPECT_TRUE(need("ConfigMap", "log").optional);
  EXPECT_TRUE(need("Secret", "pull").optional);
  EXPECT_FALSE(need("Secret", "part").optional);
  EXPECT_FALSE(need("Secret", "auth").optional);
  EXPECT_FALSE(need("ConfigMap", "pulsar").optional);
  EXPECT_EQ(needs.size(), 6);
  EXPECT_TRUE(needs_of(base::parse_json("[7]").value()).empty());
}

TEST(Claims, ConflictOnlyOnOneSubscriptionOfOneTopicInOneCluster) {
  const Claim a{{"Function", "n", "a"}, "pulsar://x", "t", "s", "Shared"};
  const auto kinds = [&](const Claim& other) {
    std::string text;
    for (const Finding& finding : conflicts_between({a}, {a, other})) {
      text += finding.kind == Finding::Kind::problem ? "problem" : "warning";
    }
    return text;
  };
  const Key b{"Sink", "n", "b"};
  EXPECT_EQ(kinds({b, "pulsar://x", "t", "s", "Failover"}), "problem");
  EXPECT_EQ(kinds({b, "pulsar://x", "t", "s", "Shared"}), "warning");
  EXPECT_EQ(kinds({b, "pulsar://y", "t", "s", "Failover"}), "");
  EXPECT_EQ(kinds({b, "pulsar://x", "u", "s", "Failover"}), "");
  EXPECT_EQ(kinds({b, "pulsar://x", "t", "r", "Failover"}), "");
  const Claim both{b, "pulsar://x", "t", "s", "Failover"};
  EXPECT_EQ(conflicts_between({a, both}, {a, both}).size(), 1) << "each pair once";
}

}  // namespace
}  // namespace functionmesh::plan
