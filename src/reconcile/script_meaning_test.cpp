#include "reconcile/script_meaning.hpp"

#include <gtest/gtest.h>

namespace functionmesh::reconcile {
namespace {

/// Scripts as two operators write them.
struct Case {
  const char* what;
  const char* a;
  const char* b;
  bool same;
};

constexpr Case kCases[] = {
    {"quotes and blanks", R"(exec java  -cp /a '-Xlog:gc*:file=x'  Main --jar "/a.jar")",
     R"(exec java -cp /a -Xlog:gc*:file=x Main --jar /a.jar)", true},
    {"the order of options", "exec x --a 1 --b 2", "exec x --b 2 --a 1", true},
    {"the order of words", "exec java -Xmx1g -Xmx2g", "exec java -Xmx2g -Xmx1g", false},
    {"option=value", "exec x --a=1", "exec x --a 1", true},
    {"another value", "exec x --a 1", "exec x --a 2", false},
    {"an option more", "exec x --a 1", "exec x --a 1 --b 2", false},
    {"an option twice", "exec x --a 1 --a 2", "exec x --a 2", false},
    {"expanded or not", "exec x $NAME", "exec x '$NAME'", false},
    {"an expansion, quoted or not", "exec x $NAME-${B}", R"(exec x "$NAME"-"${B}")", true},
    {"a substitution with blanks", "exec x $(echo a/*.jar):b", "exec x $(echo a/*.jar):c", false},
    {"JSON, its blanks and order", R"(exec x --function_details '{"a": 1, "b": {"c": "d"}}')",
     R"(exec x --function_details "{\"b\":{\"c\":\"d\"},\"a\":1.0}")", true},
    {"JSON in JSON", R"(exec x --d '{"userConfig":"{\"a\":1,\"b\":2}"}')",
     R"(exec x --d '{"userConfig":"{\"b\": 2, \"a\": 1}"}')", true},
    {"another JSON value", R"(exec x --d '{"a":"{\"b\":1}"}')", R"(exec x --d '{"a":"{\"b\":2}"}')",
     false},
    {"HTML escapes", R"(exec x --d '{"a":"<b>"}')", R"(exec x --d '{"a":"\u003cb\u003e"}')", true},
    {"a quote in a value", R"(exec x --d '{"a":"it'"'"'s"}')", R"(exec x --d "{\"a\":\"it's\"}")",
     true},
    {"talk", "a && ls -al && pwd &&SHARD_ID=1 && echo shardId=${SHARD_ID} && exec x",
     "a && SHARD_ID=1 && exec x", true},
    {"another step", "wget u -O f && exec x", "wget v -O f && exec x", false},
    {"a step less", "wget u -O f && exec x", "exec x", false},
    {"the order of steps", "a && b && exec x", "b && a && exec x", false},
    {"doubled blanks between commands", "export PATH=$PATH:/p &&  pulsarctl get && exec x",
     "export PATH=$PATH:/p && pulsarctl get && exec x", true},
    {"a patch of the instance that may fail", "sed -i.bak 's/^  Log/#&/' log.py && exec x",
     "( sed -i.bak 's/^  Log/#&/' log.py || true ) && "
     "exec x",
     true},
    {"a Go configuration, quoted or escaped",
     R"(GO_FUNCTION_CONF={\"url\":\"${u}\",\"instanceID\":${SHARD_ID},\"cpu\":1} && exec x)",
     R"(GO_FUNCTION_CONF='{"url":"'"${u}"'","instanceID":'"${SHARD_ID}"',"cpu":0.05}' && exec x)",
     true},
    {"another Go configuration", R"(GO_FUNCTION_CONF='{"topic":"a"}' && exec x)",
     R"(GO_FUNCTION_CONF='{"topic":"b"}' && exec x)", false},
    {"texts of logging that ask for the same",
     R"(mkdir -p /c/java-log/ && echo "<Root level=\"INFO\"/> \${sys:x} 10MB" > /c/java-log/l.xml && exec x)",
     R"(echo '<Configuration><Root level="info"/>10 MB</Configuration>' > /c/java-log/l.xml && exec x)",
     true},
    {"another level of logging", "echo '<Root level=\"INFO\"/>' > /c/java-log/l.xml && exec x",
     "echo '<Root level=\"DEBUG\"/>' > /c/java-log/l.xml && exec x", false},
    {"a level that is corrected afterwards",
     "echo 'level=INFO' > /c/python-log/l.ini && sed -i 's/^level=.*/level=DEBUG/' "
     "/c/python-log/l.ini && exec x",
     "echo 'level=DEBUG' > /c/python-log/l.ini && exec x", true},
    {"another rotation", "echo 'INFO 0 0 0 * * ?' > /c/java-log/l.xml && exec x",
     "echo 'INFO 100MB' > /c/java-log/l.xml && exec x", false},
    {"what a batch source's resource was given back",
     R"(exec x --function_details '{"userConfig":"{\"a\":1,\"__BATCHSOURCECLASSNAME__\":\"c\"}"}')",
     R"(exec x --function_details '{"userConfig":"{\"a\":1}"}')", true},
    {"an open quote", "exec x 'a", "exec x a", true},
    {"nothing", "", " ", true},
};

TEST(ScriptMeaning, IsEqualForScriptsThatDoTheSame) {
  for (const auto& [what, a, b, same] : kCases) {
    const base::Json first = meaning_of_script(a);
    const base::Json second = meaning_of_script(b);
    EXPECT_EQ(base::equal(first, second), same) << what << "\n" << first << "\n" << second;
  }
}

TEST(ScriptMeaning, ReadsAnyText) {
  for (const auto& [what, a, b, same] : kCases) {
    const std::string_view script = a;
    for (std::size_t size = 0; size < script.size(); ++size) {
      meaning_of_script(script.substr(0, size));
      meaning_of_script(script.substr(size));
    }
  }
  for (const char* odd : {"$(", "\\", "'", "\"\\", ">", "echo >", "echo x >",
                          "sed level=", "order a", "logging a && sed level=DEBUG",
                          "exec --a --b=", "GO_FUNCTION_CONF=", "GO_FUNCTION_CONF=[${SHARD_ID}]",
                          "--x", "\xff\xfe --\xff {"}) {
    EXPECT_TRUE(meaning_of_script(odd).is_object()) << odd;
  }
}

}  // namespace
}  // namespace functionmesh::reconcile
