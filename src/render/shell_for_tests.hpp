#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace functionmesh::render {

/// A folder in which scripts of containers are run by a real shell, removed at the end.
///
/// In the scripts /pulsar is this folder's `pulsar`. What they would start is replaced by shell
/// functions that note their arguments instead, one call a line of `calls()`.
class ShellSandbox {
 public:
  ShellSandbox() {
    std::string name = (std::filesystem::temp_directory_path() / "fm-shell-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    std::filesystem::create_directories(folder_ / "pulsar/instances/python-instance");
  }
  ShellSandbox(const ShellSandbox&) = delete;
  ShellSandbox& operator=(const ShellSandbox&) = delete;
  ~ShellSandbox() { std::filesystem::remove_all(folder_); }

  /// Runs `script` with bash and gives back its exit code. `programs` are replaced; `answers` is
  /// shell code of what the replacement does after it has noted the call.
  int run(std::string script, const std::vector<std::string>& programs,
          const std::string& answers = "return 0") {
    replace_all(script, "/pulsar", (folder_ / "pulsar").string());
    std::ofstream file(folder_ / "script");
    file << "cd '" << folder_.string() << "'\n";
    for (std::string program : programs) {
      replace_all(program, "/pulsar", (folder_ / "pulsar").string());
      file << "function " << program << " { printf '%s\\0' '" << program
           << "' \"$@\" >>calls; printf '\\n\\0' >>calls; " << answers << "; }\n";
    }
    file << script;
    file.close();
    const std::string command =
        "env -i PATH=\"$PATH\" HOME=/nowhere POD_NAME=fn-function-3 "
        "brokerServiceURL='pulsar://a b:6650' webServiceURL='http://a b' "
        "clientAuthenticationPlugin='P *' clientAuthenticationParameters='{\"k\": \"it'\\''s\"}' "
        "bash '" +
        (folder_ / "script").string() + "' >'" + (folder_ / "output").string() + "' 2>&1";
    const int status = std::system(command.c_str());
    return WEXITSTATUS(status);
  }

  /// The calls so far, each as its words; "/pulsar" stands in them again for the folder.
  std::vector<std::vector<std::string>> calls() const {
    std::vector<std::vector<std::string>> calls{{}};
    std::istringstream all{read("calls")};
    for (std::string word; std::getline(all, word, '\0');) {
      if (word == "\n") {
        calls.emplace_back();
      } else {
        replace_all(word, (folder_ / "pulsar").string(), "/pulsar");
        calls.back().push_back(word);
      }
    }
    calls.pop_back();
    return calls;
  }

  std::string read(const std::string& name) const {
    std::ifstream file(folder_ / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  /// The names of what is in the folder: a script that got out of hand leaves more.
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      names.push_back(entry.path().filename());
    }
    std::ranges::sort(names);
    return names;
  }

 private:
  static void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
      text.replace(at, from.size(), to);
    }
  }

  std::filesystem::path folder_;
};

}  // namespace functionmesh::render
