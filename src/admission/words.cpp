#include "admission/words.hpp"

#include <algorithm>
#include <string>

namespace functionmesh::admission {
namespace {

using api::Problem;
using base::Json;
using base::JsonArray;
using base::JsonObject;

constexpr std::size_t kMostCauses = 30;
constexpr std::size_t kLongestCause = 1'000;
constexpr std::size_t kLongestWarning = 256;
constexpr std::size_t kAllWarnings = 4'096;
constexpr std::size_t kRoomForCount = 32;  ///< "and 12345 more warnings"

/// At most that many bytes, cut between characters.
std::string shortened(std::string text, std::size_t most) {
  constexpr std::string_view kCut = "...";
  if (text.size() <= most) {
    return text;
  }
  std::size_t end = most - kCut.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
    --end;
  }
  text.resize(end);
  return text += kCut;
}

/// On one line: control characters would make the API server drop it.
std::string printable(std::string text) {
  std::ranges::replace_if(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  return text;
}

std::string more(std::size_t count, std::string_view what) {
  return "and " + std::to_string(count) + " more " + std::string{what};
}

JsonObject failure(std::string_view reason, int code, std::string_view message) {
  return {{"metadata", JsonObject{}},
          {"status", "Failure"},
          {"message", message},
          {"reason", reason},
          {"code", code}};
}

}  // namespace

JsonObject refusal(api::Kind kind, std::string_view name, const std::vector<Problem>& errors) {
  JsonArray causes;
  std::string message = std::string{api::kind_name(kind)} + "." + std::string{api::kGroup} + " \"" +
                        std::string{name} + "\" is invalid: ";
  const auto add = [&](const std::string& field, const std::string& text) {
    message += causes.empty() ? "" : "; ";
    message += field.empty() ? text : field + ": " + text;
    causes.push_back({{"reason", "FieldValueInvalid"}, {"message", text}, {"field", field}});
  };
  for (std::size_t i = 0; i < errors.size() && i < kMostCauses; ++i) {
    add(shortened(printable(errors[i].field), kLongestCause),
        shortened(printable(errors[i].message), kLongestCause));
  }
  if (errors.size() > kMostCauses) {
    add("", more(errors.size() - kMostCauses, "errors"));
  }
  JsonObject status = failure("Invalid", 422, message);
  JsonObject details{{"name", name}, {"group", api::kGroup}, {"kind", api::kind_name(kind)}};
  details["causes"] = std::move(causes);
  status["details"] = std::move(details);
  return status;
}

JsonObject bad_request(std::string_view why) {
  return failure("BadRequest", 400, shortened(printable(std::string{why}), kLongestCause));
}

JsonArray warning_texts(const std::vector<Problem>& warnings) {
  JsonArray texts;
  std::size_t used = 0;
  for (std::size_t i = 0; i < warnings.size(); ++i) {
    std::string text =
        shortened(printable(warnings[i].field + ": " + warnings[i].message), kLongestWarning);
    const bool last = i + 1 == warnings.size();
    if (used + text.size() > kAllWarnings - (last ? 0 : kRoomForCount)) {
      texts.push_back(Json(more(warnings.size() - i, "warnings")));
      break;
    }
    used += text.size();
    texts.push_back(Json(std::move(text)));
  }
  return texts;
}

}  // namespace functionmesh::admission
