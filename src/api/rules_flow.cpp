#include <algorithm>
#include <map>
#include <set>

#include "api/rules.hpp"
#include "api/topic.hpp"

// How topics connect the parts of a mesh: circles, and names that are a slip of each other.
namespace functionmesh::api {
namespace {

/// These are hints. A mesh that is so large that they take more comparisons goes without: 1,000
/// functions in a row are not.
constexpr std::size_t kMostComparisons = 1'000'000;

/// A topic that an entry of a mesh reads or writes.
struct Use {
  std::string field;  ///< spec.sinks[0].input.topics[1]
  std::string topic;  ///< full name
  std::string cluster;
  std::size_t entry;
};

std::string entry_field(std::string_view list, std::size_t index) {
  return "spec." + std::string{list} + "[" + std::to_string(index) + "]";
}

// Topics of one name are one topic only within one Pulsar cluster.
std::string cluster_of(const ComponentSpec& spec) {
  return spec.pulsar ? spec.pulsar->pulsar_config : "";
}

void add_readings(std::string_view list, const std::vector<MeshEntry>& entries,
                  std::vector<Use>& all) {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const ComponentSpec& spec = entries[i].spec;
    if (spec.source_connector) {
      continue;
    }
    for (const InputTopic& input : input_topics(spec.input)) {
      const auto topic = full_topic_name(input.topic);
      if (topic && !input.pattern) {
        all.push_back({entry_field(list, i) + "." + input.field, *topic, cluster_of(spec), i});
      }
    }
  }
}

void add_writings(std::string_view list, const std::vector<MeshEntry>& entries,
                  std::vector<Use>& all) {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const ComponentSpec& spec = entries[i].spec;
    const auto topic = full_topic_name(spec.output.topic);
    if (topic && !spec.sink_connector) {
      all.push_back({entry_field(list, i) + ".output.topic", *topic, cluster_of(spec), i});
    }
  }
}

/// Which functions get the messages of which; empty when there are too many to follow.
using Successors = std::vector<std::set<std::size_t>>;

Successors successors_of(const std::vector<MeshEntry>& functions) {
  std::vector<Use> readings;
  std::vector<Use> writings;
  add_readings("functions", functions, readings);
  add_writings("functions", functions, writings);
  std::multimap<std::pair<std::string, std::string>, std::size_t> readers;
  for (const Use& reading : readings) {
    readers.emplace(std::pair{reading.cluster, reading.topic}, reading.entry);
  }
  Successors successors(functions.size());
  std::size_t links = 0;
  for (const Use& writing : writings) {
    const auto [from, to] = readers.equal_range(std::pair{writing.cluster, writing.topic});
    for (auto reader = from; reader != to; ++reader) {
      successors[writing.entry].insert(reader->second);
      if (++links * functions.size() > kMostComparisons) {
        return {};
      }
    }
  }
  return successors;
}

/// A way from a function back to itself over others; empty when there is none.
std::vector<std::size_t> circle_from(std::size_t start, const Successors& successors) {
  std::map<std::size_t, std::size_t> came_from;
  std::vector<std::size_t> waiting{start};
  for (std::size_t at = 0; at < waiting.size(); ++at) {
    const std::size_t here = waiting[at];
    for (const std::size_t next : successors[here]) {
      if (next == start && here != start) {
        std::vector<std::size_t> way{here};
        while (way.back() != start) {
          way.push_back(came_from.at(way.back()));
        }
        std::ranges::reverse(way);
        return way;
      }
      if (next != start && came_from.emplace(next, here).second) {
        waiting.push_back(next);
      }
    }
  }
  return {};
}

void check_circles(const std::vector<MeshEntry>& functions, Problems& problems) {
  const Successors successors = successors_of(functions);
  std::set<std::size_t> told;
  for (std::size_t i = 0; i < successors.size(); ++i) {
    const std::vector<std::size_t> way =
        told.contains(i) ? std::vector<std::size_t>{} : circle_from(i, successors);
    if (way.empty()) {
      continue;
    }
    std::string names;
    for (const std::size_t index : way) {
      names += functions[index].spec.name + " -> ";
      told.insert(index);
    }
    problems.warnings.push_back(
        {entry_field("functions", i) + ".output.topic",
         "messages go round in a circle: " + names + functions[i].spec.name});
  }
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// One letter is different, missing or too many. Digits do not count: they number topics.
bool is_slip(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty() && a.front() == b.front()) {
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  while (!a.empty() && !b.empty() && a.back() == b.back()) {
    a.remove_suffix(1);
    b.remove_suffix(1);
  }
  return a.size() <= 1 && b.size() <= 1 && a.size() + b.size() > 0 &&
         std::ranges::all_of(a, is_letter) && std::ranges::all_of(b, is_letter);
}

// An output that nobody in the mesh reads is ordinary, and so is an input from elsewhere. Both at
// once, a letter apart, are a slip of the pen.
void check_slips(const Mesh& mesh, Problems& problems) {
  std::vector<Use> readings;
  std::vector<Use> writings;
  add_readings("functions", mesh.functions, readings);
  add_readings("sinks", mesh.sinks, readings);
  add_writings("functions", mesh.functions, writings);
  add_writings("sources", mesh.sources, writings);
  std::set<std::pair<std::string, std::string>> read;
  std::set<std::pair<std::string, std::string>> written;
  for (const Use& reading : readings) {
    read.emplace(reading.cluster, reading.topic);
  }
  std::erase_if(writings, [&](const Use& writing) {
    written.emplace(writing.cluster, writing.topic);
    return read.contains({writing.cluster, writing.topic});
  });
  if (readings.size() * writings.size() > kMostComparisons) {
    return;
  }
  for (const Use& reading : readings) {
    if (written.contains({reading.cluster, reading.topic})) {
      continue;
    }
    const auto slip = std::ranges::find_if(writings, [&](const Use& writing) {
      return writing.cluster == reading.cluster && is_slip(writing.topic, reading.topic);
    });
    if (slip != writings.end()) {
      problems.warnings.push_back({reading.field, "nothing in this mesh writes " + reading.topic +
                                                      ", and nothing reads " + slip->topic + " (" +
                                                      slip->field + "): are they to be the same?"});
    }
  }
}

}  // namespace

void check_flow(const Mesh& mesh, Problems& problems) {
  check_circles(mesh.functions, problems);
  check_slips(mesh, problems);
}

}  // namespace functionmesh::api
