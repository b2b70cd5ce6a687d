#include "cluster/kubernetes/access/find_access.hpp"

#include <gtest/gtest.h>

#include "base/atomic_file.hpp"
#include "base/base64.hpp"
#include "base/certificate.hpp"
#include "base/http_test_server.hpp"
#include "cluster/kubernetes/access/kubeconfig.hpp"

namespace functionmesh::kubernetes {
namespace {

using namespace std::chrono_literals;
using base::Error;
using std::filesystem::path;

const base::KeyPair& pair() {
  static const base::KeyPair made =
      base::make_self_signed({"localhost"}, std::chrono::hours{1}).value();
  return made;
}

class FindAccessTest : public testing::Test {
 protected:
  FindAccessTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "fm-access-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    around_.service_account = folder_ / "sa";
    around_.environment["HOME"] = (folder_ / "home").string();
  }
  ~FindAccessTest() override { std::filesystem::remove_all(folder_); }

  path write(const path& file, std::string_view text) {
    const path whole = folder_ / file;
    EXPECT_TRUE(base::write_file(whole, text));
    return whole;
  }

  void be_in_cluster() {
    around_.environment["KUBERNETES_SERVICE_HOST"] = "10.96.0.1";
    around_.environment["KUBERNETES_SERVICE_PORT"] = "443";
    write("sa/ca.crt", pair().certificate_pem);
    write("sa/token", "first\n");
    write("sa/namespace", "mesh-system");
  }

  Result<Identity> identity(const Access& access) {
    return base::run(loop_, access.credentials->identity());
  }

  /// What access_of says of one file.
  Result<Access> of(std::string_view text, std::string_view context = {}) {
    return access_of({{folder_ / "config", std::string{text}}}, context, clock_);
  }

  path folder_;
  Surroundings around_;
  base::ManualClock clock_;
  asio::io_context loop_;
};

std::string config(const std::string& user, const std::string& cluster = "") {
  return R"(apiVersion: v1
kind: Config
current-context: here
contexts:
- name: here
  context: {cluster: local, user: me, namespace: apps}
clusters:
- name: local
  cluster:
    server: https://10.0.0.1:6443
)" + cluster +
         R"(users:
- name: me
  user:
)" + user;
}

TEST_F(FindAccessTest, ReadsTheCurrentContext) {
  const auto access = of(config("    token: abc\n",
                                "    tls-server-name: api.example\n"
                                "    certificate-authority-data: " +
                                    base::encode_base64(pair().certificate_pem) + "\n"));
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(base::to_string(access->server), "https://10.0.0.1:6443/");
  EXPECT_EQ(access->ca_pem, pair().certificate_pem);
  EXPECT_EQ(access->server_name, "api.example");
  EXPECT_FALSE(access->allow_insecure);
  EXPECT_EQ(access->default_namespace, "apps");
  EXPECT_EQ(access->description, "context here of " + (folder_ / "config").string());
  EXPECT_EQ(identity(*access)->token, "abc");
}

TEST_F(FindAccessTest, ReadsAClientCertificateFromFilesBesideTheKubeconfig) {
  write("me.crt", pair().certificate_pem);
  write("keys/me.key", pair().key_pem);
  const auto access = of(config("    client-certificate: me.crt\n    client-key: keys/me.key\n"));
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(identity(*access)->certificate_pem, pair().certificate_pem);
  EXPECT_EQ(identity(*access)->key_pem, pair().key_pem);
}

TEST_F(FindAccessTest, SkipsVerificationOnlyWhenTheKubeconfigSaysSo) {
  const auto access = of(config("    token: abc\n", "    insecure-skip-tls-verify: true\n"));
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_TRUE(access->allow_insecure);
}

TEST_F(FindAccessTest, TakesTheFirstFileThatSaysSomething) {
  write("a", "current-context: x\nusers:\n- name: me\n  user: {token: from-a}\n");
  write("b",
        "current-context: y\ncontexts:\n- name: x\n  context: {cluster: c, user: me}\n"
        "users:\n- name: me\n  user: {token: from-b}\n"
        "clusters:\n- name: c\n  cluster: {server: 'https://b'}\n");
  around_.environment["KUBECONFIG"] = (folder_ / "a").string() + ":" +
                                      (folder_ / "absent").string() +
                                      "::" + (folder_ / "b").string();
  const auto access = from_kubeconfig({}, around_, clock_);
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(access->server.host, "b");
  EXPECT_EQ(access->default_namespace, "default");
  EXPECT_EQ(identity(*access)->token, "from-a");
}

struct BadConfig {
  const char* name;
  std::string text;
  std::vector<std::string> says;  ///< in the message, FILE stands for the file's name
  std::string context{};
};

std::vector<BadConfig> bad_configs() {
  const std::string other_key = base::make_self_signed({"x"}, std::chrono::hours{1})->key_pem;
  const auto user = [](const std::string& text) { return config("    " + text + "\n"); };
  const auto cluster = [](const std::string& text) {
    return config("    token: abc\n", "    " + text + "\n");
  };
  const auto exec = [](const std::string& text) {
    return config("    exec:\n      " + text + "\n");
  };
  const std::string v1 = "apiVersion: client.authentication.k8s.io/v1";
  return {
      {"NoYaml", "a: [", {"FILE:", "expected a kubeconfig"}},
      {"AList", "[]", {"FILE: the file: expected a map, got a list"}},
      {"Empty", "", {"FILE: current-context", "--context", "there are none"}},
      {"TwoDocuments", "a: 1\n---\nb: 2\n", {"FILE: expected one YAML document"}},
      {"NoCurrent", "contexts: [{name: a}, {name: b}]", {"current-context", "there are: a, b"}},
      {"UnknownContext", user("token: a"), {"FILE: contexts", "\"there\"", "are: here"}, "there"},
      {"UnknownCluster",
       "current-context: a\ncontexts:\n- name: a\n  context: {cluster: c}\n",
       {"FILE:4: contexts[0].context.cluster", "no cluster \"c\"", "there are none"}},
      {"UnknownUser",
       "current-context: a\ncontexts:\n- name: a\n  context: {cluster: c, user: u}\n"
       "clusters:\n- name: c\n  cluster: {server: 'https://a'}\n",
       {"FILE:4: contexts[0].context.user", "no user \"u\""}},
      {"ContextsNoList", "current-context: a\ncontexts: {}", {"FILE:2: contexts", "a list, got a"}},
      {"ContextNoMap", "current-context: a\ncontexts: [a]", {"contexts[0]: expected a map"}},
      {"NoServer",
       "current-context: a\ncontexts:\n- name: a\n  context: {cluster: c}\n"
       "clusters:\n- name: c\n  cluster: {}\n",
       {"FILE:7: clusters[0].cluster.server", "is missing", "https://"}},
      {"BadServer",
       "current-context: a\ncontexts:\n- name: a\n  context: {cluster: c}\n"
       "clusters:\n- name: c\n  cluster: {server: 'ftp://x'}\n",
       {"FILE:7: clusters[0].cluster.server", "https://10.0.0.1:6443"}},
      {"NumberForText", user("token: 12"), {"users[0].user.token: expected a string, got a num"}},
      {"TextForFlag", cluster("insecure-skip-tls-verify: 'yes'"), {"true or false, got a string"}},
      {"Proxy", cluster("proxy-url: http://p"), {"cluster.proxy-url", "not supported"}},
      {"AuthorityNoBase64", cluster("certificate-authority-data: '%'"), {"expected base64"}},
      {"AuthorityNoPem",
       cluster("certificate-authority-data: YWJj"),
       {"FILE:11: clusters[0].cluster.certificate-authority-data", "BEGIN CERTIFICATE"}},
      {"AuthorityMissing",
       cluster("certificate-authority: absent.crt"),
       {"clusters[0].cluster.certificate-authority:", "absent.crt cannot be read: No such file"}},
      {"AuthorityAndInsecure",
       cluster("insecure-skip-tls-verify: true\n    certificate-authority-data: " +
               base::encode_base64(pair().certificate_pem)),
       {"insecure-skip-tls-verify", "contradicts certificate-authority-data"}},
      {"BasicAuth", user("username: a"), {"FILE:14: users[0].user.username", "basic auth"}},
      {"AuthProvider", user("auth-provider: {name: gcp}"), {"exec plug-in of your provider"}},
      {"Impersonation", user("as: admin"), {"users[0].user.as:", "not supported"}},
      {"TokenFileMissing",
       user("tokenFile: absent"),
       {"FILE:14: users[0].user.tokenFile:", "absent cannot be read"}},
      {"TokenOfTwoWords", user("token: a b"), {"users[0].user.token: expected a token"}},
      {"TokenThatEndsAHeader", user("token: \"a\\r\\nX: b\""), {"expected a token"}},
      {"KeyMissing", user("client-certificate: a"), {"user.client-key:", "needs its key"}},
      {"CertificateMissing", user("client-key: a"), {"client-certificate:", "its certificate"}},
      {"OtherKey",
       user("client-certificate-data: " + base::encode_base64(pair().certificate_pem) +
            "\n    client-key-data: " + base::encode_base64(other_key)),
       {"users[0].user.client-certificate-data", "does not belong"}},
      {"CertificateAndExec",
       user("{client-certificate: a, client-key: b, exec: {}}"),
       {"users[0].user.exec", "contradicts"}},
      {"ExecNoMap", user("exec: aws"), {"users[0].user.exec: expected a map, got a string"}},
      {"ExecNoCommand", exec(v1), {"user.exec.command: is missing"}},
      {"ExecNoVersion", exec("command: x"), {"user.exec.apiVersion: is missing", "k8s.io/v1 or"}},
      {"ExecOldVersion",
       exec("apiVersion: client.authentication.k8s.io/v1alpha1\n      command: x"),
       {"v1alpha1", "a newer version of the plug-in"}},
      {"ExecNoMode", exec(v1 + "\n      command: x"), {"interactiveMode: is missing", "Never, "}},
      {"ExecBadMode",
       exec(v1 + "\n      command: x\n      interactiveMode: Perhaps"),
       {"interactiveMode: is \"Perhaps\""}},
      {"ExecBadArgs",
       exec(v1 + "\n      command: x\n      interactiveMode: Never\n      args: [1]"),
       {"exec.args: expected a list of strings", "quotes"}},
      {"ExecBadEnv",
       exec(v1 + "\n      command: x\n      interactiveMode: Never\n      env: [{value: a}]"),
       {"exec.env[0].name"}},
  };
}

TEST_F(FindAccessTest, SaysWhatIsWrongWithAKubeconfig) {
  for (const BadConfig& bad : bad_configs()) {
    const auto access = of(bad.text, bad.context);
    ASSERT_FALSE(access) << bad.name;
    for (std::string text : bad.says) {
      if (text.starts_with("FILE")) {
        text = (folder_ / "config").string() + text.substr(4);
      }
      EXPECT_TRUE(access.error().message.contains(text))
          << bad.name << ": \"" << access.error().message << "\" lacks \"" << text << '"';
    }
    EXPECT_FALSE(access.error().message.contains("abc")) << bad.name << " shows the token";
  }
}

TEST_F(FindAccessTest, AKubeconfigThatIsCutOrLacksALineIsReadOrRefused) {
  const std::string whole = config(
      "    exec:\n      apiVersion: client.authentication.k8s.io/v1beta1\n"
      "      command: x\n      args: [a]\n      env:\n      - name: A\n        value: b\n",
      "    certificate-authority-data: " + base::encode_base64(pair().certificate_pem) + "\n");
  ASSERT_TRUE(of(whole));
  for (std::size_t size = 0; size < whole.size(); size += 3) {
    const auto access = of(std::string_view{whole}.substr(0, size));
    EXPECT_TRUE(access || access.error().message.contains("config")) << size;
  }
  for (std::size_t begin = 0; begin < whole.size();) {
    const std::size_t end = whole.find('\n', begin) + 1;
    const auto access = of(whole.substr(0, begin) + whole.substr(end));
    EXPECT_TRUE(access || access.error().message.contains("config")) << whole.substr(begin);
    begin = end;
  }
}

TEST_F(FindAccessTest, UnknownFieldsDoNoHarm) {
  EXPECT_TRUE(of("preferences: {}\nextensions: [1]\n" + config("    token: a\n    x: 1\n")));
}

TEST_F(FindAccessTest, TheServiceAccountIsUsedInAPod) {
  be_in_cluster();
  const auto access = find_access({}, around_, clock_);
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(base::to_string(access->server), "https://10.96.0.1:443/");
  EXPECT_EQ(access->default_namespace, "mesh-system");
  EXPECT_EQ(access->ca_pem, pair().certificate_pem);
  EXPECT_EQ(identity(*access)->token, "first");
}

TEST_F(FindAccessTest, AServerWithAnAddressOfVersionSixIsReached) {
  be_in_cluster();
  around_.environment["KUBERNETES_SERVICE_HOST"] = "fd00::1";
  const auto access = find_access({}, around_, clock_);
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(base::to_string(access->server), "https://[fd00::1]:443/");
}

TEST_F(FindAccessTest, AKubeconfigThatIsNamedCountsMoreThanThePod) {
  be_in_cluster();
  const path file = write("config", config("    token: a\n"));
  for (const bool by_flag : {true, false}) {
    Surroundings around = around_;
    AccessChoice choice;
    (by_flag ? choice.kubeconfig : around.environment["KUBECONFIG"]) = file.string();
    const auto access = find_access(choice, around, clock_);
    ASSERT_TRUE(access) << access.error().message;
    EXPECT_EQ(access->server.host, "10.0.0.1");
  }
}

TEST_F(FindAccessTest, TheUsersKubeconfigIsTheLastResort) {
  write("home/.kube/config", config("    token: a\n"));
  const auto access = find_access({}, around_, clock_);
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(access->server.host, "10.0.0.1");
}

TEST_F(FindAccessTest, SaysWhereItLookedWhenThereIsNone) {
  const auto access = find_access({}, around_, clock_);
  ASSERT_FALSE(access);
  EXPECT_EQ(access.error().code, Error::Code::not_found);
  for (const char* word : {"KUBERNETES_SERVICE_HOST", "home/.kube/config", "--kubeconfig"}) {
    EXPECT_TRUE(access.error().message.contains(word)) << access.error().message;
  }
  around_.environment.clear();
  EXPECT_FALSE(find_access({}, around_, clock_));
  EXPECT_FALSE(find_access({.kubeconfig = (folder_ / "absent").string()}, around_, clock_));
  EXPECT_FALSE(find_access({.kubeconfig = folder_.string()}, around_, clock_));
}

TEST_F(FindAccessTest, SaysWhatAPodLacks) {
  be_in_cluster();
  std::filesystem::remove(folder_ / "sa/token");
  const auto no_token = find_access({}, around_, clock_);
  ASSERT_FALSE(no_token);
  EXPECT_TRUE(no_token.error().message.contains("sa/token cannot be read"));
  std::filesystem::remove(folder_ / "sa/ca.crt");
  const auto no_account = find_access({}, around_, clock_);
  ASSERT_FALSE(no_account);
  EXPECT_TRUE(no_account.error().message.contains("automountServiceAccountToken"));
}

TEST_F(FindAccessTest, ATokenFileIsReadAgainEveryMinute) {
  be_in_cluster();
  const auto access = find_access({}, around_, clock_);
  write("sa/token", "second");
  clock_.advance(59s);
  EXPECT_EQ(identity(*access)->token, "first");
  clock_.advance(1s);
  EXPECT_EQ(identity(*access)->token, "second");
}

TEST_F(FindAccessTest, ATokenFileIsReadAgainWhenTheTokenIsRefused) {
  be_in_cluster();
  const auto access = find_access({}, around_, clock_);
  write("sa/token", "second");
  access->credentials->refused();
  EXPECT_EQ(identity(*access)->token, "second");
}

TEST_F(FindAccessTest, ATokenFileThatIsGoneForAMomentDoesNoHarm) {
  be_in_cluster();
  const auto access = find_access({}, around_, clock_);
  std::filesystem::remove(folder_ / "sa/token");
  clock_.advance(61s);
  EXPECT_EQ(identity(*access)->token, "first");
  write("sa/token", "second");
  clock_.advance(61s);
  EXPECT_EQ(identity(*access)->token, "second");
}

TEST_F(FindAccessTest, AHalfReplacedClientCertificateDoesNoHarm) {
  const base::KeyPair next = base::make_self_signed({"next"}, std::chrono::hours{1}).value();
  write("me.crt", pair().certificate_pem);
  write("me.key", pair().key_pem);
  const auto access = of(config("    client-certificate: me.crt\n    client-key: me.key\n"));
  ASSERT_TRUE(access) << access.error().message;
  write("me.crt", next.certificate_pem);
  clock_.advance(61s);
  EXPECT_EQ(identity(*access)->certificate_pem, pair().certificate_pem);
  write("me.key", next.key_pem);
  clock_.advance(61s);
  EXPECT_EQ(identity(*access)->certificate_pem, next.certificate_pem);
}

}  // namespace
}  // namespace functionmesh::kubernetes
