#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "cluster/kubernetes/kubernetes_cluster.hpp"

namespace functionmesh::process {

/// How it is with the admission webhooks.
struct AdmissionState {
  bool wanted = false;
  bool serves = false;
  std::string problem{};
  bool lasting = false;  ///< the problem does not pass by itself: it was never set up
};

/// What an operator's readiness is judged by.
struct Health {
  std::vector<kubernetes::KindState> kinds;
  std::string server_problem{};  ///< why this API server cannot be used at all, as too old
  bool elects = false;           ///< takes part in a leader election
  bool leads = false;
  std::string leader{};         ///< who does, as far as known
  std::string lease_problem{};  ///< why the lease cannot be used
  bool lease_read = false;      ///< it could be used once
  AdmissionState admission{};
  bool stopping = false;
};

/// Whether the caches allow to work: those that we may read are filled, and there is one. A kind
/// that we have no right to read does not keep us from the others.
bool can_work(const std::vector<kubernetes::KindState>& kinds);

/// Whether this operator does its work, or could at once when it leads.
bool is_ready(const Health& health);

/// Why a server of this version (its answer to /version) cannot be used; empty when it can.
std::string too_old(const base::Json& version);

/// One line a thing: "[+]" is as it should be, "[-]" keeps us from being ready, "[!]" is wrong and
/// does not. `verbose`: the good ones too.
std::string health_text(const Health& health, bool verbose);

}  // namespace functionmesh::process
