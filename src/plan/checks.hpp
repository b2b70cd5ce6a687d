#pragma once

#include "plan/forecast.hpp"
#include "plan/plan.hpp"

namespace functionmesh::plan {

/// A component as it would be.
struct Part {
  api::Component component;  ///< with its defaults
  Json stateful_set;         ///< as rendered
  Object before;             ///< null: it is new
};

/// Whether what these components rely on is there: ConfigMaps and Secrets; in Pulsar topics,
/// packages and free subscriptions. `pulsar_web` is asked instead of what ConfigMaps name, if
/// given.
asio::awaitable<std::vector<Finding>> check(Forecast& forecast, const std::vector<Part>& parts,
                                            std::string pulsar_web);

}  // namespace functionmesh::plan
