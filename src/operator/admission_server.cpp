#include "operator/admission_server.hpp"

#include <algorithm>

#include "admission/review.hpp"
#include "base/log.hpp"
#include "cluster/kubernetes/access/credentials.hpp"
#include "cluster/kubernetes/answer.hpp"
#include "operator/webhook_configuration.hpp"

namespace functionmesh::process {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using base::Error;
using base::Level;
using base::log;
using base::Result;
using std::chrono::steady_clock;

/// A request may be 3 MB; the stored object comes with it.
constexpr std::size_t kLargestReview = std::size_t{8} * 1024 * 1024;

/// More than API servers have requests under way (200 to 600 each): where idle connections must
/// make room, a request that is just sent on one is refused.
constexpr std::size_t kMostConnections = 2'048;

constexpr steady_clock::duration kLookAtFiles = 5s;
constexpr steady_clock::duration kLookAtCluster = 10s;
constexpr steady_clock::duration kLookAgain = 2s;  ///< while something is under way

/// How long API servers may take to trust what was published.
constexpr steady_clock::duration kSettle = 20s;

/// Another replica may be first with the Secret and with each configuration: what it wrote counts.
constexpr int kMostConflicts = 3;

bool is_conflict(const Result<void>& done) {
  return !done && done.error().code == Error::Code::conflict;
}

bool is_lasting(const Error& error) {
  return error.code == Error::Code::forbidden || error.code == Error::Code::not_found;
}

}  // namespace

AdmissionServer::AdmissionServer(asio::any_io_executor executor, AdmissionOptions options,
                                 kubernetes::Client& client, const base::Clock& clock)
    : executor_{std::move(executor)},
      options_{std::move(options)},
      client_{client},
      clock_{clock},
      state_{.wanted = true} {}

asio::awaitable<void> AdmissionServer::run() {
  Time due{};
  while (!client_.stopped()) {
    Result<void> done = read_files();
    if (done && steady_clock::now() >= due) {
      done = co_await look_at_cluster();
      for (int lost = 1; is_conflict(done) && lost <= kMostConflicts; ++lost) {
        done = co_await look_at_cluster();
      }
      const bool soon = rotating_ || (!done && !is_lasting(done.error()));
      due = steady_clock::now() + (soon ? kLookAgain : kLookAtCluster);
      note(done);
    } else if (!done) {
      note(done);
    }
    const auto rest =
        std::clamp(due - steady_clock::now(), steady_clock::duration{100ms}, kLookAtFiles);
    co_await client_.pause(std::chrono::ceil<std::chrono::milliseconds>(rest));
  }
}

void AdmissionServer::note(const Result<void>& done) {
  const std::string problem = done ? "" : done.error().message;
  if (problem != state_.problem && !client_.stopped()) {
    if (done) {
      log(Level::info, "admission is as it should be again");
    } else {
      log(Level::warning,
          state_.serves ? "admission is served, with a problem" : "admission is not served",
          {{"reason", problem}});
    }
  }
  state_.problem = problem;
  state_.lasting = !done && is_lasting(done.error());
}

// --- the certificate -----------------------------------------------------------------------------

Result<void> AdmissionServer::read_files() {
  std::error_code error;
  const auto& folder = options_.certificate_folder;
  const bool had_files = from_files_;
  from_files_ = !folder.empty() && std::filesystem::exists(folder / "tls.crt", error);
  if (!from_files_) {
    if (had_files) {
      keys_ = {};  // somebody else's: served on, but never written into the Secret
    }
    return {};
  }
  auto certificate = kubernetes::read_small_file(folder / "tls.crt");
  auto key = kubernetes::read_small_file(folder / "tls.key");
  if (!certificate || !key) {
    return std::unexpected(certificate ? key.error() : certificate.error());
  }
  const auto trusted = kubernetes::read_small_file(folder / "ca.crt");
  auto served = serve(
      {.serving = {std::move(*certificate), std::move(*key)}, .trusted_pem = trusted.value_or("")});
  return served ? served
                : base::fail(served.error().code, folder.string() + ": " + served.error().message);
}

/// Begins to serve, or goes on with another certificate.
Result<void> AdmissionServer::serve(WebhookKeys keys) {
  if (state_.serves && keys == keys_) {
    return {};
  }
  const bool begins = server_ == nullptr;
  if (begins) {
    server_ = std::make_unique<base::HttpServer>(
        executor_,
        base::ServerOptions{.address = options_.address,
                            .largest_body = kLargestReview,
                            .most_connections = kMostConnections},
        [this](base::ServerRequest request) { return answer(std::move(request)); });
  }
  Result<void> done = server_->use_certificate(keys.serving);
  if (done && begins) {
    done = server_->listen();
  }
  if (!done) {
    if (begins) {
      server_.reset();
    }
    return done;
  }
  const bool replaced = state_.serves && keys.serving != keys_.serving;
  if (begins || replaced) {
    log(Level::info, begins ? "admission is served" : "admission is served with a new certificate",
        {{"address", options_.address},
         {"certificate", from_files_ ? options_.certificate_folder.string()
                                     : "Secret " + std::string{kWebhookSecret}}});
  }
  keys_ = std::move(keys);
  state_.serves = true;
  return {};
}

asio::awaitable<Result<void>> AdmissionServer::look_at_cluster() {
  if (!from_files_) {
    if (const auto kept = co_await keep_secret(); !kept) {
      co_return kept;
    }
  }
  if (keys_.trusted_pem.empty()) {
    co_return Result<void>{};
  }
  const auto done = co_await publish();
  // With a certificate of somebody else's it is no surprise that they tell who is to trust it.
  co_return from_files_ && !done && is_lasting(done.error()) ? Result<void>{} : done;
}

asio::awaitable<Result<Json>> AdmissionServer::request(std::string what,
                                                       kubernetes::Request request) {
  const auto answer = co_await client_.send(std::move(request));
  if (!answer) {
    co_return std::unexpected(answer.error());
  }
  co_return kubernetes::object_of(what, *answer);
}

asio::awaitable<Result<void>> AdmissionServer::keep_secret() {
  const std::string name = options_.namespace_ + "/" + std::string{kWebhookSecret};
  const std::string target =
      "/api/v1/namespaces/" + options_.namespace_ + "/secrets/" + std::string{kWebhookSecret};
  auto secret = co_await request("read Secret " + name, {.target = target});
  if (!secret) {
    co_return std::unexpected(secret.error());
  }
  const bool held = !from_files_ && !keys_.serving.key_pem.empty();
  auto change = next_secret(*secret, options_.namespace_, clock_.now(),
                            held ? &keys_.serving : nullptr, is_settled(*secret));
  if (!change) {
    co_return std::unexpected(change.error());
  }
  if (*change) {
    secret =
        co_await request("write Secret " + name, {.method = "PUT",
                                                  .target = target,
                                                  .content_type = "application/json",
                                                  .body = base::write_json((*change)->secret)});
    if (!secret) {
      co_return std::unexpected(secret.error());
    }
    log(Level::info, (*change)->what, {{"secret", name}});
  }
  rotating_ = is_rotating(*secret);
  auto keys = keys_in(*secret);
  if (!keys) {
    co_return base::fail(keys.error().code, "Secret " + name + ": " + keys.error().message);
  }
  co_return serve(std::move(*keys));
}

/// Whether all that is trusted now has been for long enough.
bool AdmissionServer::is_settled(const Json& secret) const {
  const auto keys = keys_in(secret);
  return keys && !published_.empty() && keys->trusted_pem == published_ &&
         steady_clock::now() - published_since_ >= kSettle;
}

asio::awaitable<Result<void>> AdmissionServer::publish() {
  for (const std::string_view at : kWebhookConfigurations) {
    const std::string target{at};
    const std::string name = target.substr(target.rfind('/') + 1);
    const auto configuration = co_await request("read " + name, {.target = target});
    if (!configuration) {
      co_return std::unexpected(configuration.error());
    }
    if (is_injected(*configuration)) {
      co_return Result<void>{};
    }
    if (auto patch = trust(*configuration, keys_.trusted_pem)) {
      const auto patched = co_await request("set caBundle in " + name,
                                            {.method = "PATCH",
                                             .target = target,
                                             .content_type = "application/json-patch+json",
                                             .body = base::write_json(Json(std::move(*patch)))});
      if (!patched) {
        // A `test` in the patch that fails is invalid to the API server: it changed meanwhile.
        const bool changed = patched.error().code == Error::Code::invalid;
        co_return base::fail(changed ? Error::Code::conflict : patched.error().code,
                             patched.error().message);
      }
      log(Level::info, "caBundle was set", {{"configuration", name}});
    }
  }
  if (published_ != keys_.trusted_pem) {
    published_ = keys_.trusted_pem;
    published_since_ = steady_clock::now();
  }
  co_return Result<void>{};
}

// --- serving -------------------------------------------------------------------------------------

asio::awaitable<base::ServerResponse> AdmissionServer::answer(base::ServerRequest request) {
  if (admission::is_webhook(request.path) && request.method != "POST") {
    co_return base::ServerResponse{.status = 405,
                                   .body = "expected a POST of an AdmissionReview\n"};
  }
  admission::Answer answer = admission::answer(request.path, request.body);
  if (answer.status != 404) {
    const char* how = answer.status != 200 ? "unreadable" : answer.refused ? "refused" : "allowed";
    ++counts_[{request.path.substr(1), how}];
  }
  co_return base::ServerResponse{.status = answer.status,
                                 .content_type = std::move(answer.content_type),
                                 .body = std::move(answer.body)};
}

void AdmissionServer::wind_down() {
  if (server_) {
    server_->wind_down();
  }
}

asio::awaitable<void> AdmissionServer::stop(std::chrono::milliseconds longest) {
  if (server_) {
    co_await server_->stop(longest);
  }
}

}  // namespace functionmesh::process
