#pragma once

#include "reconcile/write.hpp"

namespace functionmesh::reconcile {

using base::Result;
using cluster::Object;

/// Makes one change. Returns the object as it is afterwards, null when it was removed. Removing
/// what is not there any more is a success.
boost::asio::awaitable<Result<Object>> carry_out(cluster::Cluster& cluster, Write write);

/// nullptr when there is none; only other errors are errors.
boost::asio::awaitable<Result<Object>> find(cluster::Cluster& cluster, Key key);

/// Makes `status` the resource's, if it is another than there is. True when that changed something.
/// Says so if the definitions in the cluster are too old to keep all of it.
boost::asio::awaitable<Result<bool>> write_status(cluster::Cluster& cluster, Object resource,
                                                  Json status);

/// True for failures that pass by themselves: the next try is worth more than a word in the status.
bool passes(const base::Error& error);

/// Tells users about `about`.
void tell(cluster::Cluster& cluster, const Key& about, const Note& note);

}  // namespace functionmesh::reconcile
