#pragma once

#include "api/types.hpp"
#include "cluster/cluster.hpp"
#include "pulsar/access.hpp"

namespace functionmesh::inspect {

namespace asio = boost::asio;
using base::Result;

/// How to ask the Pulsar cluster of a component in this namespace: its ConfigMap, and its
/// authentication where that is in a Secret that we may read. A `web_url` is asked instead of the
/// ConfigMap's, which often names a service that only pods reach; empty: the ConfigMap's.
asio::awaitable<Result<pulsar::Access>> pulsar_of(cluster::Cluster& cluster, std::string in,
                                                  api::PulsarMessaging messaging,
                                                  std::string web_url);

}  // namespace functionmesh::inspect
