#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace functionmesh::base {

/// Turns the bytes that a server sends into one HTTP/1.1 response. Knows no connection: feed it
/// what arrives, in pieces of any size, until done() or until the connection ends.
///
/// Interim answers (1xx) are skipped.
class ResponseReader {
 public:
  struct Head {
    int status = 0;
    std::string content_type;
    std::string location;
    std::string retry_after;
    bool keep_alive = false;  ///< the connection can be used again once done()
  };

  /// Called with each piece of the body; its error stops the reading.
  using BodySink = std::function<Result<void>(const Head&, std::string_view)>;

  /// `head_only`: the request was a HEAD, so no body follows.
  ResponseReader(bool head_only, BodySink sink);
  ~ResponseReader();

  /// Takes the next bytes. Fails when they are not HTTP or when the sink fails.
  Result<void> feed(std::string_view bytes);

  /// The connection was closed. Fails when something was still missing.
  Result<void> finish();

  bool done() const;
  const Head& head() const;

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
  bool head_only_;
  BodySink sink_;
  std::string pending_;  ///< received and not yet understood
};

}  // namespace functionmesh::base
