#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace functionmesh::api {

/// Where in a resource the reader stands: a chain on the stack that costs nothing until it is
/// written out. A Path refers to its parent and to its name; both must outlive it.
class Path {
 public:
  /// The first part, as it is: "spec", or "spec.functions[1]".
  explicit Path(std::string_view root) : name_(root) {}

  Path member(std::string_view name) const { return {this, Step::name, name, 0}; }
  Path index(std::size_t index) const { return {this, Step::index, {}, index}; }

  /// spec.input.sourceSpecs["persistent://a/b/c"].receiverQueueSize, spec.input.topics[0]
  std::string text() const;

 private:
  enum class Step { root, name, index };

  Path(const Path* parent, Step step, std::string_view name, std::size_t index)
      : parent_(parent), step_(step), name_(name), index_(index) {}

  const Path* parent_ = nullptr;
  Step step_ = Step::root;
  std::string_view name_;
  std::size_t index_ = 0;
};

}  // namespace functionmesh::api
