#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "base/url.hpp"

/// The Kubernetes side of Cluster. One event loop; nothing here is used from another thread.
namespace functionmesh::kubernetes {

namespace asio = boost::asio;
using base::Result;

/// What a request is made with. Both may be empty.
struct Identity {
  std::string token;            ///< for "Authorization: Bearer"
  std::string certificate_pem;  ///< presented when a connection is opened
  std::string key_pem;

  bool operator==(const Identity&) const = default;
};

/// Knows who we are, also when that changes: tokens expire, files are written anew, a plug-in is
/// asked again.
class Credentials {
 public:
  virtual ~Credentials() = default;

  /// The identity now; cheap unless something has to be read or asked again. Fails with `forbidden`
  /// and what to do about it.
  virtual asio::awaitable<Result<Identity>> identity() = 0;

  /// The server answered 401 to the last identity: get another one next time.
  virtual void refused() = 0;
};

/// An API server and how we are known to it.
struct Access {
  base::Url server;               ///< "target" is a path in front of every request's, often "/"
  std::string ca_pem;             ///< trusted certificates; empty: the system's
  std::string server_name;        ///< name in its certificate, if not the host
  bool allow_insecure = false;    ///< only when the user's kubeconfig says so
  std::string default_namespace;  ///< of the context or of our own pod; "default" when unknown
  std::string description;        ///< for messages: "context minikube of /home/me/.kube/config"
  std::shared_ptr<Credentials> credentials;
};

}  // namespace functionmesh::kubernetes
