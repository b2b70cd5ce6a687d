#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <string>
#include <vector>

#include "plan/field_change.hpp"
#include "reconcile/component_plan.hpp"

/// What applying files to a cluster would do, found by running the controllers' own decisions on a
/// forecast of that cluster. Reads only.
namespace functionmesh::plan {

using cluster::Key;

enum class Action {
  none,
  create,
  change,
  adopt,  ///< metadata only: what another operator made is managed from now on
  remove,
};

/// "create", "change", ...; "none" is "same".
std::string_view word_of(Action action);

/// One object besides the resource itself.
struct ObjectChange {
  Key key;
  Action action = Action::none;
  std::string why;  ///< what the operator will say; may be empty
  std::vector<FieldChange> fields;
};

/// What becomes of a component's instances.
struct Instances {
  std::vector<std::string> restart;  ///< pods that are replaced, one after the other
  std::string reason;                ///< why
  std::vector<FieldChange> because;  ///< which fields of the pod template
  int start = 0;
  int stop = 0;
  int keep = 0;  ///< neither restarted nor stopped
};

/// What becomes of one resource.
struct Outcome {
  Key key;
  Action action = Action::none;
  std::string why;
  std::vector<FieldChange> fields;    ///< of the resource itself
  std::vector<ObjectChange> objects;  ///< what the operator does then, in its order
  Instances instances;
  std::string waits;                  ///< what differs and waits for a rollout: paths
  std::vector<std::string> problems;  ///< why it would not come to be as the files say
  std::vector<std::string> notes;     ///< what else a user should know
};

/// Something that the resources rely on, and whether it is there.
struct Finding {
  enum class Kind { good, note, warning, problem };
  Kind kind = Kind::good;
  std::string subject;  ///< "Secret/default/tls", "topic persistent://public/default/in"
  std::string message;

  bool operator==(const Finding&) const = default;
};

struct Plan {
  std::vector<Outcome> outcomes;  ///< meshes before their children, else as in the files
  std::vector<Finding> findings;
};

/// Whether anything would be written to the cluster.
bool is_change(const Plan& plan);
/// Whether something would not work as the files say.
bool has_problems(const Plan& plan);

struct Wish {
  std::vector<base::Json> objects;  ///< what a user applies, in this order, with namespaces
  reconcile::Policy policy;         ///< that of the operator
  std::string pulsar_web;           ///< asked instead of what ConfigMaps name; empty: those
};

/// What would happen. Fails when what decides cannot be read; for parts that are only checked the
/// findings say so.
boost::asio::awaitable<base::Result<Plan>> make_plan(cluster::Cluster& facts, Wish wish,
                                                     boost::asio::any_io_executor executor,
                                                     const base::Clock& clock);

}  // namespace functionmesh::plan
