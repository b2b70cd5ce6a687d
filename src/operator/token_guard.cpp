#include "operator/token_guard.hpp"

#include <openssl/evp.h>

#include <array>

#include "base/log.hpp"
#include "base/text.hpp"
#include "cluster/kubernetes/answer.hpp"

namespace functionmesh::process {
namespace {

namespace asio = boost::asio;
using base::Json;
using base::JsonObject;
using base::Result;
using base::ServerResponse;
using std::chrono::steady_clock;

constexpr std::chrono::seconds kKeepAllowed{60};
constexpr std::chrono::seconds kKeepRefused{10};
constexpr std::size_t kMostVerdicts = 256;
constexpr std::chrono::milliseconds kPatience{5'000};

std::string hash_of(std::string_view token) {
  std::array<unsigned char, 32> digest{};
  EVP_Digest(token.data(), token.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return {digest.begin(), digest.end()};
}

std::string_view bearer_token(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (base::lower(authorization.substr(0, kScheme.size())) != kScheme) {
    return {};
  }
  authorization.remove_prefix(kScheme.size());
  return authorization;
}

ServerResponse refusal(int status, std::string why) {
  return {.status = status, .body = std::move(why) + "\n"};
}

bool is_true(const Json& json, std::initializer_list<std::string_view> path) {
  const Json* value = base::find(json, path);
  return value != nullptr && value->is_bool() && value->get_bool();
}

Json access_review(const Json& user, const std::string& path) {
  JsonObject spec{{"nonResourceAttributes", JsonObject{{"path", path}, {"verb", "get"}}}};
  struct Copied {
    std::string_view from;
    std::string_view to;
  };
  for (const Copied& field : {Copied{"username", "user"}, Copied{"uid", "uid"},
                              Copied{"groups", "groups"}, Copied{"extra", "extra"}}) {
    if (const Json* value = base::find(user, {field.from})) {
      spec[field.to] = *value;
    }
  }
  return JsonObject{{"apiVersion", "authorization.k8s.io/v1"},
                    {"kind", "SubjectAccessReview"},
                    {"spec", std::move(spec)}};
}

}  // namespace

asio::awaitable<ServerResponse> TokenGuard::check(const base::ServerRequest& request) {
  const std::string_view token = bearer_token(request.authorization);
  if (token.empty()) {
    co_return refusal(401, "a bearer token is needed: one that may get the URL " + request.path);
  }
  const std::string key = hash_of(token) + request.path;
  if (const auto known = verdicts_.find(key);
      known != verdicts_.end() && steady_clock::now() < known->second.until) {
    co_return known->second.response;
  }
  ServerResponse response = co_await ask(std::string{token}, request.path);
  if (response.status < 500) {
    if (verdicts_.size() >= kMostVerdicts) {
      verdicts_.clear();
    }
    const auto keep = response.status == 200 ? kKeepAllowed : kKeepRefused;
    verdicts_[key] = {response, steady_clock::now() + keep};
  }
  co_return response;
}

asio::awaitable<ServerResponse> TokenGuard::ask(std::string token, std::string path) {
  const Json question = JsonObject{{"apiVersion", "authentication.k8s.io/v1"},
                                   {"kind", "TokenReview"},
                                   {"spec", JsonObject{{"token", std::move(token)}}}};
  const auto known = co_await review("/apis/authentication.k8s.io/v1/tokenreviews", question);
  if (!known) {
    co_return refusal(503, "the API server cannot be asked about the token now");
  }
  const Json* user = base::find(*known, {"status", "user"});
  if (!is_true(*known, {"status", "authenticated"}) || user == nullptr) {
    co_return refusal(401, "the API server does not know this token");
  }
  const auto allowed = co_await review("/apis/authorization.k8s.io/v1/subjectaccessreviews",
                                       access_review(*user, path));
  if (!allowed) {
    co_return refusal(503, "the API server cannot be asked about the rights now");
  }
  if (!is_true(*allowed, {"status", "allowed"})) {
    co_return refusal(403, std::string{base::text_at(*user, {"username"})} + " may not get " +
                               path + ": it needs a ClusterRole with nonResourceURLs: [" + path +
                               "] and verbs: [get]");
  }
  co_return ServerResponse{};
}

asio::awaitable<Result<Json>> TokenGuard::review(std::string target, Json body) {
  const std::string what = "ask " + target;
  const auto answer = co_await client_.send({.method = "POST",
                                             .target = std::move(target),
                                             .content_type = "application/json",
                                             .body = base::write_json(body)},
                                            kPatience);
  Result<Json> review =
      answer ? kubernetes::object_of(what, *answer) : Result<Json>{std::unexpected{answer.error()}};
  const std::string problem = review ? "" : review.error().message;
  if (!problem.empty() && problem != last_problem_) {
    base::log(base::Level::warning,
              "who asks for metrics cannot be checked; the operator needs the right to create "
              "tokenreviews and subjectaccessreviews, or --metrics-secure=false",
              {{"error", problem}});
  }
  last_problem_ = problem;
  co_return review;
}

}  // namespace functionmesh::process
