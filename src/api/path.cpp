#include "api/path.hpp"

#include "base/json.hpp"

namespace functionmesh::api {

std::string Path::text() const {
  std::string text = parent_ == nullptr ? std::string{} : parent_->text();
  switch (step_) {
    case Step::root:
      text += name_;
      break;
    case Step::member:
      if (!text.empty()) {
        text.push_back('.');
      }
      text += name_;
      break;
    case Step::key:
      text += "[" + base::write_json(base::Json(name_)) + "]";
      break;
    case Step::index:
      text += "[" + std::to_string(index_) + "]";
      break;
  }
  return text;
}

}  // namespace functionmesh::api
