// Any bytes as what an API server sends: a list, a watch, an answer. Nothing of it ends the
// program, and how the bytes are cut makes no difference.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/http_response.hpp"
#include "cluster/kubernetes/answer.hpp"
#include "cluster/kubernetes/kind_cache.hpp"
#include "cluster/kubernetes/managed_fields.hpp"

namespace {

using namespace functionmesh;

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

// What listeners and the cache say in the end.
std::string follow(std::string_view bytes, std::size_t piece) {
  std::string told;
  kubernetes::KindCache cache{*kubernetes::resource_type("Pod"),
                              {},
                              [&](cluster::Change change, const cluster::Object& object) {
                                told += std::to_string(static_cast<int>(change)) +
                                        base::write_json(*object) + "\n";
                              }};
  if (const auto page = base::parse_json(bytes)) {
    cache.begin_list();
    if (cache.add_page(*page)) {
      cache.end_list();
    }
    (void)kubernetes::take_over_spec(*page);
  }
  kubernetes::WatchStream stream{[&](const kubernetes::WatchEvent& event) -> base::Result<void> {
    (void)cache.take(event);
    return {};
  }};
  base::ResponseReader reader{
      false, [&](const base::ResponseReader::Head&, std::string_view body) -> base::Result<void> {
        return stream.feed(body);
      }};
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    if (!reader.feed(bytes.substr(at, piece))) {
      break;
    }
  }
  kubernetes::WatchStream bare{[&](const kubernetes::WatchEvent& event) -> base::Result<void> {
    (void)cache.take(event);
    return {};
  }};
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    if (!bare.feed(bytes.substr(at, piece))) {
      break;
    }
  }
  cache.store().for_each([&](const cluster::Object& object) { told += base::write_json(*object); });
  return told;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  require(follow(bytes, size + 1) == follow(bytes, 3));
  for (const int status : {200, 403, 409, 500}) {
    (void)kubernetes::object_of("read", {status, std::string{bytes}});
  }
  return 0;
}
