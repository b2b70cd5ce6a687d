#pragma once

#include <string>
#include <string_view>

namespace functionmesh::admission {

/// "/mutate-compute-functionmesh-io-v1alpha1-function", "/validate-...", for each of the five
/// kinds.
bool is_webhook(std::string_view path);

/// What an HTTP client gets.
struct Answer {
  int status = 200;
  std::string content_type;
  std::string body;
  bool refused = false;  ///< it is a review, and says that the object must not be stored
};

/// Answers an AdmissionReview (admission.k8s.io, v1 or v1beta1) that was posted to this path.
///
/// Mutating webhooks fill in defaults and refuse nothing. Validating ones refuse what api::check
/// finds in a create; in an update, what was not wrong before. Always allowed: deletions, updates
/// that leave the spec as it is, and those of an object that is being deleted.
///
/// Never throws for any body: what is no review is answered with 400 and a line of text, what
/// holds no object of the path's kind by a review that refuses it.
Answer answer(std::string_view path, std::string_view body);

}  // namespace functionmesh::admission
