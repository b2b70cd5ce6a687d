#include "reconcile/carry_out.hpp"

namespace functionmesh::reconcile {

using base::Error;

boost::asio::awaitable<Result<Object>> carry_out(cluster::Cluster& cluster, Write write) {
  switch (write.how) {
    case Write::How::apply:
      if (write.take_over) {
        const Result<void> taken = co_await cluster.take_over(write.key);
        if (!taken && taken.error().code != Error::Code::not_found) {
          co_return std::unexpected(taken.error());
        }
      }
      co_return co_await cluster.apply(std::move(write.body));
    case Write::How::patch:
      co_return co_await cluster.patch(write.key, std::move(write.body));
    case Write::How::remove:
      break;
  }
  const Result<void> removed = co_await cluster.remove(write.key, write.uid);
  // Another object of that name is none of ours.
  if (!removed && removed.error().code != Error::Code::not_found &&
      removed.error().code != Error::Code::conflict) {
    co_return std::unexpected(removed.error());
  }
  co_return Object{};
}

boost::asio::awaitable<Result<Object>> find(cluster::Cluster& cluster, Key key) {
  Result<Object> found = co_await cluster.get(std::move(key));
  if (!found && found.error().code == Error::Code::not_found) {
    co_return Object{};
  }
  co_return found;
}

boost::asio::awaitable<Result<bool>> write_status(cluster::Cluster& cluster, Object resource,
                                                  Json status) {
  const Json* before = base::find(*resource, {"status"});
  if (before != nullptr && base::equal(*before, status)) {
    co_return false;
  }
  const Key key = cluster::key_of(*resource);
  const std::string version{base::text_at(*resource, {"metadata", "resourceVersion"})};
  const Result<Object> written = co_await cluster.write_status(key, std::move(status), version);
  if (!written && written.error().code == Error::Code::not_found) {
    co_return false;  // gone by its last finalizer: there is no status to write any more
  }
  if (!written) {
    co_return std::unexpected(written.error());
  }
  const bool changed = base::text_at(**written, {"metadata", "resourceVersion"}) != version;
  if (changed && base::text_at(**written, {"status", "phase"}).empty()) {
    tell(cluster, key,
         warning("OldDefinition",
                 "the cluster's CustomResourceDefinitions are those of another operator and keep "
                 "only a part of the status: apply ours, as `functionmesh crds` prints them"));
  }
  co_return changed;
}

bool passes(const Error& error) {
  return error.code == Error::Code::conflict || error.code == Error::Code::unavailable;
}

void tell(cluster::Cluster& cluster, const Key& about, const Note& note) {
  cluster.record({about, note.type, note.reason, note.message});
}

}  // namespace functionmesh::reconcile
