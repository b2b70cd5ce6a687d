#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

/// Numbers and times as people read them.
namespace functionmesh::view {

/// "0", "999", "1.2k", "34k", "5.6M", "7.8G".
std::string human_count(std::int64_t count);

/// Per second: "0/s", "0.2/s", "12/s", "1.2k/s"; "-" when it is not known.
std::string human_rate(std::optional<double> per_second);

/// How long: "45s", "3m20s", "25m", "5h10m", "30h", "3d4h", "90d", "2y". Below zero counts as zero.
std::string human_age(std::chrono::seconds age);

/// The time that Kubernetes wrote: "2026-01-31T12:00:00Z", with or without a fraction.
std::optional<base::TimePoint> time_of(std::string_view rfc3339);

/// human_age() of what was written at `rfc3339`; "-" when that is no time.
std::string age_since(std::string_view rfc3339, base::TimePoint now);

}  // namespace functionmesh::view
