#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/http_server.hpp"
#include "cluster/kubernetes/client.hpp"
#include "operator/health.hpp"
#include "operator/webhook_secret.hpp"

namespace functionmesh::process {

struct AdmissionOptions {
  std::string address;                       ///< to listen on
  std::string namespace_;                    ///< the operator's own
  std::filesystem::path certificate_folder;  ///< tls.crt, tls.key and ca.crt count first if there
};

/// How many reviews a webhook (its path) answered in which way: "allowed", "refused", "unreadable".
using ReviewCounts = std::map<std::pair<std::string, std::string>, std::uint64_t>;

/// Serves the admission webhooks: on every replica, as soon as it has a certificate. Keeps that
/// certificate, and what the API server trusts, up to date. The loop's thread only; `client` and
/// `clock` have to outlive it.
class AdmissionServer {
 public:
  AdmissionServer(boost::asio::any_io_executor executor, AdmissionOptions options,
                  kubernetes::Client& client, const base::Clock& clock);

  /// Works until the client stops; what is served goes on being served until stop().
  boost::asio::awaitable<void> run();

  /// This replica is about to end: connections end with their next answer.
  void wind_down();

  /// Lets requests under way end, for so long.
  boost::asio::awaitable<void> stop(std::chrono::milliseconds longest);

  const AdmissionState& state() const { return state_; }
  const ReviewCounts& counts() const { return counts_; }

 private:
  using Time = std::chrono::steady_clock::time_point;

  boost::asio::awaitable<base::ServerResponse> answer(base::ServerRequest request);
  base::Result<void> read_files();
  boost::asio::awaitable<base::Result<void>> look_at_cluster();
  boost::asio::awaitable<base::Result<void>> keep_secret();
  boost::asio::awaitable<base::Result<void>> publish();
  boost::asio::awaitable<base::Result<Json>> request(std::string what, kubernetes::Request request);
  base::Result<void> serve(WebhookKeys keys);
  bool is_settled(const Json& secret) const;
  void note(const base::Result<void>& done);

  const boost::asio::any_io_executor executor_;
  const AdmissionOptions options_;
  kubernetes::Client& client_;
  const base::Clock& clock_;
  std::unique_ptr<base::HttpServer> server_;
  WebhookKeys keys_;  ///< what is served, and what is to be trusted
  bool from_files_ = false;
  bool rotating_ = false;
  std::string published_;  ///< what the configurations were last seen to trust
  Time published_since_{};
  AdmissionState state_;
  ReviewCounts counts_;
};

}  // namespace functionmesh::process
