#pragma once

#include <boost/json.hpp>
#include <expected>
#include <string>
#include <string_view>

namespace functionmesh::base {

/// A mutable JSON tree. Objects keep the order their members were added in.
using Json = boost::json::value;
using JsonObject = boost::json::object;
using JsonArray = boost::json::array;

/// How write() lays a document out.
enum class Layout { compact, indented };

/// Reads one JSON document. The error says what is wrong and at which byte.
/// Fails beyond 100 levels of nesting.
std::expected<Json, std::string> parse_json(std::string_view text);

/// The text of `value`: the same for the same value, nothing HTML-escaped, numbers in their
/// shortest exact decimal form (0.05, not 5E-2), indented by two blanks when asked for.
std::string write_json(const Json& value, Layout layout = Layout::compact);
std::string write_json(const JsonObject& value, Layout layout = Layout::compact);

/// Compares by value; the order of object members does not count, 1 and 1.0 are equal.
/// Use it instead of ==, which copies every member at every level in Boost.JSON 1.81.
bool equal(const Json& a, const Json& b);

/// True when every member that `wanted` has is in `actual` with an equal value; objects are
/// compared member by member at every level, anything else as a whole.
bool contains(const Json& actual, const Json& wanted);

/// The value at a path of object keys such as {"spec", "replicas"}, or nullptr.
const Json* find(const Json& value, std::initializer_list<std::string_view> path);
Json* find(Json& value, std::initializer_list<std::string_view> path);

/// What stands at a path, or the fallback when it is absent or of another type.
std::string_view text_at(const Json& value, std::initializer_list<std::string_view> path,
                         std::string_view fallback = {});
std::int64_t number_at(const Json& value, std::initializer_list<std::string_view> path,
                       std::int64_t fallback = 0);

/// Appends one step to a path as messages write it: `topics` to "spec.input" gives
/// "spec.input.topics", the index 0 "spec.input.topics[0]", and a name that is no plain word is
/// quoted: spec.input.sourceSpecs["persistent://a/b/c"].
void append_step(std::string& path, std::string_view name);
void append_step(std::string& path, std::size_t index);

/// Applies an RFC 7396 merge patch in place.
void merge_patch(Json& target, const Json& patch);

}  // namespace functionmesh::base
