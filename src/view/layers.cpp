#include "view/layers.hpp"

#include <algorithm>
#include <map>
#include <numeric>

namespace functionmesh::view {
namespace {

constexpr int kSweeps = 16;
// Beyond this many bends long links go straight: a chain of thousands with one shared log topic
// would need millions.
constexpr std::size_t kMostBends = 20'000;

using Items = std::vector<Layered::Item>;

/// A link between items, turned so that there are no cycles.
struct Arc {
  std::size_t from;
  std::size_t to;
  std::size_t link;
  bool back;
};

// Which arcs close a cycle, by a depth-first walk that begins where nothing leads to.
void turn_cycles(std::size_t count, std::vector<Arc>& arcs) {
  std::vector<std::vector<std::size_t>> out(count);
  std::vector<std::size_t> incoming(count);
  for (std::size_t i = 0; i < arcs.size(); ++i) {
    out[arcs[i].from].push_back(i);
    ++incoming[arcs[i].to];
  }
  enum class Mark : char { fresh, open, done };
  std::vector<Mark> marks(count, Mark::fresh);
  struct Step {
    std::size_t node;
    std::size_t next = 0;
  };
  const auto walk = [&](std::size_t start) {
    std::vector<Step> path = {{start}};
    marks[start] = Mark::open;
    while (!path.empty()) {
      Step& step = path.back();
      if (step.next == out[step.node].size()) {
        marks[step.node] = Mark::done;
        path.pop_back();
        continue;
      }
      Arc& arc = arcs[out[step.node][step.next++]];
      if (marks[arc.to] == Mark::open) {
        arc.back = true;
      } else if (marks[arc.to] == Mark::fresh) {
        marks[arc.to] = Mark::open;
        path.push_back({arc.to});
      }
    }
  };
  for (const bool only_starts : {true, false}) {
    for (std::size_t node = 0; node < count; ++node) {
      if (marks[node] == Mark::fresh && (!only_starts || incoming[node] == 0)) {
        walk(node);
      }
    }
  }
  for (Arc& arc : arcs) {
    if (arc.back) {
      std::swap(arc.from, arc.to);
    }
  }
}

// Longest path from the left; then what has more to the right than to the left moves there.
std::vector<std::size_t> longest_paths(std::size_t count, const std::vector<Arc>& arcs) {
  std::vector<std::vector<std::size_t>> out(count);
  std::vector<std::size_t> incoming(count);
  for (const Arc& arc : arcs) {
    out[arc.from].push_back(arc.to);
    ++incoming[arc.to];
  }
  std::vector<std::size_t> waiting = incoming;
  std::vector<std::size_t> order;
  for (std::size_t node = 0; node < count; ++node) {
    if (waiting[node] == 0) {
      order.push_back(node);
    }
  }
  std::vector<std::size_t> layers(count);
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (const std::size_t to : out[order[i]]) {
      layers[to] = std::max(layers[to], layers[order[i]] + 1);
      if (--waiting[to] == 0) {
        order.push_back(to);
      }
    }
  }
  for (auto node = order.rbegin(); node != order.rend(); ++node) {
    if (out[*node].size() > incoming[*node]) {
      std::size_t nearest = layers[out[*node].front()];
      for (const std::size_t to : out[*node]) {
        nearest = std::min(nearest, layers[to]);
      }
      layers[*node] = nearest - 1;
    }
  }
  const std::size_t first = *std::ranges::min_element(layers);
  for (std::size_t& layer : layers) {
    layer -= first;
  }
  return layers;
}

std::size_t bends_needed(const std::vector<Arc>& arcs, const std::vector<std::size_t>& layers) {
  std::size_t count = 0;
  for (const Arc& arc : arcs) {
    count += layers[arc.to] - layers[arc.from] + (arc.back ? 1 : 0);
  }
  return count;
}

void chain_up(Layered& layered, const Arc& arc, bool with_bends) {
  Items& items = layered.items;
  Layered::Chain chain{arc.link, arc.back, {arc.from}};
  const std::size_t first = items[arc.from].layer;
  const std::size_t last = items[arc.to].layer;
  if (with_bends) {
    // A link that leads back leaves its box to the right and reaches the other from the left, so
    // it passes by both.
    const std::size_t begin = arc.back ? first : first + 1;
    const std::size_t end = arc.back ? last + 1 : last;
    for (std::size_t layer = begin; layer < end; ++layer) {
      Layered::Item bend;
      bend.layer = layer;
      if (arc.back && layer == first) {
        bend.beside = arc.from;
      } else if (arc.back && layer == last) {
        bend.beside = arc.to;
      }
      chain.items.push_back(items.size());
      items.push_back(std::move(bend));
    }
  }
  chain.items.push_back(arc.to);
  for (std::size_t i = 0; i + 1 < chain.items.size(); ++i) {
    const std::size_t from = chain.items[i];
    const std::size_t to = chain.items[i + 1];
    if (items[from].layer + 1 == items[to].layer) {
      items[from].right.push_back(to);
      items[to].left.push_back(from);
    }
  }
  layered.chains.push_back(std::move(chain));
}

using Order = std::vector<std::vector<std::size_t>>;

// Top to bottom as a walk over the graph meets them: what belongs together starts together.
Order first_order(const Items& items, std::size_t layer_count) {
  Order order(layer_count);
  std::vector<bool> met(items.size());
  for (std::size_t start = 0; start < items.size(); ++start) {
    std::vector<std::size_t> todo = {start};
    while (!todo.empty()) {
      const std::size_t item = todo.back();
      todo.pop_back();
      if (met[item]) {
        continue;
      }
      met[item] = true;
      order[items[item].layer].push_back(item);
      for (const auto* side : {&items[item].left, &items[item].right}) {
        todo.insert(todo.end(), side->rbegin(), side->rend());
      }
    }
  }
  return order;
}

void number(const Order& order, std::vector<double>& places) {
  for (const auto& layer : order) {
    for (std::size_t i = 0; i < layer.size(); ++i) {
      places[layer[i]] = static_cast<double>(i);
    }
  }
}

std::size_t crossings(const Items& items, const Order& order, const std::vector<double>& places) {
  std::size_t sum = 0;
  for (std::size_t layer = 0; layer + 1 < order.size(); ++layer) {
    // Links in the order of their left ends; each inversion of their right ends is a crossing.
    std::vector<std::size_t> ends;
    for (const std::size_t item : order[layer]) {
      const std::size_t first = ends.size();
      for (const std::size_t to : items[item].right) {
        ends.push_back(static_cast<std::size_t>(places[to]));
      }
      std::sort(ends.begin() + static_cast<std::ptrdiff_t>(first), ends.end());
    }
    std::vector<std::size_t> tree(order[layer + 1].size() + 1);  // Fenwick: ends so far
    std::size_t seen = 0;
    for (const std::size_t end : ends) {
      std::size_t not_beyond = 0;
      for (std::size_t i = end + 1; i > 0; i -= i & (~i + 1)) {
        not_beyond += tree[i];
      }
      sum += seen - not_beyond;
      for (std::size_t i = end + 1; i < tree.size(); i += i & (~i + 1)) {
        ++tree[i];
      }
      ++seen;
    }
  }
  return sum;
}

void sort_layer(const Items& items, std::vector<std::size_t>& layer, bool by_left,
                std::vector<double>& places) {
  std::map<std::size_t, double> wanted;
  for (const std::size_t item : layer) {
    const auto& neighbours = by_left ? items[item].left : items[item].right;
    double place = places[item];
    if (!neighbours.empty()) {
      place = 0;
      for (const std::size_t neighbour : neighbours) {
        place += places[neighbour];
      }
      place /= static_cast<double>(neighbours.size());
    }
    wanted[item] = place;
  }
  for (const std::size_t item : layer) {
    if (items[item].beside != Layered::kBend) {
      wanted[item] = wanted[items[item].beside] + 1e-6;
    }
  }
  std::ranges::sort(layer, {},
                    [&](std::size_t item) { return std::pair(wanted[item], places[item]); });
  for (std::size_t i = 0; i < layer.size(); ++i) {
    places[layer[i]] = static_cast<double>(i);
  }
}

Order best_order(const Items& items, std::size_t layer_count) {
  Order order = first_order(items, layer_count);
  std::vector<double> places(items.size());
  number(order, places);
  Order best = order;
  std::size_t fewest = crossings(items, order, places);
  for (int sweep = 0; sweep < kSweeps && fewest > 0; ++sweep) {
    const bool to_the_right = sweep % 2 == 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
      sort_layer(items, order[to_the_right ? i : order.size() - 1 - i], to_the_right, places);
    }
    const std::size_t now = crossings(items, order, places);
    if (now < fewest) {
      fewest = now;
      best = order;
    }
  }
  return best;
}

}  // namespace

Layered layer(std::span<const std::size_t> members, std::span<const Link> links,
              std::span<const std::size_t> link_indices) {
  Layered layered;
  std::map<std::size_t, std::size_t> item_of;
  for (const std::size_t box : members) {
    item_of[box] = layered.items.size();
    Layered::Item item;
    item.box = box;
    layered.items.push_back(std::move(item));
  }
  std::vector<Arc> arcs;
  for (const std::size_t index : link_indices) {
    arcs.push_back({item_of[links[index].from], item_of[links[index].to], index, false});
  }
  turn_cycles(members.size(), arcs);
  const std::vector<std::size_t> layers = longest_paths(members.size(), arcs);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    layered.items[i].layer = layers[i];
  }
  const bool with_bends = bends_needed(arcs, layers) <= kMostBends;
  for (const Arc& arc : arcs) {
    chain_up(layered, arc, with_bends);
  }
  const std::size_t layer_count = *std::ranges::max_element(layers) + 1;
  layered.layers = best_order(layered.items, layer_count);
  return layered;
}

}  // namespace functionmesh::view
