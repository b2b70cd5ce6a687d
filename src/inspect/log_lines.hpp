#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace functionmesh::inspect {

/// The log of one container as the API server sends it with timestamps, cut into lines. When a
/// stream ends and is asked for again, nothing is told twice and nothing is left out. Pure.
class LogLines {
 public:
  /// `time` as Kubernetes wrote it; both are valid during the call.
  using Sink = std::function<void(std::string_view time, std::string_view text)>;

  explicit LogLines(Sink sink) : sink_{std::move(sink)} {}

  void feed(std::string_view bytes);

  /// The stream ended: what it left is a line too. feed() from here on is another stream, which
  /// begins at since() or before.
  void end();

  /// For the next request's sinceTime (whole seconds); empty: from the beginning.
  std::string since() const;

 private:
  void take(std::string_view line);

  /// A place in a log: behind so many lines of this time.
  struct Place {
    std::string time;
    int lines = 0;
  };
  static bool is_before(const Place& a, const Place& b);

  Sink sink_;
  std::string rest_;  ///< of a line whose end did not come yet
  Place at_;          ///< of this stream
  Place told_;        ///< by earlier streams
};

}  // namespace functionmesh::inspect
