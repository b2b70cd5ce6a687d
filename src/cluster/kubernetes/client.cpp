#include "cluster/kubernetes/client.hpp"

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>

namespace functionmesh::kubernetes {
namespace {

using base::Error;
using base::fail;
using base::HttpConnection;
using base::ResponseReader;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kRequestsAtOnce = 32;
constexpr std::chrono::seconds kIdleLimit{60};
constexpr std::chrono::seconds kAttemptLimit{10};  ///< one attempt, connecting included
constexpr milliseconds kFirstPause{100};
constexpr milliseconds kLongestPause{5'000};

milliseconds seconds_in(const std::string& retry_after) {
  int seconds = 0;
  const char* end = retry_after.data() + retry_after.size();
  const auto [at, error] = std::from_chars(retry_after.data(), end, seconds);
  const bool understood = error == std::errc{} && at == end && seconds >= 0;
  return std::chrono::seconds{understood ? std::min(seconds, 60) : 1};
}

std::string server_of(const Access& access) {
  return base::authority(access.server);
}

/// Keeps a pointer in a list for as long as it lives.
template <typename T>
class Listed {
 public:
  Listed(std::list<T*>& list, T* item) : list_{list} { at_ = list_.insert(list_.end(), item); }
  ~Listed() { list_.erase(at_); }
  Listed(const Listed&) = delete;
  Listed& operator=(const Listed&) = delete;

 private:
  std::list<T*>& list_;
  typename std::list<T*>::iterator at_;
};

}  // namespace

Client::Client(asio::any_io_executor executor, Access access)
    : executor_{std::move(executor)},
      access_{std::move(access)},
      prefix_{access_.server.target},
      random_{std::random_device{}()} {
  while (prefix_.ends_with('/')) {
    prefix_.pop_back();
  }
}

Client::~Client() = default;

// --- requests ------------------------------------------------------------------------------------

asio::awaitable<Result<Response>> Client::send(Request request, milliseconds timeout) {
  const TimePoint deadline = steady_clock::now() + timeout;
  bool asked_again = false;
  for (;;) {
    if (!co_await wait_for_turn(deadline)) {
      co_return fail(Error::Code::unavailable,
                     stopped_           ? "the operator is stopping"
                     : trouble_.empty() ? server_of(access_) + " takes no more requests now"
                                        : trouble_);
    }
    const Result<Answer> answer =
        co_await attempt(request, std::min(deadline, steady_clock::now() + kAttemptLimit));
    end_turn();
    if (stopped_) {
      co_return fail(Error::Code::unavailable, "the operator is stopping");
    }
    if (!answer) {
      ++counts_[{request.method, 0}];
      if (answer.error().code != Error::Code::unavailable) {
        co_return std::unexpected(answer.error());
      }
      trouble_ = answer.error().message;
      hold_back(kFirstPause);
      if (steady_clock::now() + kFirstPause >= deadline) {
        co_return std::unexpected(answer.error());
      }
      continue;
    }
    const int status = answer->response.status;
    ++counts_[{request.method, status}];
    if (status == 401 && access_.credentials != nullptr) {
      access_.credentials->refused();
      if (!asked_again) {
        asked_again = true;
        continue;
      }
      co_return fail(Error::Code::forbidden, server_of(access_) +
                                                 " does not know us (401): the credentials of " +
                                                 access_.description + " are not valid any more");
    }
    const bool wants_time = status == 429 || (status == 503 && !answer->retry_after.empty());
    if (wants_time) {
      trouble_ = server_of(access_) + " is overloaded (" + std::to_string(status) + ")";
      hold_back(seconds_in(answer->retry_after));
      if (not_before_ >= deadline) {
        co_return fail(Error::Code::unavailable, trouble_);
      }
      continue;
    }
    failures_ = 0;
    trouble_.clear();
    co_return std::move(answer->response);
  }
}

asio::awaitable<Result<Client::Answer>> Client::attempt(const Request& request,
                                                        TimePoint deadline) {
  // A connection that was kept may have been closed by the server meanwhile: then a new one.
  while (auto kept = take_idle()) {
    const Listed listed{open_, &*kept};
    Result<Answer> answer = co_await exchange(*kept, request, deadline);
    if (answer) {
      if (answer->keep_alive && !stopped_) {
        keep(std::move(*kept));
      }
      co_return answer;
    }
    if (steady_clock::now() >= deadline || stopped_) {
      co_return answer;
    }
  }
  auto made = co_await connect(deadline);
  if (!made) {
    co_return std::unexpected(made.error());
  }
  const Listed listed{open_, &*made};
  Result<Answer> answer = co_await exchange(*made, request, deadline);
  if (answer && answer->keep_alive && !stopped_) {
    keep(std::move(*made));
  }
  co_return answer;
}

asio::awaitable<Result<Client::Answer>> Client::exchange(HttpConnection& connection,
                                                         const Request& request,
                                                         TimePoint deadline) {
  const Result<std::string> head = co_await head_of(request);
  if (!head) {
    co_return std::unexpected(head.error());
  }
  connection.set_deadline(deadline);
  Result<void> written = co_await connection.write(*head + request.body);
  Answer answer;
  ResponseReader reader{request.method == "HEAD",
                        [&](const ResponseReader::Head&, std::string_view bytes) -> Result<void> {
                          answer.response.body += bytes;
                          return {};
                        }};
  while (!reader.done()) {
    const auto bytes = co_await connection.read();
    if (!bytes) {
      co_return std::unexpected(written ? bytes.error() : written.error());
    }
    const bool ended = bytes->empty();
    const Result<void> taken = ended ? reader.finish() : reader.feed(*bytes);
    if (!taken) {
      co_return fail(Error::Code::unavailable, server_of(access_) + ": " + taken.error().message);
    }
    if (ended) {
      break;
    }
  }
  answer.response.status = reader.head().status;
  answer.retry_after = reader.head().retry_after;
  answer.keep_alive = reader.done() && reader.head().keep_alive;
  co_return answer;
}

asio::awaitable<Result<Response>> Client::stream(Request request,
                                                 std::function<Result<void>(std::string_view)> sink,
                                                 milliseconds idle) {
  auto connection = co_await connect(steady_clock::now() + kAttemptLimit);
  if (!connection) {
    ++counts_[{"WATCH", 0}];
    co_return std::unexpected(connection.error());
  }
  const Listed listed{open_, &*connection};
  const Result<std::string> head = co_await head_of(request);
  if (!head) {
    co_return std::unexpected(head.error());
  }
  connection->set_deadline(steady_clock::now() + idle);
  if (const Result<void> written = co_await connection->write(*head); !written) {
    co_return std::unexpected(written.error());
  }
  Response response;
  ResponseReader reader{
      false, [&](const ResponseReader::Head& answer, std::string_view bytes) -> Result<void> {
        response.status = answer.status;
        if (answer.status == 200) {
          return sink(bytes);
        }
        response.body += bytes;
        return {};
      }};
  bool counted = false;
  while (!reader.done()) {
    connection->set_deadline(steady_clock::now() + idle);
    const auto bytes = co_await connection->read();
    if (!bytes) {
      co_return std::unexpected(bytes.error());
    }
    const Result<void> taken = bytes->empty() ? reader.finish() : reader.feed(*bytes);
    if (!counted && reader.head().status != 0) {
      ++counts_[{"WATCH", reader.head().status}];
      counted = true;
    }
    if (!taken) {
      co_return std::unexpected(taken.error());
    }
    if (bytes->empty()) {
      break;
    }
  }
  response.status = reader.head().status;
  if (response.status == 401 && access_.credentials != nullptr) {
    access_.credentials->refused();
  }
  co_return response;
}

asio::awaitable<Result<std::string>> Client::head_of(const Request& request) {
  std::string head = request.method + " " + prefix_ + request.target +
                     " HTTP/1.1\r\nHost: " + base::authority(access_.server) +
                     "\r\nUser-Agent: functionmesh\r\nAccept: application/json\r\n";
  if (access_.credentials != nullptr) {
    const Result<Identity> identity = co_await access_.credentials->identity();
    if (!identity) {
      co_return std::unexpected(identity.error());
    }
    if (!identity->token.empty()) {
      head += "Authorization: Bearer " + identity->token + "\r\n";
    }
  }
  if (!request.content_type.empty()) {
    head += "Content-Type: " + request.content_type + "\r\n";
  }
  if (!request.body.empty() || request.method != "GET") {
    head += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  }
  co_return head + "\r\n";
}

// --- connections ---------------------------------------------------------------------------------

void Client::keep(HttpConnection connection) {
  const TimePoint now = steady_clock::now();
  connection.set_deadline(now + kIdleLimit);
  idle_.push_front({std::move(connection), now});
}

std::optional<HttpConnection> Client::take_idle() {
  const TimePoint oldest = steady_clock::now() - kIdleLimit;
  while (!idle_.empty() && idle_.back().since < oldest) {
    idle_.pop_back();
  }
  if (idle_.empty()) {
    return std::nullopt;
  }
  HttpConnection connection = std::move(idle_.front().connection);
  idle_.pop_front();
  return connection;
}

asio::awaitable<Result<HttpConnection>> Client::connect(TimePoint deadline) {
  Identity identity;
  if (access_.credentials != nullptr) {
    Result<Identity> now = co_await access_.credentials->identity();
    if (!now) {
      co_return std::unexpected(now.error());
    }
    identity = std::move(*now);
  }
  asio::ssl::context* tls = nullptr;
  if (access_.server.tls) {
    const Result<asio::ssl::context*> made = tls_for(identity);
    if (!made) {
      co_return std::unexpected(made.error());
    }
    tls = *made;
  }
  const std::string& name = access_.server_name.empty() ? access_.server.host : access_.server_name;
  Result<HttpConnection> made = co_await HttpConnection::open(access_.server, tls, name, deadline);
  if (stopped_) {  // stop() closed what was open then
    co_return fail(Error::Code::unavailable, "the operator is stopping");
  }
  co_return made;
}

/// Trust and our certificate; made again when the certificate is another one.
Result<asio::ssl::context*> Client::tls_for(const Identity& identity) {
  if (tls_ && tls_identity_.certificate_pem == identity.certificate_pem &&
      tls_identity_.key_pem == identity.key_pem) {
    return &*tls_;
  }
  asio::ssl::context made{asio::ssl::context::tls_client};
  SSL_CTX_set_mode(made.native_handle(), SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_min_proto_version(made.native_handle(), TLS1_2_VERSION);
  boost::system::error_code error;
  made.set_verify_mode(access_.allow_insecure ? asio::ssl::verify_none : asio::ssl::verify_peer);
  if (access_.ca_pem.empty()) {
    base::trust_as_the_system_does(made, error);
  } else {
    made.add_certificate_authority(asio::buffer(access_.ca_pem), error);
  }
  if (error && !access_.allow_insecure) {
    return fail(Error::Code::invalid,
                access_.description +
                    ": its certificate authority cannot be read as PEM: " + error.message());
  }
  if (!identity.certificate_pem.empty()) {
    made.use_certificate_chain(asio::buffer(identity.certificate_pem), error);
    if (!error) {
      made.use_private_key(asio::buffer(identity.key_pem), asio::ssl::context::pem, error);
    }
    if (error) {
      return fail(Error::Code::invalid,
                  access_.description +
                      ": its client certificate and key cannot be used: " + error.message());
    }
  }
  idle_.clear();  // they are somebody else's
  tls_.emplace(std::move(made));
  tls_identity_ = identity;
  return &*tls_;
}

// --- taking turns --------------------------------------------------------------------------------

/// False when there is no turn before the deadline.
asio::awaitable<bool> Client::wait_for_turn(TimePoint deadline) {
  for (;;) {
    if (stopped_) {
      co_return false;
    }
    const TimePoint now = steady_clock::now();
    if (not_before_ > now) {
      if (not_before_ >= deadline) {
        co_return false;
      }
      co_await pause(std::chrono::ceil<milliseconds>(not_before_ - now));
      continue;
    }
    if (busy_ < kRequestsAtOnce) {
      ++busy_;
      ++begun_;
      co_return true;
    }
    const auto turn = std::make_shared<asio::steady_timer>(executor_, deadline);
    waiting_.push_back(turn);
    boost::system::error_code cancelled;
    co_await turn->async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    if (!cancelled) {
      std::erase(waiting_, turn);
      co_return false;
    }
  }
}

void Client::end_turn() {
  --busy_;
  if (!waiting_.empty()) {
    waiting_.front()->cancel();
    waiting_.pop_front();
  }
}

/// Nobody asks for a while: longer each time in a row, and at least this long.
void Client::hold_back(milliseconds at_least) {
  const milliseconds grown = kFirstPause * (1 << std::min(failures_, 6));
  const milliseconds wanted = std::max(at_least, jittered(std::min(grown, kLongestPause)));
  const TimePoint now = steady_clock::now();
  if (not_before_ <= now) {
    ++failures_;  // those that fail together count once
  }
  not_before_ = std::max(not_before_, now + wanted);
}

milliseconds Client::jittered(milliseconds time) {
  const auto half = time.count() / 2;
  return milliseconds{half + std::uniform_int_distribution<std::int64_t>{0, half}(random_)};
}

asio::awaitable<void> Client::pause(milliseconds time) {
  if (stopped_) {
    co_return;
  }
  asio::steady_timer timer{executor_, time};
  const Listed listed{pauses_, &timer};
  boost::system::error_code ignored;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

void Client::stop() {
  stopped_ = true;
  idle_.clear();
  for (asio::steady_timer* timer : pauses_) {
    timer->cancel();
  }
  for (const auto& turn : waiting_) {
    turn->cancel();
  }
  waiting_.clear();
  for (HttpConnection* connection : open_) {
    connection->close();
  }
}

}  // namespace functionmesh::kubernetes
