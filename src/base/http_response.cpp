#include "base/http_response.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <optional>

namespace functionmesh::base {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr std::uint32_t head_limit = 64 * 1024;

Error not_http(const error_code& error) {
  if (error == http::error::header_limit) {
    return {Error::Code::unavailable, "its answer has headers of more than 64 KiB"};
  }
  return {Error::Code::unavailable,
          "its answer is not HTTP (" + error.message() + "): is this the right port?"};
}

}  // namespace

/// Beast's grammar with our own storage.
class ResponseReader::Parser : public http::basic_parser<false> {
 public:
  Parser(bool head_only, const BodySink& sink) : sink_(sink) {
    eager(true);
    skip(head_only);
    header_limit(head_limit);
    body_limit(boost::none);
  }

  Head head;
  std::optional<Error> sink_error;

 private:
  using View = beast::string_view;

  void on_request_impl(http::verb, View, View, int, error_code&) override {}
  void on_response_impl(int code, View, int, error_code&) override { head.status = code; }
  void on_field_impl(http::field name, View, View value, error_code&) override {
    if (name == http::field::content_type) {
      head.content_type = std::string(value);
    } else if (name == http::field::location) {
      head.location = std::string(value);
    } else if (name == http::field::retry_after) {
      head.retry_after = std::string(value);
    }
  }
  void on_header_impl(error_code&) override { head.keep_alive = keep_alive() && !need_eof(); }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(View body, error_code& error) override { return take(body, error); }
  void on_chunk_header_impl(std::uint64_t, View, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View body, error_code& error) override {
    return take(body, error);
  }
  void on_finish_impl(error_code&) override {}

  std::size_t take(View body, error_code& error) {
    if (auto taken = sink_(head, std::string_view(body.data(), body.size())); !taken) {
      sink_error = std::move(taken.error());
      error = http::make_error_code(http::error::body_limit);
    }
    return body.size();
  }

  const BodySink& sink_;
};

ResponseReader::ResponseReader(bool head_only, BodySink sink)
    : head_only_(head_only), sink_(std::move(sink)) {
  parser_ = std::make_unique<Parser>(head_only_, sink_);
}

ResponseReader::~ResponseReader() = default;

Result<void> ResponseReader::feed(std::string_view bytes) {
  pending_ += bytes;
  std::size_t used = 0;
  while (used < pending_.size() && !done()) {
    error_code error;
    const auto rest = boost::asio::buffer(pending_.data() + used, pending_.size() - used);
    used += parser_->put(rest, error);
    if (parser_->sink_error) {
      return std::unexpected(*parser_->sink_error);
    }
    if (error == http::error::need_more) {
      break;
    }
    if (error) {
      return std::unexpected(not_http(error));
    }
    const bool interim = parser_->is_done() && head().status / 100 == 1 && head().status != 101;
    if (interim) {
      parser_ = std::make_unique<Parser>(head_only_, sink_);
    }
  }
  pending_.erase(0, used);
  return {};
}

Result<void> ResponseReader::finish() {
  if (done()) {
    return {};
  }
  if (!parser_->got_some()) {
    return fail(Error::Code::unavailable, "it closed the connection without an answer");
  }
  error_code error;
  parser_->put_eof(error);
  if (error) {
    return fail(Error::Code::unavailable, "the connection ended in the middle of its answer");
  }
  return {};
}

bool ResponseReader::done() const {
  return parser_->is_done();
}

const ResponseReader::Head& ResponseReader::head() const {
  return parser_->head;
}

}  // namespace functionmesh::base
