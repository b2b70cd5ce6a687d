#pragma once

#include <filesystem>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "cluster/kubernetes/access/access.hpp"

namespace functionmesh::kubernetes {

/// One file of a kubeconfig, read.
struct KubeconfigDocument {
  std::filesystem::path path;
  base::Json value;
  std::map<std::string, int> lines;
};

/// Reads the members of one map of a kubeconfig, and notes the first that is not as it should be;
/// what cannot be read is empty. `document` and `problem` have to outlive it.
class KubeconfigFields {
 public:
  KubeconfigFields(const KubeconfigDocument& document, const base::Json& value, std::string path,
                   std::optional<base::Error>& problem);

  bool has(std::string_view name) const { return find(name) != nullptr; }
  std::string text(std::string_view name);
  bool flag(std::string_view name);
  std::vector<std::string> texts(std::string_view name);
  const base::Json* any(std::string_view name) const { return find(name); }

  /// What base64 stands for.
  std::string decoded(std::string_view name);

  /// A path; relative ones are relative to the folder of the kubeconfig.
  std::filesystem::path file(std::string_view name);

  /// A map in it; an empty one when there is none.
  KubeconfigFields child(std::string_view name);

  /// The maps of a list.
  std::vector<KubeconfigFields> children(std::string_view name);

  /// "FILE:12: users[0].user.token", for messages.
  std::string place(std::string_view name) const;

  /// Notes that this member is not as it should be.
  void wrong(std::string_view name, std::string what,
             base::Error::Code code = base::Error::Code::invalid);

  /// The file is not as it should be.
  void wrong_file(const std::string& what);

  const std::filesystem::path& source() const { return document_->path; }

 private:
  const base::Json* find(std::string_view name) const;
  void expected(std::string_view name, std::string_view what, const base::Json& got);

  const KubeconfigDocument* document_;
  const base::Json* value_;
  std::string path_;
  std::optional<base::Error>* problem_;
};

}  // namespace functionmesh::kubernetes
