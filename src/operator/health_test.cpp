#include "operator/health.hpp"

#include <gtest/gtest.h>

namespace functionmesh::process {
namespace {

using kubernetes::KindState;

const KindState kFilled{.kind = "Function", .usable = true, .objects = 3};
const KindState kListing{.kind = "Pod"};
const KindState kDenied{.kind = "Job", .denied = true, .problem = "no right"};
const KindState kNoDefinition{.kind = "Sink", .problem = "is the definition installed?"};
const KindState kAbsent{.kind = "VerticalPodAutoscaler", .usable = true, .absent = true};
const KindState kBroken{.kind = "Source", .usable = true, .problem = "no answer"};

TEST(Health, IsReadyWhenAllThatMayBeReadIsRead) {
  struct Case {
    std::vector<KindState> kinds;
    bool ready;
  };
  const std::vector<Case> cases{
      {{kFilled}, true},
      {{kFilled, kListing}, false},
      {{kFilled, kNoDefinition}, false},
      {{kFilled, kAbsent}, true},
      {{kFilled, kDenied}, true},   // goes on with the rest
      {{kFilled, kBroken}, true},   // was read; the watch will resume
      {{kDenied, kAbsent}, false},  // there is nothing to go on with
      {{}, false},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    EXPECT_EQ(is_ready({.kinds = cases[i].kinds}), cases[i].ready) << i;
  }
  EXPECT_FALSE(is_ready({.kinds = {kFilled}, .server_problem = "too old"}));
  EXPECT_FALSE(is_ready({.kinds = {kFilled}, .stopping = true}));
}

TEST(Health, WaitsForAdmissionUnlessItWasNeverSetUp) {
  struct Case {
    AdmissionState admission;
    bool ready;
    std::string text;
  };
  const std::vector<Case> cases{
      {{}, true, "ok\n"},
      {{.wanted = true}, false, "[-]admission: has no certificate yet\nnot ready\n"},
      {{.wanted = true, .problem = "no answer"}, false, "[-]admission: no answer\nnot ready\n"},
      {{.wanted = true, .problem = "no Secret", .lasting = true},
       true,
       "[!]admission: no Secret\nok\n"},
      {{.wanted = true, .serves = true, .problem = "no caBundle"},
       true,
       "[!]admission: no caBundle\nok\n"},
      {{.wanted = true, .serves = true}, true, "ok\n"},
  };
  for (const Case& c : cases) {
    const Health health{.kinds = {kFilled}, .admission = c.admission};
    EXPECT_EQ(is_ready(health), c.ready) << c.text;
    EXPECT_EQ(health_text(health, false), c.text);
  }
}

TEST(Health, SaysWhatIsMissing) {
  const Health health{.kinds = {kFilled, kListing, kDenied, kNoDefinition, kAbsent, kBroken},
                      .server_problem = "too old"};
  EXPECT_EQ(health_text(health, false),
            "[-]Kubernetes: too old\n"
            "[-]Pod: still being listed\n"
            "[!]Job: no right\n"
            "[-]Sink: is the definition installed?\n"
            "[!]Source: no answer\n"
            "not ready\n");
}

TEST(Health, IsShortWhenAllIsWellAndTellsAllWhenAsked) {
  const Health health{
      .kinds = {kFilled, kAbsent}, .elects = true, .leader = "other", .lease_read = true};
  EXPECT_EQ(health_text(health, false), "ok\n");
  EXPECT_EQ(health_text(health, true),
            "[+]Function: 3 objects\n"
            "[+]VerticalPodAutoscaler: not there, and not needed\n"
            "[+]lease: stands by; other leads\n"
            "ok\n");
}

TEST(Health, WithoutALeaseThatCanBeUsedItIsNotReady) {
  const Health health{.kinds = {kFilled}, .elects = true, .lease_problem = "no right"};
  EXPECT_FALSE(is_ready(health));
  EXPECT_EQ(health_text(health, false), "[-]lease: no right\nnot ready\n");
}

TEST(Health, ALeaseThatFailsForAWhileIsSaid) {
  const Health health{
      .kinds = {kFilled}, .elects = true, .lease_problem = "no answer", .lease_read = true};
  EXPECT_EQ(health_text(health, false), "[!]lease: no answer\nok\n");
}

TEST(Health, KubernetesBefore123IsTooOld) {
  const auto says = [](std::string_view minor) {
    return too_old(base::JsonObject{{"major", "1"}, {"minor", minor}});
  };
  EXPECT_EQ(says("22+"), "version 1.22+ is too old: 1.23 or later is needed (autoscaling/v2)");
  for (const char* fine : {"23", "34", "24+", "", "x"}) {
    EXPECT_EQ(says(fine), "") << fine;
  }
  EXPECT_EQ(too_old({}), "");
}

}  // namespace
}  // namespace functionmesh::process
