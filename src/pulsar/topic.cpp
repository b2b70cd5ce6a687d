#include "pulsar/topic.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include "base/url.hpp"

namespace functionmesh::pulsar {
namespace {

constexpr std::string_view partition_mark = "-partition-";

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const auto end = std::min(text.find('/', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

/// What Pulsar allows in tenants and namespaces.
bool is_plain_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-=:._").contains(c);
  });
}

std::size_t partition_mark_at(std::string_view name, int& number) {
  const auto mark = name.rfind(partition_mark);
  if (mark == std::string_view::npos) {
    return mark;
  }
  const std::string_view digits = name.substr(mark + partition_mark.size());
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool whole = error == std::errc{} && end == digits.data() + digits.size() && number >= 0;
  return whole ? mark : std::string_view::npos;
}

}  // namespace

std::expected<Topic, std::string> Topic::parse(std::string_view text) {
  const auto refuse = [&] {
    return std::unexpected("\"" + std::string(text) +
                           "\" is not a topic: expected NAME, TENANT/NAMESPACE/NAME or "
                           "persistent://TENANT/NAMESPACE/NAME");
  };
  Topic topic;
  std::string_view rest = text;
  const auto scheme_end = text.find("://");
  const bool full = scheme_end != std::string_view::npos;
  if (full) {
    const std::string_view scheme = text.substr(0, scheme_end);
    if (scheme != "persistent" && scheme != "non-persistent") {
      return refuse();
    }
    topic.persistent = scheme == "persistent";
    rest = text.substr(scheme_end + 3);
  }
  const auto parts = split(rest);
  const bool printable =
      std::ranges::none_of(text, [](char c) { return (c >= '\0' && c <= ' ') || c == '\x7f'; });
  if (!printable || parts.back().empty() || (parts.size() != 3 && (full || parts.size() != 1))) {
    return refuse();
  }
  if (parts.size() == 3) {
    if (!is_plain_name(parts[0]) || !is_plain_name(parts[1])) {
      return refuse();
    }
    topic.tenant = parts[0];
    topic.namespace_ = parts[1];
  }
  topic.name = parts.back();
  return topic;
}

std::optional<int> Topic::partition() const {
  int number = 0;
  return partition_mark_at(name, number) == std::string::npos ? std::nullopt
                                                              : std::optional(number);
}

Topic Topic::whole() const {
  int number = 0;
  Topic topic = *this;
  topic.name.resize(std::min(partition_mark_at(name, number), name.size()));
  return topic;
}

std::string to_string(const Topic& topic) {
  return (topic.persistent ? "persistent://" : "non-persistent://") + topic.tenant + "/" +
         topic.namespace_ + "/" + topic.name;
}

std::string admin_path(const Topic& topic) {
  return (topic.persistent ? "persistent/" : "non-persistent/") + base::url_encode(topic.tenant) +
         "/" + base::url_encode(topic.namespace_) + "/" + base::url_encode(topic.name);
}

}  // namespace functionmesh::pulsar
