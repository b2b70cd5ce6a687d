#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace functionmesh::base {

/// The address of something on an HTTP server.
struct Url {
  bool tls = false;
  std::string host;          ///< a name or an address; an IPv6 address without its brackets
  std::string port;          ///< always set: 80 or 443 when the text has none
  std::string target = "/";  ///< path and query as they go into a request, without the fragment

  bool operator==(const Url&) const = default;
};

/// Reads "http://host[:port][/path][?query]" or https. What may not stand in a request (blanks,
/// control characters, bytes beyond ASCII) is percent-encoded; user names are refused.
std::expected<Url, std::string> parse_url(std::string_view text);

/// Where a server that answered `from` with "Location: <location>" points to.
std::expected<Url, std::string> resolve_url(const Url& from, std::string_view location);

/// "example.org:8080", "[::1]:80": for a message or, without the default port, a Host header.
std::string authority(const Url& url);

/// The whole address as text.
std::string to_string(const Url& url);

/// `text` as one segment of a path or one value of a query: everything but letters, digits and
/// "-._~" percent-encoded.
std::string url_encode(std::string_view text);

}  // namespace functionmesh::base
