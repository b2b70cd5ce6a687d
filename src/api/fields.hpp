#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "api/kubernetes.hpp"
#include "api/types.hpp"

/// The tables that describe our resources: one Record a struct, one Field a member.
///
/// Everything that has to know the fields walks these tables at run time: decoding, and whatever
/// else wants names, types, limits and descriptions. A member is named in its table and in
/// types.hpp, nowhere else.
namespace functionmesh::api {

/// Which kinds have a field, as a set of bits.
using Kinds = unsigned;
inline constexpr Kinds kFunctions = 1;
inline constexpr Kinds kSources = 2;
inline constexpr Kinds kSinks = 4;
inline constexpr Kinds kAllKinds = kFunctions | kSources | kSinks;

Kinds kinds_of(Kind kind);

struct Record;

enum class Shape { boolean, int32, int64, text, object, record, list, map };

/// How a C++ type stands in JSON. `object` is a JSON object that is kept as it was given.
struct Type {
  Shape shape;
  const Type* element = nullptr;        ///< of a list or map
  const Record& (*record)() = nullptr;  ///< of a record
  /// Makes room for a value and returns where it goes (the inside of an optional); nullptr when the
  /// member is the value itself.
  void* (*open)(void* member, const Json& given) = nullptr;
  /// Adds an element to a list or map and returns it; `key` is for maps.
  void* (*add)(void* container, std::string_view key) = nullptr;
};

/// What else is known of a field.
struct Rules {
  bool required = false;
  std::optional<std::int64_t> fallback = {};  ///< the CRD's own default
  std::optional<std::int64_t> minimum = {};
  std::span<const std::string_view> one_of = {};
  Kinds kinds = kAllKinds;
  const Fragment* fragment = nullptr;  ///< the Kubernetes type of an object, or of a list's objects
  const Record& (*record)() = nullptr;  ///< where a struct has more than one table
  Kinds inner_kinds = 0;                ///< for mesh entries: the kind that they are of
  bool from_server = false;             ///< set by the API server: not judged
  bool required_in_cluster = false;     ///< the CRD asks for it although nothing here does
  bool pruned = false;                  ///< the API server keeps nothing of the object
};

struct Field {
  std::string_view name;         ///< in JSON
  std::string_view description;  ///< for users, one sentence
  const Type* type;              ///< nullptr: known, and of no interest to us
  void* (*member)(void* record);
  Rules rules;
};

struct Record {
  std::string_view name;  ///< for programs: the struct's name
  std::span<const Field> fields;
};

/// The table of a struct. Defined for every struct in types.hpp that is read from JSON; for Mesh
/// and BackendConfig it is the table of their spec.
template <typename T>
const Record& record_of();

template <>
const Record& record_of<Metadata>();
template <>
const Record& record_of<ComponentSpec>();
template <>
const Record& record_of<Mesh>();
template <>
const Record& record_of<BackendConfig>();
template <>
const Record& record_of<CryptoSecret>();
template <>
const Record& record_of<CryptoConfig>();
template <>
const Record& record_of<ConsumerConfig>();
template <>
const Record& record_of<Input>();
template <>
const Record& record_of<ProducerConfig>();
template <>
const Record& record_of<Output>();
template <>
const Record& record_of<BatchSourceConfig>();
template <>
const Record& record_of<Connector>();
template <>
const Record& record_of<WindowConfig>();
template <>
const Record& record_of<OAuth2Config>();
template <>
const Record& record_of<GenericAuth>();
template <>
const Record& record_of<AuthConfig>();
template <>
const Record& record_of<TlsConfig>();
template <>
const Record& record_of<PulsarMessaging>();
template <>
const Record& record_of<LogConfigRef>();
template <>
const Record& record_of<RuntimeLog>();
template <>
const Record& record_of<JavaRuntime>();
template <>
const Record& record_of<PythonRuntime>();
template <>
const Record& record_of<GoRuntime>();
template <>
const Record& record_of<GenericRuntime>();
template <>
const Record& record_of<SecretRef>();
template <>
const Record& record_of<JavaStateProvider>();
template <>
const Record& record_of<PulsarStateStore>();
template <>
const Record& record_of<StatefulConfig>();
template <>
const Record& record_of<Liveness>();
template <>
const Record& record_of<VpaSpec>();
template <>
const Record& record_of<PodPolicy>();

const Record& source_connector_record();  ///< Connector in a Function's sourceConfig
const Record& sink_connector_record();    ///< Connector in a Function's sinkConfig

// --- from C++ types to Type ----------------------------------------------------------------------

template <typename T>
struct TypeOf {
  static constexpr Type value{.shape = Shape::record, .record = &record_of<T>};
};

template <>
struct TypeOf<bool> {
  static constexpr Type value{.shape = Shape::boolean};
};
template <>
struct TypeOf<std::int32_t> {
  static constexpr Type value{.shape = Shape::int32};
};
template <>
struct TypeOf<std::int64_t> {
  static constexpr Type value{.shape = Shape::int64};
};
template <>
struct TypeOf<std::string> {
  static constexpr Type value{.shape = Shape::text};
};
template <>
struct TypeOf<JsonObject> {
  static constexpr Type value{.shape = Shape::object};
};

template <>
struct TypeOf<JsonArray> {
  static constexpr Type value{
      .shape = Shape::list,
      .element = &TypeOf<JsonObject>::value,
      .add = [](void* list, std::string_view) -> void* {
        return &static_cast<JsonArray*>(list)->emplace_back(JsonObject{}).get_object();
      }};
};

template <typename T>
struct TypeOf<std::vector<T>> {
  static constexpr Type value{.shape = Shape::list,
                              .element = &TypeOf<T>::value,
                              .add = [](void* list, std::string_view) -> void* {
                                return &static_cast<std::vector<T>*>(list)->emplace_back();
                              }};
};

template <typename T>
struct TypeOf<std::map<std::string, T>> {
  static constexpr Type value{
      .shape = Shape::map,
      .element = &TypeOf<T>::value,
      .add = [](void* map, std::string_view key) -> void* {
        return &(*static_cast<std::map<std::string, T>*>(map))[std::string{key}];
      }};
};

template <typename T>
struct TypeOf<std::optional<T>> {
  static constexpr Type value = [] {
    Type type = TypeOf<T>::value;
    type.open = [](void* member, const Json&) -> void* {
      return &static_cast<std::optional<T>*>(member)->emplace();
    };
    return type;
  }();
};

template <>
struct TypeOf<MeshEntry> {
  static constexpr Type value{.shape = Shape::record,
                              .record = &record_of<ComponentSpec>,
                              .open = [](void* member, const Json& given) -> void* {
                                auto* entry = static_cast<MeshEntry*>(member);
                                entry->raw = given.as_object();
                                return &entry->spec;
                              }};
};

template <typename Struct, typename Value>
Value value_of(Value Struct::*);
template <typename Struct, typename Value>
Struct struct_of(Value Struct::*);

/// A line of a table: field<&ComponentSpec::replicas>("replicas", "...", {.minimum = 0}).
template <auto Member>
constexpr Field field(std::string_view name, std::string_view description, Rules rules = {}) {
  using Struct = decltype(struct_of(Member));
  using Value = decltype(value_of(Member));
  return {name, description, &TypeOf<Value>::value,
          [](void* record) -> void* { return &(static_cast<Struct*>(record)->*Member); }, rules};
}

}  // namespace functionmesh::api
