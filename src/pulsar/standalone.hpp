#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/error.hpp"

namespace functionmesh::pulsar {

struct StandaloneOptions {
  std::filesystem::path distribution{};        ///< an unpacked Pulsar: lib/ is in it
  std::filesystem::path folder{};              ///< data, configuration and logs; survives
  std::string name{"standalone"};              ///< of the Pulsar cluster
  std::optional<std::uint16_t> broker_port{};  ///< else a free one, kept from start to start
  std::optional<std::uint16_t> web_port{};
};

/// Where a running Pulsar is reached.
struct Endpoints {
  std::string broker;  ///< "pulsar://127.0.0.1:PORT"
  std::string web;     ///< "http://127.0.0.1:PORT"
};

/// A Pulsar of our own for development: broker, bookie and metadata in one JVM on loopback, with
/// the package service and without the functions worker.
///
/// One at a time runs in a folder. It never outlives this program. Used on the loop's thread.
class Standalone {
 public:
  using Progress = std::function<void(const std::string& line)>;

  Standalone(StandaloneOptions options, boost::asio::any_io_executor executor);
  ~Standalone();

  /// Who is told what takes time or differs from the last start, a line at a time.
  void on_progress(Progress progress);

  /// Starts it and waits until it serves; a second call after it ended starts it again. The error
  /// says what is missing or, when it ended by itself, how and what its log said last.
  boost::asio::awaitable<base::Result<Endpoints>> start();

  /// Waits until the process that start() started has ended and says how: "exit code 1: ...".
  boost::asio::awaitable<std::string> exited();

  /// Ends it: SIGTERM, after 15 s SIGKILL. Returns when it is gone; fine when nothing runs.
  boost::asio::awaitable<void> stop();

  /// Its process while it runs, else 0.
  int process_id() const;

  std::filesystem::path log_file() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace functionmesh::pulsar
