#pragma once

#include <chrono>
#include <map>
#include <string>

#include "base/http_server.hpp"
#include "base/json.hpp"
#include "cluster/kubernetes/client.hpp"

namespace functionmesh::process {

/// Lets those in whose token the API server knows and allows to get a path: a TokenReview, then a
/// SubjectAccessReview. Needs the right to create both. Answers are kept for a minute, refusals for
/// ten seconds.
class TokenGuard {
 public:
  /// `client` has to outlive it.
  explicit TokenGuard(kubernetes::Client& client) : client_{client} {}

  /// Status 200, or the answer that this request gets instead.
  boost::asio::awaitable<base::ServerResponse> check(const base::ServerRequest& request);

 private:
  struct Verdict {
    base::ServerResponse response;
    std::chrono::steady_clock::time_point until;
  };

  boost::asio::awaitable<base::ServerResponse> ask(std::string token, std::string path);
  boost::asio::awaitable<base::Result<base::Json>> review(std::string target, base::Json body);

  kubernetes::Client& client_;
  std::map<std::string, Verdict> verdicts_;  ///< by a hash of the token, and the path
  std::string last_problem_;
};

}  // namespace functionmesh::process
