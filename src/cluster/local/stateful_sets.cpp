#include "cluster/local/stateful_sets.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <ranges>

#include "base/metadata.hpp"
#include "cluster/local/pod_object.hpp"

namespace functionmesh::local {

namespace asio = boost::asio;
using base::Json;
using base::number_at;
using base::text_at;
using base::uid_of;
using cluster::Change;
using cluster::Key;

namespace {

/// How often function files are looked at for edits.
constexpr auto file_tick = std::chrono::seconds{1};

}  // namespace

StatefulSets::StatefulSets(std::shared_ptr<Surroundings> surroundings)
    : surroundings_(std::move(surroundings)),
      work_(surroundings_->executor),
      tick_(surroundings_->executor) {}

void StatefulSets::start() {
  asio::co_spawn(surroundings_->executor, work(), asio::detached);
  asio::co_spawn(surroundings_->executor, look_at_files(), asio::detached);
}

void StatefulSets::stop() {
  stopping_ = true;
  for_each([](Instance& instance) { instance.stop(); });
  work_.notify();
  tick_.notify();
}

void StatefulSets::changed(Change change, const cluster::Object& stateful_set) {
  const Key key = cluster::key_of(*stateful_set);
  Set& set = sets_[key];
  set.gone = change == Change::deleted;
  if (set.workload == nullptr) {
    set.workload = std::make_shared<Workload>(stateful_set);
  } else if (!set.gone) {
    set.workload->set_object(stateful_set);
  }
  mark(key);
}

void StatefulSets::config_changed(const cluster::Object& config) {
  const std::string_view namespace_ = text_at(*config, {"metadata", "namespace"});
  for (const Key& key : sets_ | std::views::keys) {
    if (key.namespace_ == namespace_) {
      mark(key);
    }
  }
}

void StatefulSets::for_each(const std::function<void(Instance&)>& visit) {
  for (Set& set : sets_ | std::views::values) {
    for (Member& member : set.members | std::views::values) {
      visit(*member.instance);
    }
  }
}

void StatefulSets::mark(const Key& key) {
  marked_.insert(key);
  work_.notify();
}

asio::awaitable<void> StatefulSets::work() {
  const auto self = shared_from_this();
  while (!stopping_) {
    if (marked_.empty()) {
      co_await work_.wait();
      continue;
    }
    const Key key = *marked_.begin();
    marked_.erase(marked_.begin());
    co_await reconcile(key);
  }
}

asio::awaitable<void> StatefulSets::look_at_files() {
  const auto self = shared_from_this();
  while (!stopping_) {
    for (auto& [key, set] : sets_) {
      if (set.workload->file_changed(*surroundings_)) {
        mark(key);
      }
    }
    co_await tick_.wait_for(file_tick);
  }
}

asio::awaitable<void> StatefulSets::reconcile(const Key& key) {
  const auto found = sets_.find(key);
  if (found == sets_.end()) {
    co_return;
  }
  Set& set = found->second;
  std::erase_if(set.members, [](const auto& entry) { return entry.second.instance->is_over(); });
  if (set.gone && set.members.empty()) {
    sets_.erase(found);
    co_return;
  }
  if (!set.gone) {
    tell_sidecars(key, set);
    co_await set.workload->refresh(*surroundings_);
  }
  co_await scale(key, set);
  if (!set.gone) {
    co_await roll(set);
    co_await write_status(set);
  }
}

/// Removes what is too much or of an earlier StatefulSet of the same name; adds what is missing.
asio::awaitable<void> StatefulSets::scale(const Key& key, Set& set) {
  const Json& object = set.workload->object();
  const auto wanted = set.gone ? 0 : number_at(object, {"spec", "replicas"}, 1);
  for (auto& [ordinal, member] : set.members | std::views::reverse) {
    if (ordinal >= wanted || member.owner_uid != uid_of(object)) {
      co_await remove(member);
    }
  }
  for (int ordinal = 0; ordinal < wanted && !stopping_; ++ordinal) {
    if (!set.members.contains(ordinal)) {
      set.members.emplace(ordinal, make_member(key, set, ordinal));
    }
  }
}

asio::awaitable<void> StatefulSets::roll(Set& set) {
  const Workload& workload = *set.workload;
  const bool new_inputs = set.inputs != workload.inputs();
  set.inputs = workload.inputs();
  const auto outdated = [&](const Member& member) {
    const std::string& inputs = member.instance->inputs();
    return member.revision != workload.revision() ||
           (!inputs.empty() && inputs != workload.inputs());
  };
  bool newer_are_ready = true;
  for (auto& [ordinal, member] : set.members) {
    if (new_inputs) {
      member.instance->wake();  // what it waits for may have come
    }
    if (!outdated(member) || member.instance->is_stopping()) {
      newer_are_ready = newer_are_ready && member.instance->is_ready();
    }
  }
  for (auto& [ordinal, member] : set.members | std::views::reverse) {
    if (!outdated(member) || member.instance->is_stopping()) {
      continue;
    }
    if (!member.instance->is_ready()) {
      co_await remove(member);
      newer_are_ready = false;
    } else if (newer_are_ready) {
      co_await remove(member);
      newer_are_ready = false;
    }
  }
}

asio::awaitable<void> StatefulSets::remove(Member& member) {
  const auto instance = member.instance;
  if (instance->is_stopping()) {
    co_return;
  }
  instance->stop();
  if (!instance->uid().empty()) {
    co_await surroundings_->cluster.remove(instance->key(), instance->uid());
  }
}

StatefulSets::Member StatefulSets::make_member(const Key& key, const Set& set, int ordinal) {
  const std::string name = key.name + "-" + std::to_string(ordinal);
  const auto on_change = [weak = weak_from_this(), key] {
    if (const auto sets = weak.lock()) {
      sets->mark(key);
    }
  };
  auto instance = std::make_shared<Instance>(surroundings_, set.workload,
                                             pod_object(*set.workload, name), Purpose{}, on_change);
  instance->start();
  return {std::move(instance), uid_of(set.workload->object()), set.workload->revision()};
}

asio::awaitable<void> StatefulSets::write_status(Set& set) {
  Replicas replicas;
  replicas.update_revision = set.workload->revision();
  if (set.current_revision.empty()) {
    set.current_revision = replicas.update_revision;
  }
  for (const Member& member : set.members | std::views::values) {
    ++replicas.all;
    replicas.ready += member.instance->is_ready() ? 1 : 0;
    replicas.updated += member.revision == replicas.update_revision ? 1 : 0;
  }
  if (replicas.updated == replicas.all && replicas.ready == replicas.all) {
    set.current_revision = replicas.update_revision;
  }
  for (const Member& member : set.members | std::views::values) {
    replicas.current += member.revision == set.current_revision ? 1 : 0;
  }
  const Key key = set.workload->key();
  replicas.current_revision = key.name + "-" + set.current_revision;
  replicas.update_revision = key.name + "-" + replicas.update_revision;

  const auto now = co_await surroundings_->cluster.get(key);
  if (!now) {
    co_return;  // it went meanwhile, and will be said to have gone
  }
  const Json status = stateful_set_status(set.workload->object(), replicas);
  const Json* before = base::find(**now, {"status"});
  if (before != nullptr && base::equal(*before, status)) {
    co_return;
  }
  const auto written = co_await surroundings_->cluster.write_status(
      key, status, std::string{text_at(**now, {"metadata", "resourceVersion"})});
  if (!written) {
    mark(key);
  }
}

void StatefulSets::tell_sidecars(const Key& key, Set& set) {
  if (set.told_sidecars || !set.workload->has_sidecars()) {
    return;
  }
  set.told_sidecars = true;
  surroundings_->cluster.record(
      {key, "Normal", "SidecarsNotRun",
       "only the container " + set.workload->container_name() + " runs on this machine"});
}

}  // namespace functionmesh::local
