#pragma once

#include <boost/asio/steady_timer.hpp>

#include "cluster/kubernetes/client.hpp"
#include "cluster/kubernetes/kind_cache.hpp"

namespace functionmesh::kubernetes {

/// What keeps a kind's cache true: lists, watches, resumes after a break, lists again when the
/// server has forgotten our version.
class Informer {
 public:
  /// Empty namespace: all of them. An optional kind is one whose API may not be there (or not for
  /// us): it then counts as having no objects, until it appears.
  struct Options {
    std::string namespace_;
    bool optional = false;
    Interest interest;
  };

  Informer(Client& client, const ResourceType& type, Options options, cluster::Listener listener);

  /// Runs until the client is stopped.
  asio::awaitable<void> run();

  const KindCache& cache() const { return cache_; }
  KindCache& cache() { return cache_; }

  /// Whether the cache can be relied on: filled, or of an optional kind that is not there.
  bool usable() const { return cache_.filled() || absent_; }

  /// Whether the kind's API is there at all.
  bool absent() const { return absent_; }

  /// Whether we have no right to read it.
  bool denied() const { return denied_; }

  /// Why the kind cannot be read now, with what to do; empty when it can.
  const std::string& problem() const { return problem_; }

  /// How often a watch had to begin anew for another reason than its time being over.
  std::uint64_t restarts() const { return restarts_; }

  const ResourceType& type() const { return type_; }

 private:
  enum class Outcome { ended, failed, list_again };

  asio::awaitable<Result<void>> list();
  asio::awaitable<Outcome> watch();
  void note_failure(const base::Error& error);
  std::chrono::milliseconds next_pause();
  std::string query(std::string_view more) const;

  Client& client_;
  const ResourceType& type_;
  Options options_;
  KindCache cache_;
  bool absent_ = false;
  bool denied_ = false;
  std::string problem_;
  std::uint64_t restarts_ = 0;
  int failures_ = 0;  ///< in a row
};

}  // namespace functionmesh::kubernetes
