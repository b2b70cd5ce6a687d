#include "dev/requests.hpp"

#include <map>

#include "api/types.hpp"

namespace functionmesh::dev {
namespace {

namespace asio = boost::asio;
using base::Error;
using base::Json;
using base::JsonArray;
using base::JsonObject;
using base::Result;
using cluster::Key;
using cluster::Object;

Key key_in(const Json& request) {
  return {std::string{base::text_at(request, {"kind"})},
          std::string{base::text_at(request, {"namespace"}, "default")},
          std::string{base::text_at(request, {"name"})}};
}

/// What may be shown of an object: a Secret's keys, not its values.
Json shown(const Json& object) {
  Json copy = object;
  if (base::text_at(copy, {"kind"}) == "Secret") {
    for (const std::string_view part : {"data", "stringData"}) {
      if (Json* values = base::find(copy, {part}); values != nullptr && values->is_object()) {
        for (auto& [name, value] : values->get_object()) {
          value = "(not shown)";
        }
      }
    }
  }
  return copy;
}

JsonArray events_json(const std::vector<local::RecordedEvent>& events) {
  JsonArray all;
  for (const local::RecordedEvent& event : events) {
    all.push_back(JsonObject{{"type", event.type},
                             {"reason", event.reason},
                             {"message", event.message},
                             {"count", event.count},
                             {"lastTimestamp", base::rfc3339(event.last)}});
  }
  return all;
}

}  // namespace

asio::awaitable<Result<Json>> Requests::answer(Json request) {
  const std::string verb{base::text_at(request, {"verb"})};
  if (verb == "list") {
    co_return co_await list(request);
  }
  if (verb == "describe") {
    co_return co_await describe(request);
  }
  if (verb == "apply") {
    co_return co_await apply(request);
  }
  if (verb == "delete") {
    co_return co_await remove(request);
  }
  if (verb == "scale") {
    co_return co_await scale(request);
  }
  co_return base::fail(Error::Code::invalid,
                       "this dev does not know '" + verb + "': is it of another version?");
}

asio::awaitable<Result<Json>> Requests::list(const Json& request) {
  const std::string namespace_{base::text_at(request, {"namespace"})};
  const std::string_view name = base::text_at(request, {"name"});
  JsonArray found;
  const Json* kinds = base::find(request, {"kinds"});
  if (kinds == nullptr || !kinds->is_array()) {
    co_return base::fail(Error::Code::invalid, "kinds: expected a list of kinds");
  }
  for (const Json& kind : kinds->get_array()) {
    const cluster::Selector selector{.kind = std::string{kind.is_string() ? kind.get_string() : ""},
                                     .namespace_ = namespace_,
                                     .labels = {}};
    const auto objects = co_await cluster_.list(selector);
    if (!objects) {
      co_return std::unexpected(objects.error());
    }
    for (const Object& object : *objects) {
      if (name.empty() || base::text_at(*object, {"metadata", "name"}) == name) {
        found.push_back(shown(*object));
      }
    }
  }
  co_return found;
}

asio::awaitable<Result<Json>> Requests::describe(const Json& request) {
  const Key key = key_in(request);
  const auto object = co_await cluster_.get(key);
  if (!object) {
    co_return std::unexpected(object.error());
  }
  JsonArray pods;
  if (api::kind_of(key.kind)) {
    // A mesh has its children's pods by their names' prefix; a component has its own by label.
    cluster::Selector selector{.kind = "Pod", .namespace_ = key.namespace_, .labels = {}};
    if (key.kind != "FunctionMesh") {
      selector.labels["compute.functionmesh.io/name"] = key.name;
    }
    const auto all = co_await cluster_.list(selector);
    for (const Object& pod : all ? *all : std::vector<Object>{}) {
      const std::string_view of =
          base::text_at(*pod, {"metadata", "labels", "compute.functionmesh.io/name"});
      if (of == key.name || of.starts_with(key.name + "-")) {
        pods.push_back(*pod);
      }
    }
  }
  co_return JsonObject{{"object", shown(**object)},
                       {"events", events_json(cluster_.events_about(key))},
                       {"pods", std::move(pods)}};
}

asio::awaitable<Result<Json>> Requests::apply(const Json& request) {
  const Json* objects = base::find(request, {"objects"});
  if (objects == nullptr || !objects->is_array()) {
    co_return base::fail(Error::Code::invalid, "objects: expected a list of objects");
  }
  const JsonArray& given = objects->get_array();
  co_await before_apply_({given.begin(), given.end()});
  JsonArray outcomes;
  for (const Json& object : given) {
    Key key = cluster::key_of(object);
    key.namespace_ = key.namespace_.empty() ? "default" : key.namespace_;
    const auto before = co_await cluster_.get(key);
    const auto after = co_await cluster_.apply_as("user", object);
    if (!after) {
      co_return std::unexpected(after.error());
    }
    const auto version = [](const Object& of) {
      return base::text_at(*of, {"metadata", "resourceVersion"});
    };
    const std::string_view outcome = !before                               ? "created"
                                     : version(*before) == version(*after) ? "unchanged"
                                                                           : "configured";
    outcomes.push_back(Json(cluster::to_string(key) + " " + std::string{outcome}));
  }
  co_return outcomes;
}

asio::awaitable<Result<Json>> Requests::remove(const Json& request) {
  const Key key = key_in(request);
  const auto removed = co_await cluster_.remove(key);
  if (!removed) {
    co_return std::unexpected(removed.error());
  }
  co_return Json(cluster::to_string(key) + " deleted");
}

asio::awaitable<Result<Json>> Requests::scale(const Json& request) {
  const Key key = key_in(request);
  if (key.kind != "Function" && key.kind != "Source" && key.kind != "Sink") {
    co_return base::fail(Error::Code::invalid,
                         key.kind + " has no replicas: scale a Function, Source or Sink");
  }
  const std::int64_t replicas = base::number_at(request, {"replicas"}, -1);
  if (replicas < 0) {
    co_return base::fail(Error::Code::invalid, "replicas: expected 0 or more");
  }
  const auto scaled =
      co_await cluster_.patch(key, JsonObject{{"spec", JsonObject{{"replicas", replicas}}}});
  if (!scaled) {
    co_return std::unexpected(scaled.error());
  }
  co_return Json(cluster::to_string(key) + " scaled to " + std::to_string(replicas));
}

}  // namespace functionmesh::dev
