#include "inspect/subject.hpp"

#include <algorithm>

#include "api/resource.hpp"
#include "render/render.hpp"
#include "view/graph.hpp"
#include "view/status.hpp"

namespace functionmesh::inspect {
namespace {

constexpr std::size_t kEvents = 15;

std::string_view last_seen(const Json& event) {
  for (const std::string_view field : {"lastTimestamp", "eventTime"}) {
    if (const std::string_view time = base::text_at(event, {field}); !time.empty()) {
      return time;
    }
  }
  return base::text_at(event, {"metadata", "creationTimestamp"});
}

/// Builds a page's facts; what may not be read is noted and left out.
class Page {
 public:
  Page(cluster::Cluster& cluster, const Means& means, base::TimePoint now)
      : cluster_{cluster}, means_{means}, now_{now} {}

  asio::awaitable<Subject> about(Object object) {
    subject_.object = *object;
    about_.insert(cluster::key_of(*object));
    std::vector<Object> components;
    if (view::is_mesh(*object)) {
      const auto children = co_await children_of(cluster_, object);
      note(children);
      components = children ? *children : std::vector<Object>{};
      subject_.findings.graph =
          view::outline(view::graph_of(std::vector{api::decode(*object).resource}));
    } else if (view::is_component(*object)) {
      components.push_back(object);
    }
    for (const Object& component : components) {
      co_await add_part(component);
    }
    co_await add_events(cluster::key_of(*object).namespace_);
    subject_.findings.gaps.assign(gaps_.begin(), gaps_.end());
    co_return std::move(subject_);
  }

 private:
  template <typename T>
  void note(const Result<T>& result) {
    if (!result) {
      gaps_.insert(result.error().message);
    }
  }

  asio::awaitable<void> add_part(const Object component) {
    about_.insert(cluster::key_of(*component));
    const auto found = co_await pods_of(cluster_, component);
    note(found);
    std::vector<Json> pods;
    for (const Object& pod : found ? *found : std::vector<Object>{}) {
      pods.push_back(*pod);
      about_.insert(cluster::key_of(*pod));
    }
    view::Row row = view::row_of(*component, pods, now_);
    if (const auto flow = co_await flow_of(means_, pods, gaps_)) {
      row.rate_in = flow->rates.received;
      row.rate_out = flow->rates.written;
      row.errors = flow->errors;
    }
    row.backlog = co_await backlog_of(cluster_, means_, *component, gaps_);
    subject_.findings.parts.push_back(std::move(row));
    std::ranges::move(pods, std::back_inserter(subject_.pods));
  }

  asio::awaitable<void> add_events(const std::string in) {
    const auto all = co_await cluster_.list({.kind = "Event", .namespace_ = in});
    note(all);
    for (const Object& event : all ? *all : std::vector<Object>{}) {
      const Key about{std::string{base::text_at(*event, {"involvedObject", "kind"})},
                      std::string{base::text_at(*event, {"involvedObject", "namespace"})},
                      std::string{base::text_at(*event, {"involvedObject", "name"})}};
      if (about_.contains(about)) {
        subject_.events.push_back(*event);
      }
    }
    std::ranges::sort(subject_.events, {}, last_seen);
    if (subject_.events.size() > kEvents) {
      subject_.events.erase(subject_.events.begin(), subject_.events.end() - kEvents);
    }
  }

  cluster::Cluster& cluster_;
  const Means& means_;
  const base::TimePoint now_;
  Subject subject_;
  std::set<Key> about_;
  std::set<std::string> gaps_;
};

}  // namespace

asio::awaitable<Result<std::vector<Object>>> children_of(cluster::Cluster& cluster, Object mesh) {
  std::vector<Object> all;
  for (const std::string_view kind : {"Source", "Function", "Sink"}) {
    const auto children =
        co_await cluster.list({.kind = std::string{kind},
                               .namespace_ = cluster::key_of(*mesh).namespace_,
                               .owner = std::string{base::text_at(*mesh, {"metadata", "uid"})}});
    if (!children) {
      co_return std::unexpected(children.error());
    }
    all.insert(all.end(), children->begin(), children->end());
  }
  co_return all;
}

asio::awaitable<Result<std::vector<Object>>> pods_of(cluster::Cluster& cluster, Object component) {
  const Key key = cluster::key_of(*component);
  api::Metadata metadata;
  metadata.name = key.name;
  metadata.namespace_ = key.namespace_;
  co_return co_await cluster.list(
      {.kind = "Pod",
       .namespace_ = key.namespace_,
       .labels = render::selector_labels(api::kind_of(key.kind).value_or(api::Kind::function),
                                         metadata)});
}

asio::awaitable<Result<Subject>> look_at(cluster::Cluster& cluster, const Means& means, Key key,
                                         base::TimePoint now) {
  const auto object = co_await cluster.get(std::move(key));
  if (!object) {
    co_return std::unexpected(object.error());
  }
  Page page{cluster, means, now};
  co_return co_await page.about(*object);
}

}  // namespace functionmesh::inspect
