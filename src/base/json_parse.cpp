#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <charconv>

#include "base/json.hpp"

namespace functionmesh::base {
namespace {

constexpr std::size_t kMaxDepth = 100;

/// Builds the tree from the parser's events. Our own, because the one of Boost.JSON 1.81 takes
/// fractions from a fast reading that is off by one in the last digit for one number in four.
struct Builder {
  static constexpr std::size_t kNoLimit = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_object_size = kNoLimit;
  static constexpr std::size_t max_array_size = kNoLimit;
  static constexpr std::size_t max_key_size = kNoLimit;
  static constexpr std::size_t max_string_size = kNoLimit;

  using Text = boost::json::string_view;
  using Failure = boost::json::error_code;

  boost::json::value_stack stack;
  std::string number;  // the parts of a number that has not ended

  Builder() { stack.reset(); }

  bool on_document_begin(Failure&) { return true; }
  bool on_document_end(Failure&) { return true; }
  bool on_object_begin(Failure&) { return true; }
  bool on_object_end(std::size_t members, Failure&) {
    stack.push_object(members);
    return true;
  }
  bool on_array_begin(Failure&) { return true; }
  bool on_array_end(std::size_t elements, Failure&) {
    stack.push_array(elements);
    return true;
  }
  bool on_key_part(Text text, std::size_t, Failure&) {
    stack.push_chars(text);
    return true;
  }
  bool on_key(Text text, std::size_t, Failure&) {
    stack.push_key(text);
    return true;
  }
  bool on_string_part(Text text, std::size_t, Failure&) {
    stack.push_chars(text);
    return true;
  }
  bool on_string(Text text, std::size_t, Failure&) {
    stack.push_string(text);
    return true;
  }
  bool on_number_part(Text text, Failure&) {
    number.append(text.data(), text.size());
    return true;
  }
  bool on_int64(std::int64_t value, Text, Failure&) {
    number.clear();
    stack.push_int64(value);
    return true;
  }
  bool on_uint64(std::uint64_t value, Text, Failure&) {
    number.clear();
    stack.push_uint64(value);
    return true;
  }
  bool on_double(double fast, Text text, Failure& failure) {
    number.append(text.data(), text.size());
    double exact = fast;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), exact);
    if (error == std::errc::result_out_of_range) {
      if (fast > 1 || fast < -1) {
        failure = make_error_code(boost::json::error::exponent_overflow);
        return false;
      }
      exact = 0;
    }
    number.clear();
    stack.push_double(exact);
    return true;
  }
  bool on_bool(bool value, Failure&) {
    stack.push_bool(value);
    return true;
  }
  bool on_null(Failure&) {
    stack.push_null();
    return true;
  }
  bool on_comment_part(Text, Failure&) { return true; }
  bool on_comment(Text, Failure&) { return true; }
};

}  // namespace

std::expected<Json, std::string> parse_json(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = kMaxDepth;
  boost::json::basic_parser<Builder> parser{options};
  boost::json::error_code failure;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), failure);
  if (!failure && read < text.size()) {
    failure = make_error_code(boost::json::error::extra_data);
  }
  if (failure) {
    return std::unexpected("not JSON at byte " + std::to_string(read) + ": " + failure.message());
  }
  return parser.handler().stack.release();
}

}  // namespace functionmesh::base
