#include "admission/review.hpp"

#include <optional>

#include "admission/defaults.hpp"
#include "admission/judgement.hpp"
#include "admission/words.hpp"
#include "base/base64.hpp"
#include "base/metadata.hpp"
#include "base/text.hpp"

namespace functionmesh::admission {
namespace {

using base::JsonObject;

enum class Action { mutate, validate };

struct Webhook {
  Action action;
  api::Kind kind;
};

constexpr api::Kind kKinds[]{api::Kind::function, api::Kind::source, api::Kind::sink,
                             api::Kind::function_mesh, api::Kind::backend_config};

std::optional<Webhook> webhook_at(std::string_view path) {
  constexpr std::string_view kMutate = "/mutate-compute-functionmesh-io-v1alpha1-";
  constexpr std::string_view kValidate = "/validate-compute-functionmesh-io-v1alpha1-";
  const Action action = path.starts_with(kMutate) ? Action::mutate : Action::validate;
  const std::string_view prefix = action == Action::mutate ? kMutate : kValidate;
  if (!path.starts_with(prefix)) {
    return std::nullopt;
  }
  for (const api::Kind kind : kKinds) {
    if (path.substr(prefix.size()) == base::lower(api::kind_name(kind))) {
      return Webhook{action, kind};
    }
  }
  return std::nullopt;
}

Answer refused_request(int status, std::string why) {
  return {.status = status, .content_type = "text/plain; charset=utf-8", .body = why + "\n"};
}

bool is_object_of(const Json& value, api::Kind kind) {
  return value.is_object() && base::text_at(value, {"kind"}) == api::kind_name(kind);
}

/// An entry of a mesh takes much more memory than `{}` takes bytes; no mesh that fits into a
/// cluster's storage has as many.
constexpr std::size_t kMostEntries = 5'000;

bool is_too_large(const Json& object) {
  std::size_t entries = 0;
  for (const char* list : {"functions", "sources", "sinks"}) {
    const Json* found = base::find(object, {"spec", list});
    entries += found != nullptr && found->is_array() ? found->get_array().size() : 0;
  }
  return entries > kMostEntries;
}

bool same_spec(const Json& a, const Json& b) {
  const Json* one = base::find(a, {"spec"});
  const Json* other = base::find(b, {"spec"});
  return one == nullptr || other == nullptr ? one == other : base::equal(*one, *other);
}

std::string_view name_in(const Json& request, const Json& object) {
  const std::string_view name = base::text_at(object, {"metadata", "name"});
  return name.empty() ? base::text_at(request, {"name"}) : name;
}

/// What the response says beside the uid.
JsonObject respond(const Webhook& webhook, const Json& request) {
  const std::string_view operation = base::text_at(request, {"operation"});
  const bool update = operation == "UPDATE";
  JsonObject response{{"allowed", true}};
  if ((!update && operation != "CREATE") || !base::text_at(request, {"subResource"}).empty()) {
    return response;
  }
  const Json* object = base::find(request, {"object"});
  if (object == nullptr || !is_object_of(*object, webhook.kind)) {
    response["allowed"] = webhook.action == Action::mutate;
    if (webhook.action == Action::validate) {
      response["status"] = bad_request("request.object: expected an object of kind " +
                                       std::string{api::kind_name(webhook.kind)});
    }
    return response;
  }
  const Json* stored = update ? base::find(request, {"oldObject"}) : nullptr;
  const bool usable =
      stored != nullptr && is_object_of(*stored, webhook.kind) && !is_too_large(*stored);
  if (base::is_being_deleted(*object) || (usable && same_spec(*object, *stored))) {
    return response;
  }
  if (is_too_large(*object)) {
    response["allowed"] = webhook.action == Action::mutate;
    if (webhook.action == Action::validate) {
      response["status"] =
          refusal(webhook.kind, name_in(request, *object),
                  {{"spec", "has more than " + std::to_string(kMostEntries) +
                                " functions, sources and sinks; make several meshes of them"}});
    }
    return response;
  }
  const Json* previous = usable ? stored : nullptr;
  if (webhook.action == Action::mutate) {
    if (const JsonArray patch = missing_defaults(*object, previous); !patch.empty()) {
      response["patchType"] = "JSONPatch";
      response["patch"] = base::encode_base64(base::write_json(Json(patch)));
    }
    return response;
  }
  const api::Problems problems = judge(*object, previous);
  if (!problems.ok()) {
    response["allowed"] = false;
    response["status"] = refusal(webhook.kind, name_in(request, *object), problems.errors);
  }
  if (JsonArray warnings = warning_texts(problems.warnings); !warnings.empty()) {
    response["warnings"] = std::move(warnings);
  }
  return response;
}

}  // namespace

bool is_webhook(std::string_view path) {
  return webhook_at(path).has_value();
}

Answer answer(std::string_view path, std::string_view body) {
  const auto webhook = webhook_at(path);
  if (!webhook) {
    return refused_request(404, "there is no webhook here");
  }
  const auto review = base::parse_json(body);
  if (!review) {
    return refused_request(400, "the AdmissionReview cannot be read: it is " + review.error());
  }
  const std::string_view version = base::text_at(*review, {"apiVersion"});
  const std::string_view uid = base::text_at(*review, {"request", "uid"});
  if ((version != "admission.k8s.io/v1" && version != "admission.k8s.io/v1beta1") ||
      base::text_at(*review, {"kind"}) != "AdmissionReview" || uid.empty()) {
    return refused_request(400,
                           "expected an AdmissionReview of admission.k8s.io/v1 or v1beta1 "
                           "with a request that has a uid");
  }
  JsonObject response = respond(*webhook, *base::find(*review, {"request"}));
  const bool refused = !response.at("allowed").as_bool();
  response["uid"] = uid;
  JsonObject answered{{"apiVersion", version}, {"kind", "AdmissionReview"}};
  answered["response"] = std::move(response);
  return {.status = 200,
          .content_type = "application/json",
          .body = base::write_json(answered),
          .refused = refused};
}

}  // namespace functionmesh::admission
