#include "api/topic.hpp"

#include <algorithm>

namespace functionmesh::api {
namespace {

constexpr std::string_view kNameCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-=:._";

bool is_name(std::string_view text) {
  return !text.empty() && text.find_first_not_of(kNameCharacters) == text.npos;
}

std::unexpected<std::string> wrong(std::string_view text, std::string_view why) {
  return std::unexpected("\"" + std::string{text} + "\" is no topic name: " + std::string{why});
}

}  // namespace

std::expected<std::string, std::string> full_topic_name(std::string_view text) {
  if (text.empty()) {
    return std::unexpected("a topic name must not be empty");
  }
  std::string_view domain = "persistent";
  std::string_view rest = text;
  const std::size_t scheme = text.find("://");
  if (scheme != text.npos) {
    domain = text.substr(0, scheme);
    rest = text.substr(scheme + 3);
    if (domain != "persistent" && domain != "non-persistent") {
      return wrong(text, "it begins with persistent:// or non-persistent://, or with neither");
    }
  } else if (text.find('/') == text.npos) {
    return "persistent://public/default/" + std::string{text};
  } else if (std::ranges::count(text, '/') != 2) {
    return wrong(text, "expected a plain name or tenant/namespace/name");
  }
  const std::size_t tenant = rest.find('/');
  const std::size_t name = tenant == rest.npos ? rest.npos : rest.find('/', tenant + 1);
  if (name == rest.npos || name + 1 == rest.size()) {
    return wrong(text, "expected tenant/namespace/name");
  }
  if (!is_name(rest.substr(0, tenant)) || !is_name(rest.substr(tenant + 1, name - tenant - 1))) {
    return wrong(text, "tenant and namespace are made of letters, digits and - = : . _");
  }
  return std::string{domain} + "://" + std::string{rest};
}

std::string subscription_name(const ComponentSpec& spec) {
  return spec.subscription_name.empty() ? spec.tenant + "/" + spec.namespace_ + "/" + spec.name
                                        : spec.subscription_name;
}

}  // namespace functionmesh::api
