// Nothing that a user writes is ever read by a shell: each value below is put into every field that
// goes through one, the script is run by a real bash, and the value must come out as it went in.

#include <algorithm>

#include "render/component_for_tests.hpp"
#include "render/shell_for_tests.hpp"

namespace functionmesh::render {
namespace {

const std::vector<std::string> kNasty{
    "it's",
    "say \"hi\"",
    "$HOME ${POD_NAME} $(touch pwned)",
    "`touch pwned`",
    "two\nlines",
    "* ? [a-z]",
    "~",
    "back\\slash \\n \\",
    "-rf",
    "; touch pwned && touch pwned | cat > pwned & #",
    "{\"json\":\"it's\"}",
    "!history !!",
    "\xc3\xbcml\xc3\xa4ut",
    "'\"'\"'",
    "a\tb",
    "%s %d",
};

struct Outcome {
  std::vector<std::string> words;  ///< of the last call
  std::vector<std::vector<std::string>> calls;
};

Outcome run(const api::Component& component) {
  ShellSandbox sandbox;
  const int code = sandbox.run(script_of(main_of(rendered(component))),
                               {"exec", "wget", "chmod", "pulsarctl", "/pulsar/bin/pulsar-admin"});
  EXPECT_EQ(code, 0) << sandbox.read("output");
  std::vector<std::string> files = sandbox.files();
  std::erase(files, "logs");
  EXPECT_EQ(files, (std::vector<std::string>{"calls", "output", "pulsar", "script"}));
  Outcome result;
  result.calls = sandbox.calls();
  if (!result.calls.empty()) {
    result.words = result.calls.back();
  }
  return result;
}

/// A component with `value` wherever a string can be that no program interprets.
api::Component with(const std::string& value) {
  api::Component function = function_of();
  api::ComponentSpec& spec = function.spec;
  spec.name = value;
  spec.class_name = value;
  spec.tenant = value;
  spec.cluster_name = value;
  spec.input.topics = {value};
  spec.output.topic = value;
  spec.log_topic = value;
  spec.subscription_name = value;
  spec.runtime_flags = value;
  spec.func_config = base::JsonObject{{value, value}};
  spec.secrets_map = std::map<std::string, api::SecretRef>{{value, {value, value}}};
  spec.stateful_config.emplace().pulsar.emplace().service_url = value;
  spec.pulsar->auth_config.emplace().generic_auth = api::GenericAuth{
      .client_authentication_plugin = value, .client_authentication_parameters = value};
  spec.pulsar->tls_config = api::TlsConfig{.enabled = true,
                                           .allow_insecure = false,
                                           .hostname_verification = true,
                                           .cert_secret_name = "s",
                                           .cert_secret_key = value};
  return function;
}

/// What every instance but Go's is told.
void expect_instance_options(const Outcome& run, const std::string& value) {
  const auto after = [&](std::string_view option) { return word_after(run.words, option); };
  EXPECT_EQ(after("--cluster_name"), value);
  EXPECT_EQ(after("--client_auth_plugin"), value);
  EXPECT_EQ(after("--client_auth_params"), value);
  EXPECT_EQ(after("--tls_trust_cert_path"), "/etc/tls/pulsar-functions/" + value);
  EXPECT_EQ(after("--state_storage_serviceurl"), value);
  EXPECT_EQ(after("--pulsar_serviceurl"), "pulsar://a b:6650");
  EXPECT_EQ(after("--instance_id"), "3");
  const auto details = base::parse_json(after("--function_details"));
  ASSERT_TRUE(details.has_value()) << after("--function_details");
  EXPECT_EQ(base::text_at(*details, {"name"}), value);
  EXPECT_EQ(base::text_at(*details, {"sink", "topic"}), value);
  EXPECT_EQ(base::text_at(*details, {"userConfig"}),
            base::write_json(base::JsonObject{{value, value}}));
}

TEST(ShellSafety, OfTheJavaCommand) {
  for (const std::string& value : kNasty) {
    SCOPED_TRACE(value);
    api::Component function = with(value);
    api::JavaRuntime& java = *function.spec.java;
    java.jar = value;
    java.jar_location = "function://" + value;
    java.entry_class = value;
    java.instance_path = value;
    java.extra_dependencies_dir = value;
    java.java_opts = {base::shell_quote("-Dx=" + value)};
    function.spec.stateful_config->pulsar->java_provider = api::JavaStateProvider{value, {}};
    const Outcome result = run(function);
    expect_instance_options(result, value);
    EXPECT_EQ(word_after(result.words, "--jar"), value);
    EXPECT_EQ(word_after(result.words, "--state_storage_impl_class"), value);
    const auto contains = [&](const std::string& word) {
      return std::ranges::find(result.words, word) != result.words.end();
    };
    EXPECT_TRUE(contains(value));  // the main class
    EXPECT_TRUE(contains("-Dx=" + value));
    EXPECT_TRUE(contains("-Dpulsar.function.log.file=" + value + "-3"));
    EXPECT_TRUE(word_after(result.words, "-cp").starts_with(value + ":"));
    EXPECT_TRUE(std::ranges::any_of(
        result.words, [&](const std::string& word) { return word.ends_with(":" + value + "/*"); }));

    ASSERT_EQ(result.calls.size(), 2U);
    const std::vector<std::string>& download = result.calls.front();
    EXPECT_EQ(word_after(download, "--auth-params"), value);
    EXPECT_EQ(word_after(download, "--admin-url"), "http://a b");
    EXPECT_EQ(word_after(download, "download"), "function://" + value);
    EXPECT_EQ(word_after(download, "--path"), value);
  }
}

TEST(ShellSafety, OfThePythonCommand) {
  for (const std::string& value : kNasty) {
    SCOPED_TRACE(value);
    api::Component function = with(value);
    function.spec.java.reset();
    function.spec.python =
        api::PythonRuntime{.py = value, .py_location = "https://" + value, .log = {}};
    function.spec.python->log.emplace().rotate_policy = "TimedPolicyWithDaily";
    function.spec.image_has_get = true;
    const Outcome result = run(function);
    expect_instance_options(result, value);
    EXPECT_EQ(word_after(result.words, "--py"), value);
    EXPECT_EQ(word_after(result.words, "--logging_file"), value + "-3.log");
    EXPECT_EQ(result.calls.front(),
              (std::vector<std::string>{"wget", "https://" + value, "-O", value}));
  }
}

TEST(ShellSafety, OfTheGenericCommand) {
  for (const std::string& value : kNasty) {
    SCOPED_TRACE(value);
    api::Component function = with(value);
    function.spec.java.reset();
    function.spec.generic_runtime = api::GenericRuntime{
        .function_file = value, .function_file_location = "function://" + value, .language = value};
    const Outcome result = run(function);
    expect_instance_options(result, value);
    EXPECT_EQ(word_after(result.words, "--function_file"), value);
    EXPECT_EQ(word_after(result.words, "--language"), value);
    EXPECT_EQ(word_after(result.calls.at(1), "download"), "function://" + value);
  }
}

TEST(ShellSafety, OfTheGoCommand) {
  for (const std::string& value : kNasty) {
    SCOPED_TRACE(value);
    api::Component function = with(value);
    function.spec.java.reset();
    function.spec.golang.emplace().go = value;
    function.metadata.uid = value;
    const Outcome result = run(function);
    // The file's name is what `exec` is called with, the configuration its last word.
    EXPECT_EQ(result.words.at(1), value);
    EXPECT_EQ(result.words.at(2), "-instance-conf");
    ASSERT_EQ(result.words.size(), 4U);
    const auto configuration = base::parse_json(result.words.at(3));
    ASSERT_TRUE(configuration.has_value()) << result.words.at(3);
    EXPECT_EQ(base::text_at(*configuration, {"pulsarServiceURL"}), "pulsar://a b:6650");
    EXPECT_EQ(base::number_at(*configuration, {"instanceID"}), 3);
    EXPECT_EQ(base::text_at(*configuration, {"funcID"}), "3-" + value);
    EXPECT_EQ(base::text_at(*configuration, {"name"}), value);
    EXPECT_EQ(base::text_at(*configuration, {"sourceSpecsTopic"}), value);
    EXPECT_EQ(base::text_at(*configuration, {"userConfig"}),
              base::write_json(base::JsonObject{{value, value}}));
  }
}

TEST(ShellSafety, OfOAuth2) {
  for (const std::string& value : kNasty) {
    for (const bool pulsarctl : {false, true}) {
      SCOPED_TRACE(value);
      api::Component function = function_of();
      function.spec.image_has_pulsarctl = pulsarctl;
      function.spec.java->jar_location = "function://public/default/fn";
      function.spec.pulsar->auth_config.emplace().oauth2_config =
          api::OAuth2Config{.audience = value,
                            .issuer_url = value,
                            .scope = value,
                            .key_secret_name = value,
                            .key_secret_key = value};
      const Outcome result = run(function);
      const auto parameters = base::parse_json(word_after(result.words, "--client_auth_params"));
      ASSERT_TRUE(parameters.has_value());
      EXPECT_EQ(base::text_at(*parameters, {"audience"}), value);
      EXPECT_EQ(base::text_at(*parameters, {"privateKey"}), "/etc/oauth2/" + value);
      const std::vector<std::string>& first = result.calls.front();
      if (pulsarctl) {
        EXPECT_EQ(word_after(first, "--issuer-endpoint"), value);
        EXPECT_EQ(word_after(first, "--scope"), value);
      } else {
        EXPECT_TRUE(base::parse_json(word_after(first, "--auth-params")).has_value());
      }
    }
  }
}

TEST(ShellSafety, OfTheCleanUp) {
  for (const std::string& value : kNasty) {
    for (const bool pulsarctl : {false, true}) {
      for (const bool pattern : {false, true}) {
        SCOPED_TRACE(value);
        api::Component function = with(value);
        function.spec.cleanup_subscription = true;
        function.spec.image_has_pulsarctl = pulsarctl;
        if (pattern) {
          function.spec.input.topic_pattern = value + "/" + value + "/x";
        }
        ShellSandbox sandbox;
        const Objects objects = rendered(function);
        const Json& containers =
            at(*objects.cleanup_job, {"spec", "template", "spec", "containers"});
        EXPECT_EQ(sandbox.run(script_of(named(containers, "cleanup")),
                              {"pulsarctl", "/pulsar/bin/pulsar-admin"}),
                  0);
        const auto calls = sandbox.calls();
        ASSERT_FALSE(calls.empty());
        const auto& last = calls.back();
        EXPECT_EQ(std::ranges::count(last, pattern ? value + "/" + value : value),
                  pattern ? 1 : 4);  // topic and subscription, plug-in and parameters
        EXPECT_TRUE(std::ranges::find(last, value) != last.end());
        EXPECT_EQ(word_after(last, "--auth-params"), value);
        EXPECT_EQ(word_after(last, pulsarctl ? "--admin-service-url" : "--admin-url"),
                  "http://a b");
        if (!pulsarctl) {
          EXPECT_EQ(word_after(last, "-s"), value);
        }
      }
    }
  }
}

// A Secret's values come through the environment, and are one word each as well.
TEST(ShellSafety, OfCredentialsInTheEnvironment) {
  const Outcome result = run(function_of("{pulsar: {authSecret: s}, java: {jarLocation: legacy}}"));
  EXPECT_EQ(word_after(result.words, "--client_auth_plugin"), "P *");
  EXPECT_EQ(word_after(result.words, "--client_auth_params"), R"({"k": "it's"})");
  EXPECT_EQ(word_after(result.calls.front(), "--auth-plugin"), "P *");
  EXPECT_EQ(word_after(result.calls.front(), "--destination-file"), "/pulsar/fn.jar");
}

TEST(ShellSafety, OfLogConfigurations) {
  ShellSandbox sandbox;
  sandbox.run(script_of(main_of(rendered(function_of("{java: {log: {level: debug}}}")))), {"exec"});
  EXPECT_TRUE(sandbox.read("pulsar/conf/java-log/java_instance_log4j.xml")
                  .contains("<Root level=\"${sys:pulsar.log.level}\">"));

  api::Component python =
      function_of("{java: null, python: {py: fn.py, log: {rotatePolicy: SizedPolicyWith10MB}}}");
  python.spec.name = "it's %d \\ \"x\"\n$HOME";
  sandbox.run(script_of(main_of(rendered(python))), {"exec"});
  EXPECT_TRUE(sandbox.read("pulsar/conf/python-log/python_instance_logging.ini")
                  .contains(R"('logs/functions/it\'s %%d \\ "x"\x0a$HOME.log', 'a', 10485760, 5)"));
}

}  // namespace
}  // namespace functionmesh::render
