#include "base/url.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "base/text.hpp"

namespace functionmesh::base {
namespace {

constexpr std::string_view hex_digits = "0123456789ABCDEF";

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

void append_encoded(std::string& out, char c) {
  const auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += hex_digits[byte >> 4];
  out += hex_digits[byte & 15];
}

/// Makes a path and query sendable without changing what it already says ("%2F" stays).
std::string sendable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const bool plain =
        c > ' ' && c < '\x7f' && std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      append_encoded(out, c);
    }
  }
  return out;
}

bool is_host(std::string_view host) {
  return !host.empty() && std::ranges::all_of(host, [](char c) {
    return is_alphanumeric(c) || c == '-' || c == '.' || c == '_';
  });
}

bool is_ipv6(std::string_view host) {
  return !host.empty() && std::ranges::all_of(host, [](char c) {
    return is_alphanumeric(c) || c == ':' || c == '.' || c == '%';
  });
}

bool is_port(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && number >= 1 && number <= 65535;
}

/// Reads "host[:port]" into `url`; false when it is none.
bool read_authority(std::string_view text, Url& url) {
  std::string_view host = text;
  std::string_view port;
  bool has_port = false;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) {
      return false;
    }
    host = text.substr(1, close - 1);
    const std::string_view rest = text.substr(close + 1);
    if (!is_ipv6(host) || (!rest.empty() && rest[0] != ':')) {
      return false;
    }
    has_port = !rest.empty();
    port = has_port ? rest.substr(1) : rest;
  } else {
    const auto colon = text.find(':');
    if (colon != std::string_view::npos) {
      has_port = true;
      host = text.substr(0, colon);
      port = text.substr(colon + 1);
    }
    if (!is_host(host)) {
      return false;
    }
  }
  if (has_port && !is_port(port)) {
    return false;
  }
  url.host = lower(host);
  url.port = has_port ? std::string(port) : (url.tls ? "443" : "80");
  return true;
}

/// Path and query of what follows the authority.
std::string target_of(std::string_view rest) {
  rest = rest.substr(0, rest.find('#'));
  std::string target = sendable(rest);
  if (!target.starts_with('/')) {
    target.insert(0, "/");
  }
  return target;
}

}  // namespace

std::expected<Url, std::string> parse_url(std::string_view text) {
  const auto refuse = [&](std::string_view why) {
    return std::unexpected("\"" + std::string(text) +
                           "\" is not a URL that can be fetched: " + std::string(why));
  };
  const auto scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) {
    return refuse("it has no http:// or https:// in front");
  }
  const std::string scheme = lower(text.substr(0, scheme_end));
  if (scheme != "http" && scheme != "https") {
    return refuse("expected http:// or https://");
  }
  Url url;
  url.tls = scheme == "https";
  const std::string_view rest = text.substr(scheme_end + 3);
  const auto authority_end = std::min(rest.find_first_of("/?#"), rest.size());
  const std::string_view server = rest.substr(0, authority_end);
  if (server.contains('@')) {
    return refuse("user names in URLs are not supported");
  }
  if (!read_authority(server, url)) {
    return refuse("expected a host and an optional port from 1 to 65535 after ://");
  }
  url.target = target_of(rest.substr(authority_end));
  return url;
}

std::expected<Url, std::string> resolve_url(const Url& from, std::string_view location) {
  if (location.starts_with("//")) {
    return parse_url((from.tls ? "https:" : "http:") + std::string(location));
  }
  const auto scheme_end = location.find("://");
  if (scheme_end != std::string_view::npos && scheme_end < location.find_first_of("/?#")) {
    return parse_url(location);
  }
  Url url = from;
  if (location.starts_with('/')) {
    url.target = target_of(location);
    return url;
  }
  const std::string path = from.target.substr(0, from.target.find('?'));
  if (location.empty() || location.starts_with('?')) {
    url.target = target_of(path + std::string(location));
    return url;
  }
  url.target = target_of(path.substr(0, path.rfind('/') + 1) + std::string(location));
  return url;
}

std::string authority(const Url& url) {
  const bool ipv6 = url.host.contains(':');
  return (ipv6 ? "[" + url.host + "]" : url.host) + ":" + url.port;
}

std::string to_string(const Url& url) {
  return (url.tls ? "https://" : "http://") + authority(url) + url.target;
}

std::string url_encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_alphanumeric(c) || std::string_view("-._~").contains(c)) {
      out += c;
    } else {
      append_encoded(out, c);
    }
  }
  return out;
}

}  // namespace functionmesh::base
