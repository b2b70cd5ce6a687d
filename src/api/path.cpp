#include "api/path.hpp"

#include "base/json.hpp"

namespace functionmesh::api {

std::string Path::text() const {
  std::string text = parent_ == nullptr ? std::string{} : parent_->text();
  switch (step_) {
    case Step::root:
      text += name_;
      break;
    case Step::name:
      base::append_step(text, name_);
      break;
    case Step::index:
      base::append_step(text, index_);
      break;
  }
  return text;
}

}  // namespace functionmesh::api
