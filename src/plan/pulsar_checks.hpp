#pragma once

#include "plan/checks.hpp"

namespace functionmesh::plan {

/// What Pulsar itself says of the topics, packages and subscriptions of these components. One that
/// does not answer is a finding, too.
asio::awaitable<std::vector<Finding>> check_pulsar(Forecast& forecast,
                                                   const std::vector<Part>& parts,
                                                   std::string pulsar_web);

}  // namespace functionmesh::plan
