#include "operator/failure_log.hpp"

#include "base/log.hpp"

namespace functionmesh::process {
namespace {

using base::Level;
using base::log;

constexpr std::chrono::seconds kWhile{10};
constexpr int kMostInAWhile = 20;

}  // namespace

double milliseconds_of(const reconcile::Reconciled& end) {
  return std::chrono::duration<double, std::milli>{end.duration}.count();
}

void FailureLog::add(const reconcile::Reconciled& end, base::TimePoint now) {
  summarize(now);
  // A conflict only says that something was newer than what we had read.
  const bool usual = end.error->code == base::Error::Code::conflict;
  if (!usual && logged_ >= kMostInAWhile && !base::is_logged(Level::debug)) {
    ++left_out_;
    return;
  }
  logged_ += usual ? 0 : 1;
  log(usual ? Level::debug : Level::warning, "reconcile failed; it is tried again",
      {{"object", cluster::to_string(end.key)},
       {"reconcile", end.id},
       {"milliseconds", milliseconds_of(end)},
       {"error", end.error->message}});
}

void FailureLog::summarize(base::TimePoint now) {
  const auto age = now - since_;
  if (age >= std::chrono::milliseconds{0} && age < kWhile) {
    return;
  }
  if (left_out_ > 0) {
    log(Level::warning, "more reconciles failed", {{"count", left_out_}});
  }
  since_ = now;
  logged_ = 0;
  left_out_ = 0;
}

}  // namespace functionmesh::process
