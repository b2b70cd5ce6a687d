#include "cluster/kubernetes/answer.hpp"

#include <algorithm>

namespace functionmesh::kubernetes {
namespace {

using base::Error;
using base::Json;

constexpr std::size_t kLongestMessage = 1'000;

/// The namespace of an object that is to be made is going away: nothing to complain about.
bool is_namespace_terminating(const Json& status) {
  const Json* causes = base::find(status, {"details", "causes"});
  return causes != nullptr && causes->is_array() &&
         std::ranges::any_of(causes->get_array(), [](const Json& cause) {
           return base::text_at(cause, {"reason"}) == "NamespaceTerminating";
         });
}

Error::Code code_of(int http_status, const Json& status) {
  switch (http_status) {
    case 404:
      return Error::Code::not_found;
    case 409:
      return base::text_at(status, {"reason"}) == "AlreadyExists" ? Error::Code::already_exists
                                                                  : Error::Code::conflict;
    case 410:
      return Error::Code::conflict;
    case 401:
      return Error::Code::forbidden;
    case 403:
      return is_namespace_terminating(status) ? Error::Code::conflict : Error::Code::forbidden;
    case 400:
    case 413:
    case 415:
    case 422:
      return Error::Code::invalid;
    default:
      return http_status >= 500 ? Error::Code::unavailable : Error::Code::internal;
  }
}

}  // namespace

Error error_of(std::string_view what, const Response& response) {
  const auto parsed = base::parse_json(response.body);
  const Json status = parsed ? *parsed : Json{};
  std::string message{base::text_at(status, {"message"})};
  if (message.empty()) {
    message = "the API server answered " + std::to_string(response.status);
  }
  if (message.size() > kLongestMessage) {
    message.resize(kLongestMessage);
    message += "...";
  }
  return {code_of(response.status, status), std::string{what} + ": " + message};
}

Result<Json> object_of(std::string_view what, const Response& response) {
  if (response.status / 100 != 2) {
    return std::unexpected(error_of(what, response));
  }
  auto parsed = base::parse_json(response.body);
  if (!parsed || !parsed->is_object()) {
    return base::fail(Error::Code::unavailable, std::string{what} +
                                                    ": the API server's answer is no JSON object" +
                                                    (parsed ? "" : " (" + parsed.error() + ")"));
  }
  return std::move(*parsed);
}

}  // namespace functionmesh::kubernetes
