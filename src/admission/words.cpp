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

/// How many bytes of a UTF-8 character begin `text`; 0 when none does.
std::size_t character_at(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t size = first < 0x80   ? 1
                           : first < 0xC2 ? 0
                           : first < 0xE0 ? 2
                           : first < 0xF0 ? 3
                                          : 4;
  if (size > text.size() || first > 0xF4) {
    return 0;
  }
  const bool whole = std::ranges::all_of(text.substr(1, size == 0 ? 0 : size - 1),
                                         [](unsigned char c) { return (c & 0xC0U) == 0x80U; });
  return whole ? size : 0;
}

/// At most `most` bytes on one line: the API server drops what has control characters, and what a
/// message quotes may have been cut within a character.
std::string printable(std::string_view text, std::size_t most) {
  constexpr std::string_view kCut = "...";
  std::string made;
  std::size_t whole = 0;  // as far as there is room for what says that it was cut
  while (!text.empty() && made.size() <= most) {
    const std::size_t size = character_at(text);
    const auto first = static_cast<unsigned char>(text.front());
    made += size == 0 ? "?" : first < 0x20 || first == 0x7F ? " " : text.substr(0, size);
    whole = made.size() + kCut.size() <= most ? made.size() : whole;
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  if (made.size() > most) {
    made.resize(whole);
    made += kCut;
  }
  return made;
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
    add(printable(errors[i].field, kLongestCause), printable(errors[i].message, kLongestCause));
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
  return failure("BadRequest", 400, printable(why, kLongestCause));
}

JsonArray warning_texts(const std::vector<Problem>& warnings) {
  JsonArray texts;
  std::size_t used = 0;
  for (std::size_t i = 0; i < warnings.size(); ++i) {
    std::string text = printable(warnings[i].field + ": " + warnings[i].message, kLongestWarning);
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
