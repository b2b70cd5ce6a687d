#pragma once

#include <functional>
#include <random>
#include <string>

#include "cluster/kubernetes/client.hpp"
#include "cluster/kubernetes/lease.hpp"

namespace functionmesh::kubernetes {

struct LeaseOptions {
  std::string namespace_;
  std::string name;
  std::string identity;  ///< unlike everybody else's
  LeaseTimes times{};
};

/// Takes part in the election for a Lease, with connections of its own, so that nothing else can
/// delay a renewal. The loop's thread only.
class LeaseElector {
 public:
  struct Callbacks {
    std::function<void(SteadyTime until)> leads;  ///< at the begin and at each renewal
    std::function<void()> lost;                   ///< from now on somebody else may lead
  };

  LeaseElector(asio::any_io_executor executor, Access access, LeaseOptions options,
               const base::Clock& clock, Callbacks callbacks);

  /// Takes part until stop().
  asio::awaitable<void> run();
  void stop();

  /// After run() has ended, and after the last write as leader: lets another lead at once.
  asio::awaitable<void> release();

  bool leading() const { return election_.leading(); }
  std::string holder() const { return election_.holder(); }

  /// Why the Lease cannot be read or written now; empty when it can.
  const std::string& problem() const { return problem_; }

  /// Whether it could be read once.
  bool read() const { return read_; }

  /// How often this program became the leader.
  std::uint64_t terms() const { return terms_; }

  const RequestCounts& counts() const { return client_.counts(); }

 private:
  asio::awaitable<void> look();
  asio::awaitable<void> write(base::Json lease, std::chrono::milliseconds timeout);
  asio::awaitable<void> wait_until(SteadyTime time);
  void failed(const std::string& why);
  void lose(std::string_view why);

  asio::any_io_executor executor_;
  Client client_;
  LeaseOptions options_;
  const base::Clock& clock_;
  Callbacks callbacks_;
  LeaseElection election_;
  asio::steady_timer timer_;
  std::minstd_rand random_{std::random_device{}()};
  bool stopping_ = false;
  bool look_again_ = true;
  bool read_ = false;
  std::uint64_t terms_ = 0;
  std::string problem_;
};

}  // namespace functionmesh::kubernetes
