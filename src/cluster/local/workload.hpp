#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>

#include "cluster/cluster.hpp"
#include "cluster/local/environment.hpp"
#include "cluster/local/function_file.hpp"

namespace functionmesh::local {

struct Surroundings;

/// What the pods of one StatefulSet or Job are made from: its template, the ConfigMaps and Secrets
/// that the template refers to, and the file with the user's code.
class Workload {
 public:
  explicit Workload(cluster::Object object);

  /// The StatefulSet or Job as it is now.
  const base::Json& object() const { return *object_; }
  void set_object(cluster::Object object);

  cluster::Key key() const { return cluster::key_of(*object_); }
  const base::Json& pod_template() const;

  /// The container that is run here; nullptr when the template has none.
  const base::Json* container() const;
  std::string container_name() const;

  /// Whether there are containers besides that one.
  bool has_sidecars() const;

  /// The container's script; empty when its command has another form than [shell, -c, script].
  std::string script() const;

  /// Identifies the template: pods of another revision are to be replaced.
  const std::string& revision() const { return revision_; }

  /// Reads what the template refers to, anew.
  boost::asio::awaitable<void> refresh(Surroundings& surroundings);

  /// Identifies the contents of what is referred to, as of the last refresh.
  const std::string& inputs() const { return inputs_; }

  /// Cheap, to be called about once a second: whether a refresh would find another function file.
  /// A file that is being written is reported when it has come to rest.
  bool file_changed(const Surroundings& surroundings);

  const Configs& configs() const { return configs_; }

  /// The user's code. `named` is as the script names it and empty when there is none; then either
  /// `location` says where it is to be fetched, or `copy` is the file, or `problem` says why not.
  struct Code {
    std::string named;
    std::string location;
    std::filesystem::path found;
    std::filesystem::path copy;
    std::string problem;
  };
  const Code& code() const { return code_; }

 private:
  boost::asio::awaitable<bool> refresh_configs(cluster::Cluster& cluster);
  boost::asio::awaitable<void> refresh_code(Surroundings& surroundings);
  void look_up_file(Surroundings& surroundings);

  cluster::Object object_;
  std::string revision_;
  std::string inputs_;
  Configs configs_;
  Code code_;
  std::string wanted_file_;  ///< as the resource names it
  std::string file_hash_;
  FileStamp stamp_;
  FileStamp seen_;
};

}  // namespace functionmesh::local
