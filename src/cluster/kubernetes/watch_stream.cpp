#include "cluster/kubernetes/watch_stream.hpp"

#include <array>
#include <optional>
#include <utility>

namespace functionmesh::kubernetes {
namespace {

using base::Error;
using base::Result;

/// More than any API server stores as one object, with room for its wrapping.
constexpr std::size_t kLongestLine = 16UL * 1024 * 1024;

std::optional<WatchEvent::Type> type_of(std::string_view word) {
  using Type = WatchEvent::Type;
  constexpr std::array<std::pair<std::string_view, Type>, 5> kWords{{{"ADDED", Type::added},
                                                                     {"MODIFIED", Type::modified},
                                                                     {"DELETED", Type::deleted},
                                                                     {"BOOKMARK", Type::bookmark},
                                                                     {"ERROR", Type::error}}};
  for (const auto& [known, type] : kWords) {
    if (known == word) {
      return type;
    }
  }
  return std::nullopt;
}

}  // namespace

Result<void> WatchStream::feed(std::string_view bytes) {
  for (;;) {
    const std::size_t end = bytes.find('\n');
    if (end == std::string_view::npos) {
      break;
    }
    std::string_view line = bytes.substr(0, end);
    if (!unfinished_.empty()) {
      unfinished_ += line;
      line = unfinished_;
    }
    if (Result<void> taken = take(line); !taken) {
      return taken;
    }
    unfinished_.clear();
    bytes.remove_prefix(end + 1);
  }
  unfinished_ += bytes;
  if (unfinished_.size() > kLongestLine) {
    return base::fail(Error::Code::unavailable, "the watch sent a line of more than 16 MiB");
  }
  return {};
}

Result<void> WatchStream::take(std::string_view line) {
  if (line.find_first_not_of(" \r\t") == std::string_view::npos) {
    return {};
  }
  auto parsed = base::parse_json(line);
  base::Json* object = parsed ? base::find(*parsed, {"object"}) : nullptr;
  if (object == nullptr || !object->is_object()) {
    return base::fail(Error::Code::unavailable,
                      "the watch sent a line that is no event" +
                          (parsed ? std::string{} : ": " + parsed.error()));
  }
  const auto type = type_of(base::text_at(*parsed, {"type"}));
  return type ? taker_({*type, std::move(*object)}) : Result<void>{};
}

}  // namespace functionmesh::kubernetes
