#include "dev/kinds.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace functionmesh::dev {
namespace {

struct KindName {
  std::string_view kind;
  std::string_view short_name;
};

constexpr std::array kKinds{
    KindName{"Function", "fn"},
    KindName{"Source", "src"},
    KindName{"Sink", "snk"},
    KindName{"FunctionMesh", "mesh"},
    KindName{"BackendConfig", "bc"},
    KindName{"StatefulSet", "sts"},
    KindName{"Service", "svc"},
    KindName{"Pod", "po"},
    KindName{"Job", "job"},
    KindName{"HorizontalPodAutoscaler", "hpa"},
    KindName{"VerticalPodAutoscaler", "vpa"},
    KindName{"ConfigMap", "cm"},
    KindName{"Secret", "secret"},
};

constexpr std::array<std::string_view, 4> kResources = {"Function", "Source", "Sink",
                                                        "FunctionMesh"};

/// "function" for "functions", "functionmesh" for "functionmeshes"; anything else as it is.
std::string singular(std::string word) {
  if (word.ends_with("meshes")) {
    word.resize(word.size() - 2);
  } else if (word.size() > 3 && word.ends_with('s')) {
    word.pop_back();
  }
  return word;
}

}  // namespace

base::Result<std::string> kind_meant(std::string_view word) {
  const std::string given = base::lower(word);
  std::array<std::string_view, kKinds.size()> names;
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    if (given == kKinds[i].short_name || given == base::lower(kKinds[i].kind) ||
        singular(given) == base::lower(kKinds[i].kind)) {
      return std::string{kKinds[i].kind};
    }
    names[i] = kKinds[i].kind;
  }
  const std::string_view near = base::nearest(given, names);
  std::string message = "there is no kind '" + std::string{word} + "'";
  if (near.empty()) {
    message += ": known are fn, src, snk, mesh, bc, sts, svc, pod, job, hpa, vpa, cm, secret";
  } else {
    message += ": did you mean " + std::string{near} + "?";
  }
  return base::fail(base::Error::Code::invalid, std::move(message));
}

std::span<const std::string_view> resource_kinds() {
  return kResources;
}

}  // namespace functionmesh::dev
