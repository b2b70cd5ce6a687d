#include "cluster/kubernetes/access/kubeconfig_fields.hpp"

#include "base/base64.hpp"
#include "base/yaml.hpp"

namespace functionmesh::kubernetes {
namespace {

using base::Error;
using base::Json;

const Json kNothing;

}  // namespace

KubeconfigFields::KubeconfigFields(const KubeconfigDocument& document, const Json& value,
                                   std::string path, std::optional<Error>& problem)
    : document_{&document}, value_{&value}, path_{std::move(path)}, problem_{&problem} {
  if (!value.is_object() && !value.is_null() && !problem) {
    problem = Error{Error::Code::invalid,
                    document.path.string() + ": " + (path_.empty() ? "the file" : path_) +
                        ": expected a map, got " + std::string{base::yaml_type_name(value)}};
  }
}

const Json* KubeconfigFields::find(std::string_view name) const {
  const Json* found = value_->is_object() ? value_->get_object().if_contains(name) : nullptr;
  return found == nullptr || found->is_null() ? nullptr : found;
}

std::string KubeconfigFields::text(std::string_view name) {
  const Json* value = find(name);
  if (value == nullptr) {
    return {};
  }
  if (!value->is_string()) {
    expected(name, "a string", *value);
    return {};
  }
  return std::string{value->get_string()};
}

bool KubeconfigFields::flag(std::string_view name) {
  const Json* value = find(name);
  if (value == nullptr) {
    return false;
  }
  if (!value->is_bool()) {
    expected(name, "true or false", *value);
    return false;
  }
  return value->get_bool();
}

std::vector<std::string> KubeconfigFields::texts(std::string_view name) {
  std::vector<std::string> all;
  const Json* value = find(name);
  if (value == nullptr) {
    return all;
  }
  if (!value->is_array()) {
    expected(name, "a list of strings", *value);
    return all;
  }
  for (const Json& element : value->get_array()) {
    if (element.is_string()) {
      all.emplace_back(element.get_string());
    } else {
      expected(name, "a list of strings, each in quotes if it looks like a number", element);
    }
  }
  return all;
}

std::string KubeconfigFields::decoded(std::string_view name) {
  const std::string encoded = text(name);
  auto bytes = base::decode_base64(encoded);
  if (!bytes) {
    wrong(name, "expected base64 of a PEM text (base64 -w0 FILE makes it)");
    return {};
  }
  return std::move(*bytes);
}

std::filesystem::path KubeconfigFields::file(std::string_view name) {
  const std::filesystem::path given = text(name);
  return given.empty() || given.is_absolute() ? given : document_->path.parent_path() / given;
}

KubeconfigFields KubeconfigFields::child(std::string_view name) {
  const Json* value = find(name);
  std::string path = path_;
  base::append_step(path, name);
  return {*document_, value == nullptr ? kNothing : *value, std::move(path), *problem_};
}

std::vector<KubeconfigFields> KubeconfigFields::children(std::string_view name) {
  std::vector<KubeconfigFields> all;
  const Json* value = find(name);
  if (value == nullptr) {
    return all;
  }
  if (!value->is_array()) {
    expected(name, "a list", *value);
    return all;
  }
  for (std::size_t i = 0; i < value->get_array().size(); ++i) {
    std::string path = path_;
    base::append_step(path, name);
    base::append_step(path, i);
    all.emplace_back(*document_, value->get_array()[i], std::move(path), *problem_);
  }
  return all;
}

std::string KubeconfigFields::place(std::string_view name) const {
  std::string path = path_;
  if (!name.empty()) {
    base::append_step(path, name);
  }
  const auto line = document_->lines.find(has(name) ? path : path_);
  std::string text = document_->path.string();
  if (line != document_->lines.end()) {
    text += ":" + std::to_string(line->second);
  }
  return text + ": " + path;
}

void KubeconfigFields::wrong(std::string_view name, std::string what, Error::Code code) {
  if (!*problem_) {
    *problem_ = Error{code, place(name) + ": " + std::move(what)};
  }
}

void KubeconfigFields::wrong_file(const std::string& what) {
  if (!*problem_) {
    *problem_ = Error{Error::Code::invalid, document_->path.string() + ": " + what};
  }
}

void KubeconfigFields::expected(std::string_view name, std::string_view what, const Json& got) {
  wrong(name, "expected " + std::string{what} + ", got " + std::string{base::yaml_type_name(got)});
}

}  // namespace functionmesh::kubernetes
