#include "cluster/kubernetes/informer.hpp"

#include "base/url.hpp"
#include "cluster/kubernetes/answer.hpp"

namespace functionmesh::kubernetes {
namespace {

using base::Error;
using std::chrono::milliseconds;

/// Small pages: a page is in memory as text and as a tree at the same time.
constexpr int kPageSize = 200;

/// The server ends a watch after this time; silence of more than this and the slack is a dead
/// connection (a server sends bookmarks about once a minute).
constexpr std::chrono::seconds kWatchTime{300};
constexpr std::chrono::seconds kSilence{90};

constexpr milliseconds kFirstPause{200};
constexpr milliseconds kLongestPause{10'000};
constexpr milliseconds kAbsentPause{
    15'000};  ///< until an API that is not there is looked for again

std::string group_of(const ResourceType& type) {
  const std::size_t slash = type.api_version.find('/');
  return std::string{slash == std::string_view::npos ? "" : type.api_version.substr(0, slash)};
}

}  // namespace

Informer::Informer(Client& client, const ResourceType& type, Options options,
                   cluster::Listener listener)
    : client_{client},
      type_{type},
      options_{std::move(options)},
      cache_{type, options_.interest, std::move(listener)} {}

asio::awaitable<void> Informer::run() {
  bool listed = false;
  while (!client_.stopped()) {
    if (!listed) {
      const Result<void> result = co_await list();
      if (client_.stopped()) {
        break;
      }
      if (!result) {
        note_failure(result.error());
        const milliseconds grown = next_pause();
        co_await client_.pause(
            absent_ || result.error().code == Error::Code::not_found ? kAbsentPause : grown);
        continue;
      }
      absent_ = false;
      denied_ = false;
      listed = true;
      problem_.clear();
      failures_ = 0;
    }
    const Outcome outcome = co_await watch();
    if (outcome == Outcome::ended) {
      failures_ = 0;
      continue;
    }
    ++restarts_;
    listed = outcome != Outcome::list_again;
    co_await client_.pause(next_pause());
  }
}

/// Longer after each failure in a row.
milliseconds Informer::next_pause() {
  const milliseconds grown = kFirstPause * (1 << std::min(failures_, 6));
  ++failures_;
  return client_.jittered(std::min(grown, kLongestPause));
}

asio::awaitable<Result<void>> Informer::list() {
  const std::string what = "list " + std::string{type_.plural};
  std::string token;
  cache_.begin_list();
  do {
    std::string more = "limit=" + std::to_string(kPageSize);
    if (!token.empty()) {
      more += "&continue=" + base::url_encode(token);
    }
    const Result<Response> answer = co_await client_.send(
        {.target = collection_path(type_, options_.namespace_) + query(more)});
    if (!answer) {
      co_return std::unexpected(answer.error());
    }
    const Result<Json> page = object_of(what, *answer);
    if (!page) {
      co_return std::unexpected(page.error());
    }
    Result<std::string> next = cache_.add_page(*page);
    if (!next) {
      co_return std::unexpected(next.error());
    }
    token = std::move(*next);
  } while (!token.empty());
  cache_.end_list();
  co_return Result<void>{};
}

asio::awaitable<Informer::Outcome> Informer::watch() {
  KindCache::Next next = KindCache::Next::go_on;
  WatchStream events{[&](const WatchEvent& event) -> Result<void> {
    next = cache_.take(event);
    if (next != KindCache::Next::go_on) {
      return base::fail(Error::Code::unavailable, "the watch ended with an error");
    }
    failures_ = 0;
    return {};
  }};
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(client_.jittered(2 * kWatchTime));
  const std::string more =
      "watch=1&allowWatchBookmarks=true&timeoutSeconds=" + std::to_string(seconds.count()) +
      "&resourceVersion=" + base::url_encode(cache_.resume_version());
  const Result<Response> answer = co_await client_.stream(
      {.target = collection_path(type_, options_.namespace_) + query(more)},
      [&](std::string_view bytes) { return events.feed(bytes); }, kSilence);
  if (next == KindCache::Next::list_again || (answer && answer->status == 410)) {
    co_return Outcome::list_again;
  }
  if (answer && answer->status == 200 && next == KindCache::Next::go_on) {
    co_return Outcome::ended;
  }
  if (answer && (answer->status == 403 || answer->status == 404)) {
    // The rights or the API are gone: a list tells, and says so.
    co_return Outcome::list_again;
  }
  co_return Outcome::failed;
}

void Informer::note_failure(const Error& error) {
  if (error.code == Error::Code::not_found) {
    cache_.clear();
  }
  if (options_.optional &&
      (error.code == Error::Code::not_found || error.code == Error::Code::forbidden)) {
    absent_ = true;
  }
  denied_ = error.code == Error::Code::forbidden;
  const std::string group = group_of(type_);
  const std::string in = group.empty() ? "" : " of API group " + group;
  if (error.code == Error::Code::not_found) {
    problem_ = "the API server has no " + std::string{type_.plural} + in +
               ": is the CustomResourceDefinition installed?";
  } else if (error.code == Error::Code::forbidden) {
    problem_ = error.message + " - the operator's role needs get, list and watch on " +
               std::string{type_.plural} + in;
  } else {
    problem_ = error.message;
  }
}

std::string Informer::query(std::string_view more) const {
  std::string query = "?" + std::string{more};
  if (!options_.interest.label_selector.empty()) {
    query += "&labelSelector=" + base::url_encode(options_.interest.label_selector);
  }
  return query;
}

}  // namespace functionmesh::kubernetes
