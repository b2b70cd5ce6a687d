#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace functionmesh::base {

using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

/// Where time comes from. Passed in wherever a decision depends on it, so that a test can move it.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
};

/// The machine's clock.
class SystemClock : public Clock {
 public:
  TimePoint now() const override {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now());
  }
};

/// A clock that stands still until a test moves it.
class ManualClock : public Clock {
 public:
  TimePoint now() const override { return now_; }
  void advance(std::chrono::milliseconds by) { now_ += by; }

 private:
  TimePoint now_{std::chrono::seconds{1'700'000'000}};
};

/// "2026-01-31T12:00:00Z", as Kubernetes writes a time (RFC 3339, whole seconds, UTC).
std::string rfc3339(TimePoint time);

/// The same with microseconds, as a Lease has it: "2026-01-31T12:00:00.000000Z".
std::string rfc3339_micros(TimePoint time);

/// Reads a time of RFC 3339, with any fraction and offset.
std::optional<TimePoint> parse_rfc3339(std::string_view text);

}  // namespace functionmesh::base
