#include "operator/health.hpp"

#include <algorithm>
#include <cstdlib>

namespace functionmesh::process {
namespace {

using kubernetes::KindState;

std::string line(std::string_view mark, std::string_view what, std::string_view text) {
  return std::string{mark} + std::string{what} + ": " + std::string{text} + "\n";
}

std::string line_of(const KindState& kind, bool verbose) {
  if (kind.absent && kind.usable) {
    return verbose ? line("[+]", kind.kind, "not there, and not needed") : "";
  }
  if (kind.denied) {
    return line("[!]", kind.kind, kind.problem);
  }
  if (!kind.usable) {
    return line("[-]", kind.kind,
                kind.problem.empty() ? "still being listed" : std::string_view{kind.problem});
  }
  if (!kind.problem.empty()) {
    return line("[!]", kind.kind, kind.problem);
  }
  return verbose ? line("[+]", kind.kind, std::to_string(kind.objects) + " objects") : "";
}

std::string lease_line(const Health& health, bool verbose) {
  if (!health.elects) {
    return "";
  }
  if (!health.lease_problem.empty()) {
    return line(health.lease_read ? "[!]" : "[-]", "lease", health.lease_problem);
  }
  if (!verbose) {
    return "";
  }
  return line("[+]", "lease",
              health.leads            ? "this operator leads"
              : health.leader.empty() ? "nobody leads yet"
                                      : "stands by; " + health.leader + " leads");
}

/// Who never can serve must not be held back for that from all else.
bool keeps_from_ready(const AdmissionState& admission) {
  return admission.wanted && !admission.serves && !admission.lasting;
}

std::string admission_line(const AdmissionState& admission, bool verbose) {
  if (!admission.wanted) {
    return "";
  }
  if (!admission.problem.empty() || !admission.serves) {
    return line(
        keeps_from_ready(admission) ? "[-]" : "[!]", "admission",
        admission.problem.empty() ? "has no certificate yet" : std::string_view{admission.problem});
  }
  return verbose ? line("[+]", "admission", "serves") : "";
}

}  // namespace

bool can_work(const std::vector<KindState>& kinds) {
  const auto settled = [](const KindState& kind) { return kind.usable || kind.denied; };
  const auto readable = [](const KindState& kind) { return kind.usable && !kind.absent; };
  return std::ranges::all_of(kinds, settled) && std::ranges::any_of(kinds, readable);
}

bool is_ready(const Health& health) {
  const bool takes_part = !health.elects || health.lease_read;
  return can_work(health.kinds) && health.server_problem.empty() && takes_part &&
         !keeps_from_ready(health.admission) && !health.stopping;
}

std::string too_old(const base::Json& version) {
  constexpr int kOldestMinor = 23;                             // has autoscaling/v2
  const std::string minor{base::text_at(version, {"minor"})};  // "27", "27+"
  const int number = std::atoi(minor.c_str());
  if (base::text_at(version, {"major"}) != "1" || number <= 0 || number >= kOldestMinor) {
    return {};
  }
  return "version 1." + minor + " is too old: 1.23 or later is needed (autoscaling/v2)";
}

std::string health_text(const Health& health, bool verbose) {
  std::string text;
  if (!health.server_problem.empty()) {
    text += line("[-]", "Kubernetes", health.server_problem);
  }
  if (health.stopping) {
    text += line("[-]", "operator", "stopping");
  }
  for (const KindState& kind : health.kinds) {
    text += line_of(kind, verbose);
  }
  text += lease_line(health, verbose);
  text += admission_line(health.admission, verbose);
  return text + (is_ready(health) ? "ok\n" : "not ready\n");
}

}  // namespace functionmesh::process
