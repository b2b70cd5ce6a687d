#include "reconcile/mesh_controller.hpp"

#include "reconcile/carry_out.hpp"
#include "reconcile/component_status.hpp"
#include "reconcile/gather.hpp"
#include "reconcile/metadata.hpp"

namespace functionmesh::reconcile {

using base::Error;

boost::asio::awaitable<Result<Again>> MeshController::reconcile(Key key, MayWait status_may_wait) {
  const Result<Object> mesh = co_await find(cluster_, key);
  if (!mesh) {
    co_return std::unexpected(mesh.error());
  }
  if (*mesh == nullptr || !is_managed(**mesh)) {
    co_return Again{};
  }
  Result<MeshView> view = co_await gather_mesh(cluster_, *mesh, clock_.now());
  if (!view) {
    co_return std::unexpected(view.error());
  }
  const MeshPlan plan = plan_mesh(*view, policy_.render);
  const std::optional<Error> failure = co_await carry_out_all(plan, *view);
  if (failure && passes(*failure)) {
    co_return std::unexpected(*failure);
  }
  if (!failure && !plan.changes.empty() && status_may_wait()) {
    co_return Again{0};
  }
  const Result<void> written = co_await write_status(plan, *view, failure);
  if (failure) {
    co_return std::unexpected(*failure);
  }
  if (!written) {
    co_return std::unexpected(written.error());
  }
  if (!view->unreadable.empty()) {
    co_return std::unexpected(view->unreadable.begin()->second);  // it may be granted later
  }
  for (const MeshPart& part : plan.parts) {
    if (!part.name_taken.empty()) {
      co_return std::chrono::seconds{10};  // nobody tells us when it goes
    }
  }
  co_return Again{};
}

/// An entry that the API server refuses does not keep the others from being made.
boost::asio::awaitable<std::optional<Error>> MeshController::carry_out_all(const MeshPlan& plan,
                                                                           MeshView& view) {
  const Key about = cluster::key_of(*view.mesh);
  std::optional<Error> first_failure;
  for (const Write& write : plan.changes) {
    const Result<Object> result = co_await carry_out(cluster_, write);
    if (!result) {
      first_failure = first_failure.value_or(result.error());
      continue;
    }
    if (write.note) {
      tell(cluster_, about, *write.note);
    }
    if (write.how == Write::How::remove) {
      // It may be there for a while yet, waiting for its own clean-up.
      const Result<Object> left = co_await find(cluster_, write.key);
      if (!left || *left == nullptr) {
        view.components.erase(write.key);
      } else {
        view.components[write.key] = *left;
      }
    } else {
      view.components[write.key] = *result;
    }
  }
  co_return first_failure;
}

boost::asio::awaitable<Result<void>> MeshController::write_status(
    const MeshPlan& plan, const MeshView& view, const std::optional<Error>& failure) {
  const Json* before = base::find(*view.mesh, {"status"});
  const Json status = mesh_status(view, plan, failure);
  const Result<bool> changed = co_await reconcile::write_status(cluster_, view.mesh, status);
  if (!changed) {
    co_return std::unexpected(changed.error());
  }
  if (*changed) {
    for (const Note& note : notes_about(before, status, {})) {
      tell(cluster_, cluster::key_of(*view.mesh), note);
    }
  }
  co_return Result<void>{};
}

}  // namespace functionmesh::reconcile
