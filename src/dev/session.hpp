#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace functionmesh::dev {

struct SessionOptions {
  std::vector<std::string> files;
  std::string broker;  ///< pulsar://host:port; empty: a standalone is started when one is needed
  std::string web;     ///< that broker's http://host:port
  std::filesystem::path state_folder;
  std::filesystem::path runner_home;
  int seconds = 0;  ///< ends by itself after this time; 0: when it is told to
  bool table = false;
  bool colour = false;
};

/// Brings the resources of files up on this machine and keeps them up until SIGINT, SIGTERM, SIGHUP
/// or the end of its time; then ends everything that it started. A second signal ends it at once.
///
/// Returns the exit code: 0, or 1 when it could not start, or when its time was up and some
/// component was not ready. Holds the state folder's lock while it runs.
int run_session(const SessionOptions& options);

}  // namespace functionmesh::dev
