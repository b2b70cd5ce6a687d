#include "api/reader.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "api/words.hpp"
#include "base/text.hpp"

namespace functionmesh::api {
namespace {

class Reader {
 public:
  Reader(Kinds kinds, Problems& problems) : kinds_(kinds), problems_(problems) {}

  void record(const Record& record, void* target, const JsonObject& given, const Path& path) {
    for (const auto& [name, value] : given) {
      const Field* field = find(record, name);
      if (field == nullptr) {
        unknown(record, name, path);
      } else if (!value.is_null()) {
        member(*field, target, value, path.member(name));
      }
    }
    for (const Field& field : record.fields) {
      const bool wanted =
          field.rules.required || field.rules.required_in_cluster || field.rules.fallback;
      if (wanted && (field.rules.kinds & kinds_) != 0) {
        absent(field, target, given, path);
      }
    }
  }

 private:
  const Field* find(const Record& record, std::string_view name) const {
    for (const Field& field : record.fields) {
      if (field.name == name && (field.rules.kinds & kinds_) != 0) {
        return &field;
      }
    }
    return nullptr;
  }

  void unknown(const Record& record, std::string_view name, const Path& path) {
    constexpr std::size_t kMostSuggestions = 1'000;  // beyond that nobody made a slip
    if (problems_.warnings.size() >= kMostSuggestions) {
      warning(path.member(name), "unknown field; it is ignored");
      return;
    }
    std::vector<std::string_view> known;
    for (const Field& field : record.fields) {
      if ((field.rules.kinds & kinds_) != 0) {
        known.push_back(field.name);
      } else if (field.name == name) {
        warning(path.member(name), "this kind has no such field; it is ignored");
        return;
      }
    }
    std::string meant{base::nearest(name, known)};
    if (meant.empty()) {
      meant = one_level_down(record, name);
    }
    warning(path.member(name), meant.empty() ? "unknown field; it is ignored"
                                             : "unknown field; did you mean " + meant + "?");
  }

  // "input.topics" for a name that is known in a part of the record; empty when it is not.
  std::string one_level_down(const Record& record, std::string_view name) const {
    for (const Field& field : record.fields) {
      const bool part = field.type != nullptr && field.type->shape == Shape::record;
      if (part && (field.rules.kinds & kinds_) != 0 &&
          find(field.rules.record == nullptr ? field.type->record() : field.rules.record(), name) !=
              nullptr) {
        return std::string{field.name} + "." + std::string{name};
      }
    }
    return {};
  }

  void absent(const Field& field, void* target, const JsonObject& given, const Path& path) {
    const Json* value = given.if_contains(field.name);
    if (value != nullptr && !value->is_null()) {
      return;
    }
    if (field.rules.required) {
      error(path.member(field.name), "is required and was not given");
    }
    if (field.rules.required_in_cluster) {
      warning(path.member(field.name),
              "is required in a cluster: Kubernetes refuses the resource without it");
    }
    if (field.rules.fallback) {
      this->value(*field.type, field.rules, field.member(target), Json(*field.rules.fallback),
                  path);
    }
  }

  void member(const Field& field, void* target, const Json& value, const Path& path) {
    if (field.type == nullptr) {
      return;
    }
    if (field.rules.from_server) {
      Problems unheard;
      Reader quiet{kinds_, unheard};
      quiet.store(field, target, value, path);
      return;
    }
    const Kinds outer = kinds_;
    if (field.rules.inner_kinds != 0) {
      kinds_ = field.rules.inner_kinds;
    }
    store(field, target, value, path);
    kinds_ = outer;
  }

  void store(const Field& field, void* target, const Json& value, const Path& path) {
    if (fits(*field.type, field.rules, value, path)) {
      this->value(*field.type, field.rules, field.member(target), value, path);
    }
  }

  // Whether `given` can be stored in a value of this type, its elements aside.
  bool fits(const Type& type, const Rules& rules, const Json& given, const Path& path) {
    switch (type.shape) {
      case Shape::boolean:
        return given.is_bool() || mismatch(type, given, path);
      case Shape::int32:
        return whole(type, rules, given, path, std::numeric_limits<std::int32_t>::min(),
                     std::numeric_limits<std::int32_t>::max());
      case Shape::int64:
        return whole(type, rules, given, path, std::numeric_limits<std::int64_t>::min(),
                     std::numeric_limits<std::int64_t>::max());
      case Shape::text:
        return text(type, rules, given, path);
      case Shape::list:
        return given.is_array() || mismatch(type, given, path);
      case Shape::record:
      case Shape::map:
        return given.is_object() || mismatch(type, given, path);
      case Shape::object:
        return (given.is_object() || mismatch(type, given, path)) &&
               (rules.fragment == nullptr ||
                check_fragment(*rules.fragment, given.get_object(), path, problems_));
    }
    return false;
  }

  // Stores what fits().
  void value(const Type& type, const Rules& rules, void* member, const Json& given,
             const Path& path) {
    void* target = type.open == nullptr ? member : type.open(member, given);
    switch (type.shape) {
      case Shape::boolean:
        *static_cast<bool*>(target) = given.get_bool();
        break;
      case Shape::int32:
        *static_cast<std::int32_t*>(target) = static_cast<std::int32_t>(number(given).value_or(0));
        break;
      case Shape::int64:
        *static_cast<std::int64_t*>(target) = number(given).value_or(0);
        break;
      case Shape::text:
        *static_cast<std::string*>(target) = std::string_view{given.get_string()};
        break;
      case Shape::object:
        *static_cast<JsonObject*>(target) = given.get_object();
        break;
      case Shape::record:
        record(rules.record == nullptr ? type.record() : rules.record(), target, given.get_object(),
               path);
        break;
      case Shape::list:
        list(type, rules, target, given, path);
        break;
      case Shape::map:
        for (const auto& [key, element] : given.get_object()) {
          const Path at = path.member(key);
          if (fits(*type.element, {}, element, at)) {
            value(*type.element, {}, type.add(target, key), element, at);
          }
        }
        break;
    }
  }

  void list(const Type& type, const Rules& rules, void* target, const Json& given,
            const Path& path) {
    const Rules of_elements{.fragment = rules.fragment};
    for (std::size_t i = 0; i < given.get_array().size(); ++i) {
      const Json& element = given.get_array()[i];
      const Path at = path.index(i);
      const bool fitting = fits(*type.element, of_elements, element, at);
      // An empty one in place of what does not fit, so that positions stay those of the manifest;
      // no empty Kubernetes object, because all that are here have their shape.
      if (fitting || type.element->shape != Shape::object) {
        void* room = type.add(target, {});
        if (fitting) {
          value(*type.element, of_elements, room, element, at);
        }
      }
    }
  }

  // The number when it is whole and within 64 bits. 3.0 is whole: JSON has one kind of number.
  static std::optional<std::int64_t> number(const Json& given) {
    boost::system::error_code failed;
    const auto whole = given.to_number<std::int64_t>(failed);
    return failed ? std::nullopt : std::optional{whole};
  }

  bool whole(const Type& type, const Rules& rules, const Json& given, const Path& path,
             std::int64_t least, std::int64_t most) {
    const bool fraction = given.is_double() && given.get_double() != std::trunc(given.get_double());
    if (!given.is_number() || fraction) {
      return mismatch(type, given, path);
    }
    least = std::max(least, rules.minimum.value_or(least));
    const std::optional<std::int64_t> amount = number(given);
    if (amount && *amount >= least && *amount <= most) {
      return true;
    }
    if (rules.minimum && amount && *amount < least) {
      return error(path,
                   "must be " + std::to_string(least) + " or more, is " + std::to_string(*amount));
    }
    return error(path, "expected a whole number from " + std::to_string(least) + " to " +
                           std::to_string(most) + ", got " + base::write_json(given));
  }

  bool text(const Type& type, const Rules& rules, const Json& given, const Path& path) {
    if (!given.is_string()) {
      return mismatch(type, given, path);
    }
    const std::string_view text = given.get_string();
    if (rules.one_of.empty() || std::ranges::find(rules.one_of, text) != rules.one_of.end()) {
      return true;
    }
    return error(path, not_one_of(text, rules.one_of));
  }

  bool mismatch(const Type& type, const Json& given, const Path& path) {
    return error(path, api::mismatch(expected(type), given));
  }

  static std::string_view expected(const Type& type) {
    const bool texts = type.element != nullptr && type.element->shape == Shape::text;
    switch (type.shape) {
      case Shape::boolean:
        return "true or false";
      case Shape::int32:
      case Shape::int64:
        return "a whole number";
      case Shape::text:
        return kAString;
      case Shape::object:
      case Shape::record:
        return "an object";
      case Shape::list:
        return texts ? "a list of strings" : "a list of objects";
      case Shape::map:
        return texts ? "a map of strings" : "a map of objects";
    }
    return "something else";
  }

  bool error(const Path& path, std::string message) {
    problems_.errors.push_back({path.text(), std::move(message)});
    return false;
  }

  void warning(const Path& path, std::string message) {
    problems_.warnings.push_back({path.text(), std::move(message)});
  }

  Kinds kinds_;
  Problems& problems_;
};

}  // namespace

void read_record(const Record& record, void* target, const JsonObject& given, const Path& path,
                 Kinds kinds, Problems& problems) {
  Reader{kinds, problems}.record(record, target, given, path);
}

}  // namespace functionmesh::api
