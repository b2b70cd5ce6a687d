#include "pulsar/package_name.hpp"

#include "pulsar/topic.hpp"

namespace functionmesh::pulsar {

std::expected<PackageName, std::string> PackageName::parse(std::string_view text) {
  const auto refuse = [&] {
    return std::unexpected("\"" + std::string(text) +
                           "\" is not a package: expected "
                           "function://TENANT/NAMESPACE/NAME[@VERSION], or sink:// or source://");
  };
  PackageName package;
  const auto scheme_end = text.find("://");
  package.type = text.substr(0, std::min(scheme_end, text.size()));
  if (package.type != "function" && package.type != "sink" && package.type != "source") {
    return refuse();
  }
  // The three parts follow the rules of a topic's.
  const auto parts = Topic::parse("persistent" + std::string(text.substr(scheme_end)));
  if (!parts) {
    return refuse();
  }
  package.tenant = parts->tenant;
  package.namespace_ = parts->namespace_;
  package.name = parts->name;
  const auto at = package.name.find('@');
  if (at != std::string::npos) {
    package.version = package.name.substr(at + 1);
    package.name.resize(at);
  }
  if (package.name.empty() || package.version.empty() || package.version.contains('@')) {
    return refuse();
  }
  return package;
}

std::string to_string(const PackageName& package) {
  return package.type + "://" + package.tenant + "/" + package.namespace_ + "/" + package.name +
         "@" + package.version;
}

}  // namespace functionmesh::pulsar
