#include "base/http.hpp"

#include <algorithm>
#include <boost/asio/ssl/context.hpp>
#include <functional>
#include <optional>

#include "base/atomic_file.hpp"
#include "base/http_connection.hpp"
#include "base/http_response.hpp"
#include "base/url.hpp"

namespace functionmesh::base {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t body_limit = 64UL * 1024 * 1024;
constexpr int redirect_limit = 5;

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < '\x7f' && !std::string_view("\"(),/:;<=>?@[\\]{}").contains(c);
  });
}

bool is_header_value(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return (c >= '\0' && c < ' ' && c != '\t') || c == '\x7f'; });
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool is_secret(std::string_view header) {
  return std::ranges::equal(header, std::string_view("authorization"),
                            [](char a, char b) { return (a | 0x20) == b; });
}

/// The head of a request, or why it must not be sent.
Result<std::string> head_of(const HttpRequest& request, const Url& url) {
  if (!is_token(request.method)) {
    return fail(Error::Code::invalid, "\"" + request.method + "\" is not an HTTP method");
  }
  const bool default_port = url.port == (url.tls ? "443" : "80");
  std::string host = authority(url);
  if (default_port) {
    host.resize(host.rfind(':'));
  }
  std::string head = request.method + " " + url.target + " HTTP/1.1\r\nHost: " + host +
                     "\r\nUser-Agent: functionmesh/" FM_VERSION
                     "\r\nAccept-Encoding: identity\r\nConnection: close\r\n";
  for (const auto& [name, value] : request.headers) {
    if (!is_token(name) || !is_header_value(value)) {
      return fail(Error::Code::invalid,
                  "the header \"" + name + "\" has characters that a header cannot have");
    }
    head += name + ": " + value + "\r\n";
  }
  const bool has_body = !request.body.empty() || request.method == "POST" ||
                        request.method == "PUT" || request.method == "PATCH";
  if (has_body) {
    head += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  }
  return head + "\r\n";
}

/// The request that a redirect asks for.
Result<HttpRequest> follow(HttpRequest request, const Url& from, const ResponseReader::Head& head) {
  const auto to = resolve_url(from, head.location);
  if (!to) {
    return fail(Error::Code::unavailable,
                authority(from) + " redirects to an unusable address: " + to.error());
  }
  if (from.tls && !to->tls) {
    return fail(Error::Code::unavailable, authority(from) + " redirects from https to plain " +
                                              to_string(*to) + ", which is not followed");
  }
  if (head.status == 303 || (head.status < 303 && request.method == "POST")) {
    request.method = request.method == "HEAD" ? "HEAD" : "GET";
    request.body.clear();
  }
  if (authority(*to) != authority(from) && !request.keep_credentials) {
    std::erase_if(request.headers, [](const auto& header) { return is_secret(header.first); });
  }
  request.url = to_string(*to);
  return request;
}

}  // namespace

struct HttpClient::Tls {
  /// The time at which an exchange fails, asked for anew after each sign of life.
  using Deadline = std::function<HttpConnection::Deadline()>;

  Result<asio::ssl::context*> context();
  asio::awaitable<Result<ResponseReader::Head>> exchange(const HttpRequest& request, Url url,
                                                         Deadline deadline,
                                                         ResponseReader::BodySink sink);
  asio::awaitable<Result<ResponseReader::Head>> exchange_following(HttpRequest request,
                                                                   Deadline deadline,
                                                                   ResponseReader::BodySink sink);

  TlsOptions options;
  std::optional<asio::ssl::context> ready;
};

/// Made at the first https request: reading the system's certificates takes some milliseconds.
Result<asio::ssl::context*> HttpClient::Tls::context() {
  if (ready) {
    return &*ready;
  }
  asio::ssl::context made(asio::ssl::context::tls_client);
  boost::system::error_code error;
  made.set_verify_mode(options.allow_insecure ? asio::ssl::verify_none : asio::ssl::verify_peer);
  if (!options.trust_file.empty()) {
    made.load_verify_file(options.trust_file, error);
  } else {
    trust_as_the_system_does(made, error);
  }
  if (error && !options.allow_insecure) {
    return fail(Error::Code::invalid,
                "cannot read the trusted certificates" +
                    (options.trust_file.empty() ? "" : " in " + options.trust_file) + ": " +
                    error.message());
  }
  ready.emplace(std::move(made));
  return &*ready;
}

asio::awaitable<Result<ResponseReader::Head>> HttpClient::Tls::exchange(
    const HttpRequest& request, Url url, Deadline deadline, ResponseReader::BodySink sink) {
  const auto head = head_of(request, url);
  if (!head) {
    co_return std::unexpected(head.error());
  }
  asio::ssl::context* tls = nullptr;
  if (url.tls) {
    const auto made = context();
    if (!made) {
      co_return std::unexpected(made.error());
    }
    tls = *made;
  }
  auto connection = co_await HttpConnection::open(
      url, tls, options.verify_host ? url.host : std::string{}, deadline());
  if (!connection) {
    co_return std::unexpected(connection.error());
  }

  auto written = co_await connection->write(*head);
  constexpr std::size_t piece = 256UL * 1024;
  for (std::size_t at = 0; written && at < request.body.size(); at += piece) {
    connection->set_deadline(deadline());
    written = co_await connection->write(std::string_view(request.body).substr(at, piece));
  }

  // A server may refuse a request before it has read all of it: its answer says more than the
  // broken pipe does.
  ResponseReader reader(request.method == "HEAD", std::move(sink));
  while (!reader.done()) {
    connection->set_deadline(deadline());
    const auto bytes = co_await connection->read();
    if (!bytes) {
      co_return std::unexpected(written ? bytes.error() : written.error());
    }
    const bool ended = bytes->empty();
    const auto taken = ended ? reader.finish() : reader.feed(*bytes);
    if (!taken && taken.error().code != Error::Code::unavailable) {
      co_return std::unexpected(taken.error());
    }
    if (!taken && !written) {
      co_return std::unexpected(written.error());
    }
    if (!taken) {
      co_return fail(Error::Code::unavailable, authority(url) + ": " + taken.error().message);
    }
    if (ended) {
      break;
    }
  }
  co_return reader.head();
}

asio::awaitable<Result<ResponseReader::Head>> HttpClient::Tls::exchange_following(
    HttpRequest request, Deadline deadline, ResponseReader::BodySink sink) {
  for (int redirects = 0; redirects <= redirect_limit; ++redirects) {
    const auto url = parse_url(request.url);
    if (!url) {
      co_return fail(Error::Code::invalid, url.error());
    }
    const auto on_body = [&sink](const ResponseReader::Head& head,
                                 std::string_view bytes) -> Result<void> {
      const bool moved = is_redirect(head.status) && !head.location.empty();
      return moved ? Result<void>{} : sink(head, bytes);
    };
    const auto head = co_await exchange(request, *url, deadline, on_body);
    if (!head || !is_redirect(head->status) || head->location.empty()) {
      co_return head;
    }
    auto next = follow(std::move(request), *url, *head);
    if (!next) {
      co_return std::unexpected(next.error());
    }
    request = std::move(*next);
  }
  co_return fail(Error::Code::unavailable,
                 request.url + ": more than " + std::to_string(redirect_limit) + " redirects");
}

HttpClient::HttpClient(TlsOptions tls)
    : tls_(std::make_unique<Tls>(Tls{.options = std::move(tls), .ready = {}})) {}

HttpClient::~HttpClient() = default;

asio::awaitable<Result<HttpResponse>> HttpClient::send(HttpRequest request, milliseconds timeout) {
  const auto end = steady_clock::now() + timeout;
  HttpResponse response;
  const auto keep = [&response](const ResponseReader::Head&,
                                std::string_view bytes) -> Result<void> {
    if (response.body.size() + bytes.size() > body_limit) {
      return fail(Error::Code::unavailable, "its answer is larger than 64 MiB");
    }
    response.body += bytes;
    return {};
  };
  auto head = co_await tls_->exchange_following(std::move(request), [end] { return end; }, keep);
  if (!head) {
    co_return std::unexpected(head.error());
  }
  response.status = head->status;
  response.content_type = std::move(head->content_type);
  co_return response;
}

asio::awaitable<Result<void>> HttpClient::download(HttpRequest request, std::filesystem::path file,
                                                   milliseconds timeout) {
  std::optional<AtomicFile> target;
  std::string refusal;
  const auto store = [&](const ResponseReader::Head& head, std::string_view bytes) -> Result<void> {
    if (head.status != 200) {
      refusal += bytes.substr(0, 300 - std::min<std::size_t>(300, refusal.size()));
      return {};
    }
    if (!target) {
      auto created = AtomicFile::create(file);
      if (!created) {
        return std::unexpected(created.error());
      }
      target.emplace(std::move(*created));
    }
    return target->write(bytes);
  };
  const std::string url = request.url;
  const auto head = co_await tls_->exchange_following(
      std::move(request), [timeout] { return steady_clock::now() + timeout; }, store);
  if (!head) {
    co_return std::unexpected(head.error());
  }
  if (head->status != 200) {
    const auto code = head->status == 404 ? Error::Code::not_found : Error::Code::unavailable;
    co_return fail(code, url + ": the server answered " + std::to_string(head->status) +
                             (refusal.empty() ? "" : ": " + refusal));
  }
  if (!target) {  // an empty body
    const auto empty = write_file(file, "");
    co_return empty;
  }
  co_return target->commit();
}

}  // namespace functionmesh::base
