#pragma once

#include "reconcile/component_plan.hpp"

/// What the controllers would do with a cluster that another operator looked after, without doing
/// any of it.
namespace functionmesh::reconcile {

/// What would become of one resource.
struct Outlook {
  enum class Verdict {
    unchanged,  ///< nothing would be written
    taken,      ///< its objects would be taken over; no pod is touched
    attention,  ///< its pods would be restarted, or it cannot be looked after as it is
  };
  Key key;
  Verdict verdict = Verdict::unchanged;
  std::vector<std::string> actions;  ///< sentences: what would happen besides the taking over
  std::string waits;                 ///< what differs and waits for the next change of the spec
  std::string attention;             ///< why
};

/// The Functions, Sources, Sinks and FunctionMeshes of a namespace (empty: of all), by kind and
/// name. Reads only.
boost::asio::awaitable<base::Result<std::vector<Outlook>>> survey(cluster::Cluster& cluster,
                                                                  const Policy& policy,
                                                                  std::string in,
                                                                  base::TimePoint now);

}  // namespace functionmesh::reconcile
