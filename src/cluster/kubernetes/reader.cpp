#include "cluster/kubernetes/reader.hpp"

#include "base/metadata.hpp"
#include "base/url.hpp"
#include "cluster/kubernetes/answer.hpp"
#include "cluster/kubernetes/resource_types.hpp"

namespace functionmesh::kubernetes {
namespace {

using base::Error;
using base::fail;

constexpr int kPageSize = 500;
/// For a user who waits: the operator is more patient.
constexpr std::chrono::seconds kTimeout{10};

std::unexpected<Error> read_only() {
  return fail(Error::Code::forbidden, "this command only reads");
}

std::unexpected<Error> unknown_kind(const std::string& kind) {
  return fail(Error::Code::invalid, kind + ": not a kind that is read here");
}

std::string label_query(const cluster::Selector& selector) {
  std::string labels;
  for (const auto& [name, value] : selector.labels) {
    labels += (labels.empty() ? "" : ",") + name + "=" + value;
  }
  return labels.empty() ? "" : "&labelSelector=" + base::url_encode(labels);
}

bool is_selected(const Json& object, const cluster::Selector& selector) {
  return base::text_at(object, {"metadata", "name"}).starts_with(selector.name_prefix) &&
         (selector.owner.empty() || base::is_owned_by(object, selector.owner));
}

/// Elements of a list do not say what they are.
void name_kind(Json& object, const ResourceType& type) {
  object.get_object()["kind"] = type.kind;
  object.get_object()["apiVersion"] = type.api_version;
}

}  // namespace

asio::awaitable<Result<Object>> Reader::get(Key key) {
  const ResourceType* type = resource_type(key.kind);
  if (type == nullptr) {
    co_return unknown_kind(key.kind);
  }
  const Result<Response> answer =
      co_await client_.send({.target = object_path(*type, key)}, kTimeout);
  if (!answer) {
    co_return std::unexpected(answer.error());
  }
  Result<Json> object = object_of("get " + cluster::to_string(key), *answer);
  if (!object) {
    co_return std::unexpected(object.error());
  }
  name_kind(*object, *type);
  co_return std::make_shared<const Json>(std::move(*object));
}

asio::awaitable<Result<std::vector<Object>>> Reader::list(cluster::Selector selector) {
  const ResourceType* type = resource_type(selector.kind);
  if (type == nullptr) {
    co_return unknown_kind(selector.kind);
  }
  const std::string path = collection_path(*type, selector.namespace_) +
                           "?limit=" + std::to_string(kPageSize) + label_query(selector);
  std::vector<Object> found;
  std::string more;
  do {
    const Result<Response> answer = co_await client_.send({.target = path + more}, kTimeout);
    if (!answer) {
      co_return std::unexpected(answer.error());
    }
    Result<Json> page = object_of("list " + std::string{type->plural}, *answer);
    if (!page) {
      co_return std::unexpected(page.error());
    }
    if (Json* items = base::find(*page, {"items"}); items != nullptr && items->is_array()) {
      for (Json& item : items->get_array()) {
        if (item.is_object() && is_selected(item, selector)) {
          name_kind(item, *type);
          found.push_back(std::make_shared<const Json>(std::move(item)));
        }
      }
    }
    const std::string_view token = base::text_at(*page, {"metadata", "continue"});
    more = token.empty() ? "" : "&continue=" + base::url_encode(token);
  } while (!more.empty());
  co_return found;
}

asio::awaitable<Result<Object>> Reader::apply(Json) {
  co_return read_only();
}

asio::awaitable<Result<void>> Reader::take_over(Key) {
  co_return read_only();
}

asio::awaitable<Result<Object>> Reader::patch(Key, Json) {
  co_return read_only();
}

asio::awaitable<Result<Object>> Reader::write_status(Key, Json, std::string) {
  co_return read_only();
}

asio::awaitable<Result<void>> Reader::remove(Key, std::string) {
  co_return read_only();
}

void Reader::record(cluster::Event) {}

void Reader::watch(std::string, cluster::Listener) {}

}  // namespace functionmesh::kubernetes
