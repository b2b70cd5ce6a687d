#include "base/http_request.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "base/text.hpp"

namespace functionmesh::base {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr std::uint32_t kHeadLimit = 16 * 1024;

}  // namespace

/// Beast's grammar with our own storage.
class RequestReader::Parser : public http::basic_parser<true> {
 public:
  explicit Parser(std::size_t largest_body) {
    eager(true);
    header_limit(kHeadLimit);
    body_limit(largest_body);
  }

  ServerRequest request;
  bool expects_continue = false;
  bool keeps_alive = false;

 private:
  using View = beast::string_view;

  void on_request_impl(http::verb, View method, View target, int, error_code&) override {
    request.method = std::string(method);
    const std::size_t mark = target.find('?');
    request.path = std::string(target.substr(0, mark));
    if (mark != View::npos) {
      request.query = std::string(target.substr(mark + 1));
    }
  }
  void on_response_impl(int, View, int, error_code&) override {}
  void on_field_impl(http::field name, View, View value, error_code&) override {
    if (name == http::field::authorization) {
      request.authorization = std::string(value);
    } else if (name == http::field::content_type) {
      request.content_type = std::string(value);
    } else if (name == http::field::expect) {
      expects_continue = lower(std::string_view(value.data(), value.size())) == "100-continue";
    }
  }
  void on_header_impl(error_code&) override { keeps_alive = keep_alive(); }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(View body, error_code&) override { return take(body); }
  void on_chunk_header_impl(std::uint64_t, View, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View body, error_code&) override {
    return take(body);
  }
  void on_finish_impl(error_code&) override {}

  std::size_t take(View body) {
    request.body.append(body.data(), body.size());
    return body.size();
  }
};

RequestReader::RequestReader(std::size_t largest_body)
    : parser_(std::make_unique<Parser>(largest_body)) {}

RequestReader::~RequestReader() = default;

std::expected<std::size_t, RequestReader::Refusal> RequestReader::feed(std::string_view bytes) {
  begun_ = begun_ || !bytes.empty();
  const std::size_t before = pending_.size();
  pending_ += bytes;
  std::size_t used = 0;
  while (used < pending_.size() && !parser_->is_done()) {
    error_code error;
    const std::size_t taken =
        parser_->put(boost::asio::buffer(pending_.data() + used, pending_.size() - used), error);
    used += taken;
    if (error == http::error::need_more) {
      break;
    }
    if (error == http::error::body_limit) {
      return std::unexpected(Refusal{413, "the request is too large"});
    }
    if (error == http::error::header_limit) {
      return std::unexpected(Refusal{431, "the request's head is larger than 16 KiB"});
    }
    if (error) {
      return std::unexpected(Refusal{400, "this is no HTTP request: " + error.message()});
    }
    if (taken == 0) {
      break;
    }
  }
  if (parser_->is_done()) {
    pending_.clear();
    return used - before;
  }
  pending_.erase(0, used);
  return bytes.size();
}

bool RequestReader::done() const {
  return parser_->is_done();
}

bool RequestReader::expects_continue() const {
  return parser_->expects_continue && parser_->is_header_done() && !parser_->is_done();
}

bool RequestReader::keep_alive() const {
  return parser_->keeps_alive;
}

ServerRequest RequestReader::take() {
  return std::move(parser_->request);
}

}  // namespace functionmesh::base
