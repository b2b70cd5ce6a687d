#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/http_server.hpp"

namespace functionmesh::base {

/// Turns the bytes that a client sends into one HTTP/1.1 request. Knows no connection: feed it
/// what arrives until done(), in pieces of any size.
class RequestReader {
 public:
  explicit RequestReader(std::size_t largest_body);
  ~RequestReader();
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  /// Takes from the next bytes what belongs to this request, and returns how many that were.
  /// Nothing more can be read after an error: `status` is the answer it deserves.
  struct Refusal {
    int status = 400;
    std::string message;
  };
  std::expected<std::size_t, Refusal> feed(std::string_view bytes);

  bool done() const;

  /// Whether the client waits for "100 Continue" before it sends the body.
  bool expects_continue() const;

  /// Whether anything of a request has arrived.
  bool begun() const { return begun_; }

  /// Whether the connection may be used again after this request.
  bool keep_alive() const;

  ServerRequest take();

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
  std::string pending_;  ///< of the head, not yet understood
  bool begun_ = false;
};

}  // namespace functionmesh::base
