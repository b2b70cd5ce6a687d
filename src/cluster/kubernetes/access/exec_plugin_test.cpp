#include "cluster/kubernetes/access/exec_plugin.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <fstream>

#include "base/certificate.hpp"
#include "base/http_test_server.hpp"
#include "cluster/kubernetes/access/credentials.hpp"
#include "cluster/kubernetes/access/kubeconfig.hpp"

namespace functionmesh::kubernetes {
namespace {

using namespace std::chrono_literals;
using std::filesystem::path;

constexpr std::string_view kV1 = "client.authentication.k8s.io/v1";

std::string answer(const std::string& status) {
  return R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":)" +
         status + "}";
}

TEST(ExecAnswer, HasATokenOrACertificate) {
  const auto token = read_exec_answer(
      answer(R"({"token":"t","expirationTimestamp":"2023-11-14T22:13:20Z"})"), kV1);
  ASSERT_TRUE(token) << token.error().message;
  EXPECT_EQ(token->identity.token, "t");
  EXPECT_EQ(token->expires, base::TimePoint{1'700'000'000s});

  const auto pair = base::make_self_signed({"me"}, std::chrono::hours{1}).value();
  const base::Json status{{"clientCertificateData", pair.certificate_pem},
                          {"clientKeyData", pair.key_pem}};
  const auto certificate = read_exec_answer(answer(base::write_json(status)), kV1);
  ASSERT_TRUE(certificate) << certificate.error().message;
  EXPECT_EQ(certificate->identity.key_pem, pair.key_pem);
  EXPECT_EQ(certificate->expires, base::TimePoint::max());
}

TEST(ExecAnswer, IsRefusedWithoutShowingIt) {
  struct Case {
    std::string output;
    std::string says;
  };
  for (const Case& c : {
           Case{"", "no JSON"},
           Case{"secret", "no JSON"},
           Case{"[]", "no kind: ExecCredential"},
           Case{R"({"kind":"ExecCredential","apiVersion":"x/v9","status":{"token":"secret"}})",
                "\"x/v9\""},
           Case{answer("{}"), "neither token nor"},
           Case{answer(R"({"token":"secret secret"})"), "no single word"},
           Case{answer(R"({"token":"secret","expirationTimestamp":"soon"})"), "no time"},
           Case{answer(R"({"clientCertificateData":"secret"})"), "clientCertificateData: "},
           Case{answer(R"({"clientKeyData":"secret"})"), "clientCertificateData: "},
       }) {
    const auto read = read_exec_answer(c.output, kV1);
    ASSERT_FALSE(read) << c.output;
    EXPECT_TRUE(read.error().message.contains(c.says)) << read.error().message;
    EXPECT_FALSE(read.error().message.contains("secret")) << read.error().message;
  }
}

class ExecTest : public testing::Test {
 protected:
  ExecTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "fm-exec-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~ExecTest() override { std::filesystem::remove_all(folder_); }

  /// A plug-in that runs this shell script; each run adds a letter to the file `runs`.
  ExecPlugin plugin(const std::string& script) {
    return {.command = "/bin/sh",
            .arguments = {"-c", "printf x >> '" + (folder_ / "runs").string() + "'; " + script},
            .api_version = std::string{kV1},
            .interactive = ExecPlugin::Interactive::never,
            .name = "config:1: users[0].user.exec"};
  }

  std::shared_ptr<Credentials> credentials(const std::string& script, ExecLimits limits = {}) {
    return exec_credentials(plugin(script), clock_, limits);
  }

  std::size_t runs() const {
    const auto text = read_small_file(folder_ / "runs");
    return text ? text->size() : 0;
  }

  Result<Identity> ask(Credentials& credentials) {
    return base::run(loop_, credentials.identity());
  }

  std::string lasting(std::chrono::seconds time) const {
    return "echo '" +
           answer(R"({"token":"t","expirationTimestamp":")" + base::rfc3339(clock_.now() + time) +
                  "\"}") +
           "'";
  }

  path folder_;
  base::ManualClock clock_;
  asio::io_context loop_;
};

TEST_F(ExecTest, AnAnswerIsKeptUntilShortlyBeforeItExpires) {
  const auto me = credentials(lasting(60s));
  EXPECT_EQ(ask(*me)->token, "t");
  clock_.advance(49s);
  EXPECT_TRUE(ask(*me));
  EXPECT_EQ(runs(), 1U);
  clock_.advance(1s);
  EXPECT_TRUE(ask(*me));
  EXPECT_EQ(runs(), 2U);
}

TEST_F(ExecTest, AnAnswerWithoutATimeIsKeptUntilItIsRefused) {
  const auto me = credentials("echo '" + answer(R"({"token":"t"})") + "'");
  EXPECT_TRUE(ask(*me));
  clock_.advance(24h);
  EXPECT_TRUE(ask(*me));
  EXPECT_EQ(runs(), 1U);
  me->refused();
  EXPECT_TRUE(ask(*me));
  EXPECT_EQ(runs(), 2U);
  me->refused();  // by a request that still had the one before
  EXPECT_TRUE(ask(*me));
  EXPECT_EQ(runs(), 2U);
}

TEST_F(ExecTest, ItIsRunOnceForManyThatAskAndTheLoopGoesOn) {
  const auto me = credentials("sleep 0.2; " + lasting(60s));
  int answered = 0;
  for (int i = 0; i < 5; ++i) {
    asio::co_spawn(
        loop_,
        [&]() -> asio::awaitable<void> {
          const auto identity = co_await me->identity();
          answered += identity && identity->token == "t" ? 1 : 0;
        },
        asio::detached);
  }
  int ticks = 0;
  asio::steady_timer timer{loop_};
  const auto tick = [&](auto&& self) -> void {
    timer.expires_after(10ms);
    timer.async_wait([&, self](const auto&) {
      ++ticks;
      if (answered < 5) {
        self(self);
      }
    });
  };
  tick(tick);
  loop_.run();
  EXPECT_EQ(answered, 5);
  EXPECT_EQ(runs(), 1U);
  EXPECT_GT(ticks, 5);
}

TEST_F(ExecTest, AFailureSaysWhatThePluginSaidAndHowToGetIt) {
  ExecPlugin failing = plugin("echo 'log in first' >&2; exit 3");
  failing.install_hint = "apt install it";
  const auto me = exec_credentials(failing, clock_);
  const auto identity = ask(*me);
  ASSERT_FALSE(identity);
  EXPECT_EQ(identity.error().code, base::Error::Code::forbidden);
  EXPECT_EQ(identity.error().message,
            "config:1: users[0].user.exec: the plug-in /bin/sh: it ended with code 3: log in "
            "first\napt install it");
}

TEST_F(ExecTest, AFailingPluginIsNotRunAllTheTime) {
  const auto me = credentials("exit 1");
  EXPECT_FALSE(ask(*me));
  EXPECT_FALSE(ask(*me));
  EXPECT_EQ(runs(), 1U);
  clock_.advance(5s);
  EXPECT_FALSE(ask(*me));
  EXPECT_EQ(runs(), 2U);
}

TEST_F(ExecTest, AMissingProgramIsNamed) {
  ExecPlugin missing = plugin("");
  missing.command = "no-such-plugin-anywhere";
  const auto identity = ask(*exec_credentials(missing, clock_));
  ASSERT_FALSE(identity);
  EXPECT_TRUE(identity.error().message.contains(
      "the plug-in no-such-plugin-anywhere: there is no such program on PATH"));
}

TEST_F(ExecTest, OneThatHangsIsKilledWithAllThatItStarted) {
  const path pid = folder_ / "pid";
  const auto me =
      credentials("sleep 60 & echo $! > '" + pid.string() + "'; wait", {.longest = 300ms});
  const auto identity = ask(*me);
  ASSERT_FALSE(identity);
  EXPECT_TRUE(identity.error().message.contains("did not answer within"));
  const int child = std::stoi(read_small_file(pid).value());
  const auto dead = [&] {  // gone, or a zombie that init has not collected yet
    const auto status = read_small_file("/proc/" + std::to_string(child) + "/stat");
    return !status || status->empty() || status->contains(") Z");
  };
  for (int i = 0; i < 100 && !dead(); ++i) {
    ::usleep(10'000);
  }
  EXPECT_TRUE(dead());
}

TEST_F(ExecTest, WhatItLeavesRunningDoesNotHoldUsUp) {
  const auto before = std::chrono::steady_clock::now();
  const auto me = credentials("sleep 3 & " + lasting(60s));
  EXPECT_TRUE(ask(*me));
  EXPECT_LT(std::chrono::steady_clock::now() - before, 2s);
}

TEST_F(ExecTest, OneThatWritesWithoutEndIsRefused) {
  const auto identity = ask(*credentials("yes"));
  ASSERT_FALSE(identity);
  EXPECT_TRUE(identity.error().message.contains("1 MiB"));
}

TEST_F(ExecTest, AnAnswerThatHasExpiredIsRefused) {
  const auto identity = ask(*credentials(lasting(-60s)));
  ASSERT_FALSE(identity);
  EXPECT_TRUE(identity.error().message.contains("already expired"));
}

TEST_F(ExecTest, OneThatNeedsATerminalSaysSoWithoutOne) {
  if (::isatty(STDIN_FILENO) == 1) {
    GTEST_SKIP() << "there is a terminal";
  }
  ExecPlugin asking = plugin("exit 0");
  asking.interactive = ExecPlugin::Interactive::always;
  const auto identity = ask(*exec_credentials(asking, clock_));
  ASSERT_FALSE(identity);
  EXPECT_TRUE(identity.error().message.contains("interactiveMode: Always"));
  EXPECT_EQ(runs(), 0U);
}

TEST_F(ExecTest, AKubeconfigsPluginGetsItsArgumentsVariablesAndTheCluster) {
  std::ofstream{folder_ / "plugin"} << "#!/bin/sh\n"
                                       "echo \"$1:$EXTRA:$KUBERNETES_EXEC_INFO\" > \"$OUT\"\n"
                                    << "echo '" << answer(R"({"token":"t"})") << "'\n";
  std::filesystem::permissions(folder_ / "plugin", std::filesystem::perms::owner_all);
  const std::string config = R"(current-context: a
contexts: [{name: a, context: {cluster: c, user: u}}]
clusters:
- name: c
  cluster:
    server: https://api:1
    extensions:
    - {name: client.authentication.k8s.io/exec, extension: {audience: x}}
users:
- name: u
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: ./plugin
      args: [get-token]
      env: [{name: EXTRA, value: more}, {name: OUT, value: ')" +
                             (folder_ / "out").string() + R"('}]
      interactiveMode: Never
      provideClusterInfo: true
)";
  const auto access = access_of({{folder_ / "config", config}}, "", clock_);
  ASSERT_TRUE(access) << access.error().message;
  const auto identity = ask(*access->credentials);
  ASSERT_TRUE(identity) << identity.error().message;
  EXPECT_EQ(identity->token, "t");
  const std::string out = read_small_file(folder_ / "out").value();
  ASSERT_TRUE(out.starts_with("get-token:more:")) << out;
  const auto info = base::parse_json(out.substr(15));
  ASSERT_TRUE(info) << out;
  EXPECT_EQ(base::text_at(*info, {"apiVersion"}), kV1);
  EXPECT_EQ(base::text_at(*info, {"spec", "cluster", "server"}), "https://api:1/");
  EXPECT_EQ(base::text_at(*info, {"spec", "cluster", "config", "audience"}), "x");
  EXPECT_FALSE(base::find(*info, {"spec", "interactive"})->get_bool());
}

}  // namespace
}  // namespace functionmesh::kubernetes
