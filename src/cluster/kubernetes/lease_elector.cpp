#include "cluster/kubernetes/lease_elector.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.hpp"
#include "cluster/kubernetes/answer.hpp"

namespace functionmesh::kubernetes {
namespace {

using base::Json;
using base::JsonObject;
using base::Level;
using base::log;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kLongestRequest{5'000};

std::string path_of(const LeaseOptions& options) {
  return "/apis/coordination.k8s.io/v1/namespaces/" + options.namespace_ + "/leases";
}

}  // namespace

LeaseElector::LeaseElector(asio::any_io_executor executor, Access access, LeaseOptions options,
                           const base::Clock& clock, Callbacks callbacks)
    : executor_{std::move(executor)},
      client_{executor_, std::move(access)},
      options_{std::move(options)},
      clock_{clock},
      callbacks_{std::move(callbacks)},
      election_{options_.identity, options_.times},
      timer_{executor_} {}

asio::awaitable<void> LeaseElector::run() {
  using Step = LeaseElection::Step;
  while (!stopping_) {
    if (look_again_ || !election_.leading()) {
      co_await look();
    }
    const SteadyTime now = steady_clock::now();
    const Step step = look_again_ && !election_.leading() ? Step::wait : election_.step(now);
    if (step == Step::resign) {
      lose(election_.holder() == election_.identity() ? "it could not be renewed in time"
                                                      : "another took it");
    } else if (step == Step::acquire) {
      co_await write(election_.taken(clock_.now()), kLongestRequest);
    } else if (step == Step::renew) {
      const auto left = std::chrono::ceil<milliseconds>(election_.leads_until() - now);
      co_await write(election_.taken(clock_.now()), std::min(left, kLongestRequest));
    }
    const SteadyTime after = steady_clock::now();
    if (!stopping_ && !(election_.leading() && election_.step(after) == Step::resign)) {
      co_await wait_until(election_.next(after));
    }
  }
}

asio::awaitable<void> LeaseElector::look() {
  milliseconds timeout = kLongestRequest;
  if (election_.leading()) {
    timeout = std::min(
        timeout, std::chrono::ceil<milliseconds>(election_.leads_until() - steady_clock::now()));
  }
  const Result<Response> answer =
      co_await client_.send({.target = path_of(options_) + "/" + options_.name}, timeout);
  const SteadyTime now = steady_clock::now();
  if (answer && answer->status == 404) {
    look_again_ = false;
    read_ = true;
    election_.observe(std::nullopt, now);
    co_return;
  }
  const Result<Json> lease = answer ? object_of("read the lease " + options_.name, *answer)
                                    : Result<Json>{std::unexpected{answer.error()}};
  if (!lease) {
    look_again_ = true;
    failed(lease.error().message);
    co_return;
  }
  look_again_ = false;
  read_ = true;
  problem_.clear();
  const std::string before = election_.holder();
  election_.observe(*lease, now);
  if (election_.holder() != before && !election_.leading() && !election_.holder().empty()) {
    log(Level::info, "another operator leads; this one stands by",
        {{"lease", options_.name}, {"leader", election_.holder()}});
  }
}

asio::awaitable<void> LeaseElector::write(Json lease, milliseconds timeout) {
  JsonObject& metadata = lease.get_object()["metadata"].is_object()
                             ? lease.get_object()["metadata"].get_object()
                             : lease.get_object()["metadata"].emplace_object();
  metadata["namespace"] = options_.namespace_;
  metadata["name"] = options_.name;
  const bool exists = metadata.contains("resourceVersion");
  const SteadyTime begun = steady_clock::now();
  const Result<Response> answer =
      co_await client_.send({.method = exists ? "PUT" : "POST",
                             .target = path_of(options_) + (exists ? "/" + options_.name : ""),
                             .content_type = "application/json",
                             .body = base::write_json(lease)},
                            timeout);
  const Result<Json> written = answer ? object_of("write the lease " + options_.name, *answer)
                                      : Result<Json>{std::unexpected{answer.error()}};
  if (!written) {
    // Whatever it was, perhaps it was written all the same: what is there now decides.
    look_again_ = true;
    const auto code = written.error().code;
    if (code != base::Error::Code::conflict && code != base::Error::Code::already_exists) {
      failed(written.error().message);
    }
    co_return;
  }
  problem_.clear();
  const bool was_leading = election_.leading();
  election_.written(*written, begun);
  if (stopping_ || steady_clock::now() >= election_.leads_until()) {
    co_return;  // too late to be of use; run() sees it
  }
  if (!was_leading) {
    ++terms_;
    log(Level::info, "this operator leads",
        {{"lease", options_.name}, {"identity", election_.identity()}});
  }
  callbacks_.leads(election_.leads_until());
}

void LeaseElector::lose(std::string_view why) {
  election_.resign();
  look_again_ = true;
  log(Level::warning, "this operator does not lead any more", {{"reason", why}});
  callbacks_.lost();
}

void LeaseElector::failed(const std::string& why) {
  if (why != problem_) {
    log(election_.leading() ? Level::warning : Level::error, "the lease cannot be used",
        {{"lease", options_.namespace_ + "/" + options_.name}, {"error", why}});
  }
  problem_ = why;
}

asio::awaitable<void> LeaseElector::wait_until(SteadyTime time) {
  // Two that wait for the same moment should not write in the same moment.
  const milliseconds jitter{election_.leading() ? 0 : static_cast<int>(random_() % 200)};
  timer_.expires_at(time + jitter);
  co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
}

void LeaseElector::stop() {
  stopping_ = true;
  timer_.cancel();
}

asio::awaitable<void> LeaseElector::release() {
  if (election_.leading()) {
    election_.resign();
    const Json lease = election_.released(clock_.now());
    const Result<Response> answer =
        co_await client_.send({.method = "PUT",
                               .target = path_of(options_) + "/" + options_.name,
                               .content_type = "application/json",
                               .body = base::write_json(lease)},
                              milliseconds{2'000});
    const bool released = answer && answer->status == 200;
    log(released ? Level::info : Level::warning,
        released ? "lease released" : "the lease could not be released; it ends by itself",
        {{"lease", options_.name}});
  }
  client_.stop();
}

}  // namespace functionmesh::kubernetes
