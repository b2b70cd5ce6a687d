#include "cluster/kubernetes/event_recorder.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdio>

#include "cluster/kubernetes/resource_types.hpp"

namespace functionmesh::kubernetes {
namespace {

using base::Json;
using base::JsonObject;

constexpr std::size_t kMostWaiting = 1'000;
constexpr std::size_t kMostRemembered = 2'000;
constexpr std::size_t kLongestMessage = 1'000;  ///< the API server takes 1,024

/// About one object: this many at once, then one in this time.
constexpr double kBurst = 25;
constexpr std::chrono::minutes kRefill{5};

constexpr std::chrono::seconds kTimeout{10};

/// It is quiet when no request was begun for so long.
constexpr std::chrono::milliseconds kLull{20};

std::string key_of(const cluster::Event& event) {
  return cluster::to_string(event.about) + "\n" + event.type + "\n" + event.reason + "\n" +
         event.message;
}

std::string shortened(const std::string& message) {
  if (message.size() <= kLongestMessage) {
    return message;
  }
  std::size_t end = kLongestMessage;
  while (end > 0 && (static_cast<unsigned char>(message[end]) & 0xc0) == 0x80) {
    --end;  // not within a character of UTF-8
  }
  return message.substr(0, end) + "...";
}

Json reference_to(const Json& object) {
  JsonObject reference;
  for (const std::string_view field : {"apiVersion", "kind"}) {
    reference[field] = base::text_at(object, {field});
  }
  for (const std::string_view field : {"namespace", "name", "uid", "resourceVersion"}) {
    reference[field] = base::text_at(object, {"metadata", field});
  }
  return reference;
}

}  // namespace

EventRecorder::EventRecorder(Client& client, const base::Clock& clock, std::string instance)
    : client_{client}, clock_{clock}, instance_{std::move(instance)} {}

void EventRecorder::record(const cluster::Event& event, const Json& about) {
  if (waiting_.size() >= kMostWaiting || !allowed(cluster::to_string(event.about))) {
    ++dropped_;
    return;
  }
  waiting_.push_back({event, reference_to(about), clock_.now()});
  if (idle_ != nullptr) {
    idle_->cancel();
  }
}

asio::awaitable<void> EventRecorder::run() {
  while (!client_.stopped()) {
    if (waiting_.empty()) {
      asio::steady_timer idle{co_await asio::this_coro::executor, std::chrono::hours{1}};
      idle_ = &idle;
      boost::system::error_code ignored;
      co_await idle.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
      idle_ = nullptr;
      continue;
    }
    co_await wait_for_quiet(waiting_.front().since + kPatience);
    const Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    co_await write(next);
    begun_ = client_.begun();
  }
}

void EventRecorder::stop() {
  if (idle_ != nullptr) {
    idle_->cancel();
  }
}

/// Those that waited too long still leave a lull between each other.
asio::awaitable<void> EventRecorder::wait_for_quiet(base::TimePoint latest) {
  bool late = false;
  while ((client_.begun() != begun_ || client_.busy() > 0) && !late && !client_.stopped()) {
    late = clock_.now() >= latest;
    begun_ = client_.begun();
    co_await client_.pause(kLull);
  }
}

asio::awaitable<void> EventRecorder::write(const Waiting& waiting) {
  const std::string key = key_of(waiting.event);
  const ResourceType& type = *resource_type("Event");
  const std::string& namespace_ = waiting.event.about.namespace_;
  const auto before = written_.find(key);
  if (before != written_.end()) {
    Written& written = before->second;
    recently_used_.splice(recently_used_.begin(), recently_used_, written.used);
    const std::string now = base::rfc3339(clock_.now());
    const Json patch{{"count", written.count + 1}, {"lastTimestamp", now}};
    const Result<Response> answer =
        co_await client_.send({.method = "PATCH",
                               .target = object_path(type, {"Event", namespace_, written.name}),
                               .content_type = "application/merge-patch+json",
                               .body = base::write_json(patch)},
                              kTimeout);
    if (!answer) {
      co_return;
    }
    if (answer->status == 200) {
      ++written.count;
      co_return;
    }
    // It is older than the server keeps events: a new one.
    recently_used_.erase(written.used);
    written_.erase(key);
  }
  Written made;
  std::array<char, 32> suffix;
  std::snprintf(suffix.data(), suffix.size(), ".%llx%llx",
                static_cast<unsigned long long>(clock_.now().time_since_epoch().count()),
                static_cast<unsigned long long>(++names_));
  made.name = waiting.event.about.name + suffix.data();
  made.count = 1;
  made.first = base::rfc3339(clock_.now());
  const Result<Response> answer =
      co_await client_.send({.method = "POST",
                             .target = collection_path(type, namespace_),
                             .content_type = "application/json",
                             .body = base::write_json(body_of(waiting, made))},
                            kTimeout);
  if (!answer || answer->status / 100 != 2) {
    ++dropped_;
    co_return;
  }
  recently_used_.push_front(key);
  made.used = recently_used_.begin();
  written_.emplace(key, std::move(made));
  if (written_.size() > kMostRemembered) {
    written_.erase(recently_used_.back());
    recently_used_.pop_back();
  }
}

Json EventRecorder::body_of(const Waiting& waiting, const Written& written) const {
  return JsonObject{
      {"apiVersion", "v1"},
      {"kind", "Event"},
      {"metadata",
       JsonObject{{"name", written.name}, {"namespace", waiting.event.about.namespace_}}},
      {"involvedObject", waiting.reference},
      {"type", waiting.event.type},
      {"reason", waiting.event.reason},
      {"message", shortened(waiting.event.message)},
      {"count", written.count},
      {"firstTimestamp", written.first},
      {"lastTimestamp", written.first},
      {"source", JsonObject{{"component", "functionmesh"}, {"host", instance_}}},
      {"reportingComponent", "functionmesh"},
      {"reportingInstance", instance_},
  };
}

/// A bucket of tokens for each object.
bool EventRecorder::allowed(const std::string& about) {
  const base::TimePoint now = clock_.now();
  if (allowances_.size() > kMostRemembered) {
    std::erase_if(allowances_, [&](const auto& entry) {
      return now - entry.second.since > kRefill * static_cast<int>(kBurst);
    });
  }
  const auto [at, made] = allowances_.try_emplace(about, kBurst, now);
  Allowance& allowance = at->second;
  const std::chrono::duration<double> passed = now - allowance.since;
  allowance.tokens =
      std::min(kBurst, allowance.tokens + (passed / std::chrono::duration<double>{kRefill}));
  allowance.since = now;
  if (allowance.tokens < 1) {
    return false;
  }
  allowance.tokens -= 1;
  return true;
}

}  // namespace functionmesh::kubernetes
