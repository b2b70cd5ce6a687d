#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.hpp"
#include "base/http.hpp"
#include "cluster/cluster.hpp"
#include "cluster/local/broker.hpp"
#include "cluster/local/function_file.hpp"
#include "cluster/local/packages.hpp"
#include "cluster/local/pods_options.hpp"
#include "cluster/local/ports.hpp"

namespace functionmesh::local {

/// What all pods of this machine share. Outlives them.
struct Surroundings {
  boost::asio::any_io_executor executor;
  cluster::Cluster& cluster;
  const base::Clock& clock;
  PodsOptions options;
  Brokers brokers;
  Packages packages;
  FileStore files;
  Ports ports;
  base::HttpClient http;
};

}  // namespace functionmesh::local
