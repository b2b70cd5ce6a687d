#pragma once

#include <random>
#include <set>

#include "cluster/cluster.hpp"

namespace functionmesh::reconcile {

/// A cluster whose answers get lost: some writes are not made, of some nobody hears.
class FlakyCluster : public cluster::Cluster {
 public:
  explicit FlakyCluster(cluster::Cluster& inner) : inner_{inner} {}

  int failing_percent = 0;
  std::mt19937 random;
  std::set<std::string> unreadable;  ///< kinds that we have no right to read
  std::set<std::string> unwritable;  ///< kinds that we have no right to write
  std::set<std::string> absent;      ///< kinds that the cluster does not have
  std::string terminating;           ///< in this namespace nothing can be made

  boost::asio::awaitable<base::Result<cluster::Object>> get(cluster::Key key) override {
    if (fails()) {
      co_return error();
    }
    if (unreadable.contains(key.kind)) {
      co_return forbidden("get", key.kind);
    }
    co_return co_await inner_.get(std::move(key));
  }
  boost::asio::awaitable<base::Result<std::vector<cluster::Object>>> list(
      cluster::Selector selector) override {
    if (fails()) {
      co_return error();
    }
    if (unreadable.contains(selector.kind)) {
      co_return forbidden("list", selector.kind);
    }
    co_return co_await inner_.list(std::move(selector));
  }
  boost::asio::awaitable<base::Result<cluster::Object>> apply(base::Json object) override {
    const cluster::Key key = cluster::key_of(object);
    if (absent.contains(key.kind)) {
      co_return base::fail(base::Error::Code::not_found, "no such resource");
    }
    if (unwritable.contains(key.kind)) {
      co_return forbidden("patch", key.kind);
    }
    if (key.namespace_ == terminating && !terminating.empty()) {
      co_return base::fail(base::Error::Code::conflict,
                           "unable to create new content because it is being terminated");
    }
    co_return co_await perhaps(inner_.apply(std::move(object)));
  }
  boost::asio::awaitable<base::Result<void>> take_over(cluster::Key key) override {
    return perhaps(inner_.take_over(std::move(key)));
  }
  boost::asio::awaitable<base::Result<cluster::Object>> patch(cluster::Key key,
                                                              base::Json merge_patch) override {
    return perhaps(inner_.patch(std::move(key), std::move(merge_patch)));
  }
  boost::asio::awaitable<base::Result<cluster::Object>> write_status(
      cluster::Key key, base::Json status, std::string resource_version) override {
    return perhaps(
        inner_.write_status(std::move(key), std::move(status), std::move(resource_version)));
  }
  boost::asio::awaitable<base::Result<void>> remove(cluster::Key key, std::string uid) override {
    return perhaps(inner_.remove(std::move(key), std::move(uid)));
  }
  void record(cluster::Event event) override { inner_.record(std::move(event)); }
  void watch(std::string kind, cluster::Listener listener) override {
    inner_.watch(std::move(kind), std::move(listener));
  }

 private:
  template <typename T>
  boost::asio::awaitable<base::Result<T>> perhaps(boost::asio::awaitable<base::Result<T>> write) {
    if (fails()) {
      co_return error();
    }
    base::Result<T> result = co_await std::move(write);
    if (fails()) {
      co_return error();
    }
    co_return result;
  }

  bool fails() { return std::uniform_int_distribution{1, 100}(random) <= failing_percent; }

  static std::unexpected<base::Error> forbidden(std::string_view verb, const std::string& kind) {
    return base::fail(base::Error::Code::forbidden,
                      "you may not " + std::string{verb} + " " + kind + "s");
  }

  std::unexpected<base::Error> error() {
    using Code = base::Error::Code;
    constexpr std::array kCodes = {Code::unavailable, Code::conflict, Code::forbidden,
                                   Code::internal};
    const std::size_t index = std::uniform_int_distribution<std::size_t>{0, 3}(random);
    return base::fail(kCodes[index], "lost");
  }

  cluster::Cluster& inner_;
};

}  // namespace functionmesh::reconcile
