#pragma once

#include "base/metrics.hpp"

namespace functionmesh::process {

/// What this process takes of the machine, under the names that Prometheus clients use.
void write_usage(base::MetricsText& text);

}  // namespace functionmesh::process
