#include "cluster/local/ports.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>

#include "cluster/local/text_hash.hpp"

namespace functionmesh::local {
namespace {

constexpr int first = 20000;
constexpr int count = 12000;  // Linux gives 32768 and above to outgoing connections

}  // namespace

bool Ports::is_free(int port) {
  // Instances bind to all addresses, of IPv6 too where the machine has it.
  int fd = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool has_ipv6 = fd >= 0;
  if (!has_ipv6) {
    fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  }
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in6 six{};
  six.sin6_family = AF_INET6;
  six.sin6_port = htons(static_cast<std::uint16_t>(port));
  sockaddr_in four{};
  four.sin_family = AF_INET;
  four.sin_port = six.sin6_port;
  const bool free =
      (has_ipv6 ? ::bind(fd, reinterpret_cast<const sockaddr*>(&six), sizeof six)
                : ::bind(fd, reinterpret_cast<const sockaddr*>(&four), sizeof four)) == 0;
  ::close(fd);
  return free;
}

std::optional<int> Ports::take(std::string_view name) {
  const int begin = static_cast<int>(text_hash(name) % count);
  for (int i = 0; i < count; ++i) {
    const int port = first + (begin + i) % count;
    if (!taken_.contains(port) && is_free(port)) {
      taken_.insert(port);
      return port;
    }
  }
  return std::nullopt;
}

}  // namespace functionmesh::local
