#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "base/error.hpp"
#include "base/http.hpp"

namespace functionmesh::pulsar {

/// What a function, source or sink instance has counted since it started.
struct Counters {
  std::int64_t received = 0;
  std::int64_t written = 0;  ///< functions: processed successfully; sources and sinks: written
  std::int64_t user_exceptions = 0;
  std::int64_t system_exceptions = 0;  ///< with those of the source and the sink
  double latency_ms = 0;               ///< mean time in a function's code; 0: not known

  std::int64_t errors() const { return user_exceptions + system_exceptions; }
};

/// Messages a second.
struct Rates {
  double received = 0;
  double written = 0;
  double errors = 0;
};

/// Reads what Java, Python and Go instances show in Prometheus' text format, and adds up when
/// several instances are in it. Fails when the text has no counter of an instance.
base::Result<Counters> parse_metrics(std::string_view text);

/// What happened between two samples. Counters that went back are those of a new process, which
/// began at 0.
Rates rates(const Counters& before, const Counters& now, std::chrono::duration<double> between);

/// Asks the instance on this loopback port.
boost::asio::awaitable<base::Result<Counters>> read_metrics(base::HttpClient& http, int port,
                                                            std::chrono::milliseconds timeout);

}  // namespace functionmesh::pulsar
