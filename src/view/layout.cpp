#include "view/layout.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "view/layers.hpp"

namespace functionmesh::view {
namespace {

constexpr double kBoxGap = 16;         // between boxes of a layer
constexpr double kBendGap = 10;        // between a passing link and its neighbours
constexpr double kNarrowestStep = 52;  // between layers
constexpr double kWidestStep = 150;
constexpr double kPartGap = 34;  // between parts that nothing links
constexpr double kAspect = 1.7;  // width to height that a page of several parts aims at
constexpr int kFits = 24;

bool is_bend(const Layered::Item& item) {
  return item.box == Layered::kBend;
}

/// Places the items of one connected part.
class Part {
 public:
  Part(const Layered& layered, std::span<const Box> boxes) : layered_(layered), boxes_(boxes) {
    y_.resize(layered.items.size());
    stack();
    for (int i = 0; i < kFits; ++i) {
      const bool to_the_right = i % 2 == 0;
      for (std::size_t l = 0; l < layered.layers.size(); ++l) {
        fit(layered.layers[to_the_right ? l : layered.layers.size() - 1 - l],
            i + 4 < kFits ? (to_the_right ? Side::left : Side::right) : Side::both);
      }
    }
    to_top();
    set_columns();
  }

  double width() const { return columns_.back().right; }
  double height() const { return height_; }

  Point centre(std::size_t item) const {
    const Column& column = columns_[layered_.items[item].layer];
    return {std::round((column.left + column.right) / 2), y_[item]};
  }

  std::vector<Point> route(const Layered::Chain& chain) const {
    std::vector<Point> points = chain.back ? way_back(chain) : way_on(chain);
    return points;
  }

 private:
  enum class Side { left, right, both };

  struct Column {
    double left = 0;
    double right = 0;
  };

  double half_height(std::size_t item) const {
    return is_bend(layered_.items[item]) ? 0 : boxes_[layered_.items[item].box].height / 2;
  }

  double half_width(std::size_t item) const {
    return is_bend(layered_.items[item]) ? 0 : boxes_[layered_.items[item].box].width / 2;
  }

  double distance(std::size_t above, std::size_t below) const {
    const bool bend = is_bend(layered_.items[above]) || is_bend(layered_.items[below]);
    return half_height(above) + half_height(below) + (bend ? kBendGap : kBoxGap);
  }

  void stack() {
    for (const auto& layer : layered_.layers) {
      for (std::size_t i = 1; i < layer.size(); ++i) {
        y_[layer[i]] = y_[layer[i - 1]] + distance(layer[i - 1], layer[i]);
      }
    }
  }

  // How much a link wants to be straight: most where it passes between bends.
  double pull(std::size_t a, std::size_t b) const {
    const int bends = (is_bend(layered_.items[a]) ? 1 : 0) + (is_bend(layered_.items[b]) ? 1 : 0);
    return bends == 2 ? 8 : bends == 1 ? 2 : 1;
  }

  /// Where an item would like to be, and how much.
  struct Wish {
    double y = 0;
    double weight = 0;
  };

  Wish wish_of(std::size_t item, Side side) const {
    Wish wish;
    const Layered::Item& it = layered_.items[item];
    const auto add = [&](const std::vector<std::size_t>& neighbours) {
      for (const std::size_t neighbour : neighbours) {
        const double weight = pull(item, neighbour);
        wish.y += weight * y_[neighbour];
        wish.weight += weight;
      }
    };
    if (side != Side::right) {
      add(it.left);
    }
    if (side != Side::left) {
      add(it.right);
    }
    if (it.beside != Layered::kBend) {
      const double below = y_[item] < y_[it.beside] ? -1 : 1;
      wish.y += 4 * (y_[it.beside] + below * (half_height(it.beside) + kBendGap));
      wish.weight += 4;
    }
    if (wish.weight == 0) {
      return {y_[item], 0.05};
    }
    return {wish.y / wish.weight, wish.weight};
  }

  // The places nearest to the wishes (least squares) that keep the order and the distances: pool
  // adjacent violators, on places without the distances above them.
  void fit(const std::vector<std::size_t>& layer, Side side) {
    struct Pool {
      double sum;
      double weight;
      std::size_t count;
      double value() const { return sum / weight; }
    };
    std::vector<double> offset(layer.size());
    std::vector<Pool> pools;
    for (std::size_t i = 0; i < layer.size(); ++i) {
      if (i > 0) {
        offset[i] = offset[i - 1] + distance(layer[i - 1], layer[i]);
      }
      const Wish wish = wish_of(layer[i], side);
      pools.push_back({(wish.y - offset[i]) * wish.weight, wish.weight, 1});
      while (pools.size() > 1 && pools[pools.size() - 2].value() > pools.back().value()) {
        const Pool last = pools.back();
        pools.pop_back();
        pools.back().sum += last.sum;
        pools.back().weight += last.weight;
        pools.back().count += last.count;
      }
    }
    std::size_t i = 0;
    for (const Pool& pool : pools) {
      for (std::size_t n = 0; n < pool.count; ++n, ++i) {
        y_[layer[i]] = pool.value() + offset[i];
      }
    }
  }

  // Whole pixels: distances are not less than they were by more than what a rounding takes.
  void to_top() {
    double top = 1e300;
    for (std::size_t i = 0; i < y_.size(); ++i) {
      top = std::min(top, y_[i] - half_height(i));
    }
    for (std::size_t i = 0; i < y_.size(); ++i) {
      y_[i] = std::round(y_[i] - top);
      height_ = std::max(height_, y_[i] + half_height(i));
    }
  }

  // Steps are wide where links have far to climb.
  void set_columns() {
    double x = 0;
    for (std::size_t l = 0; l < layered_.layers.size(); ++l) {
      double widest = 0;
      double climb = 0;
      for (const std::size_t item : layered_.layers[l]) {
        widest = std::max(widest, 2 * half_width(item));
        for (const std::size_t to : layered_.items[item].right) {
          climb = std::max(climb, std::abs(y_[to] - y_[item]));
        }
      }
      columns_.push_back({x, x + widest});
      x += widest + std::round(std::clamp(climb * 0.35, kNarrowestStep, kWidestStep));
    }
  }

  const Column& column_of(std::size_t item) const { return columns_[layered_.items[item].layer]; }

  static void line(std::vector<Point>& points, Point to) {
    const Point from = points.back();
    points.insert(points.end(), {from, to, to});
  }

  // Level at both ends.
  static void curve(std::vector<Point>& points, Point to) {
    const Point from = points.back();
    const double middle = std::round((from.x + to.x) / 2);
    points.insert(points.end(), {Point{middle, from.y}, Point{middle, to.y}, to});
  }

  // A half turn: out to the side and back at another height.
  static void turn(std::vector<Point>& points, Point to, double bulge) {
    const Point from = points.back();
    points.insert(points.end(), {Point{from.x + bulge, from.y}, Point{from.x + bulge, to.y}, to});
  }

  std::vector<Point> way_on(const Layered::Chain& chain) const {
    const std::size_t first = chain.items.front();
    std::vector<Point> points = {{centre(first).x + half_width(first), y_[first]}};
    for (std::size_t i = 0; i < chain.items.size(); ++i) {
      const std::size_t item = chain.items[i];
      const Column& column = column_of(item);
      if (i > 0) {
        curve(points, {column.left, y_[item]});
      }
      const bool last = i + 1 == chain.items.size();
      const double x = last ? centre(item).x - half_width(item) : column.right;
      if (x > points.back().x) {
        line(points, {x, y_[item]});
      }
    }
    return points;
  }

  // The link starts at the last item, turns around right of it, and comes to the first from its
  // left.
  std::vector<Point> way_back(const Layered::Chain& chain) const {
    constexpr double kBulge = 26;
    const std::size_t start = chain.items.back();
    const std::size_t end = chain.items.front();
    std::vector<Point> points = {{centre(start).x + half_width(start), y_[start]}};
    if (chain.items.size() == 2) {  // without bends
      const double x = centre(end).x - half_width(end);
      points.insert(points.end(),
                    {{points[0].x + kBulge, y_[start]}, {x - kBulge, y_[end]}, {x, y_[end]}});
      return points;
    }
    if (points[0].x < column_of(start).right) {
      line(points, {column_of(start).right, y_[start]});
    }
    for (std::size_t i = chain.items.size() - 1; i-- > 1;) {
      const std::size_t bend = chain.items[i];
      const Column& column = column_of(bend);
      if (i + 2 == chain.items.size()) {
        turn(points, {column.right, y_[bend]}, kBulge);
      } else {
        curve(points, {column.right, y_[bend]});
      }
      if (column.left < column.right) {
        line(points, {column.left, y_[bend]});
      }
    }
    turn(points, {column_of(end).left, y_[end]}, -kBulge);
    const double x = centre(end).x - half_width(end);
    if (x > points.back().x) {
      line(points, {x, y_[end]});
    }
    return points;
  }

  const Layered& layered_;
  std::span<const Box> boxes_;
  std::vector<double> y_;
  std::vector<Column> columns_;
  double height_ = 0;
};

/// Boxes that links hold together, in the order of their first box.
struct Connected {
  std::vector<std::size_t> boxes;
  std::vector<std::size_t> links;
};

std::vector<Connected> connected_parts(std::size_t boxes, std::span<const Link> links) {
  std::vector<std::size_t> leader(boxes);
  std::iota(leader.begin(), leader.end(), 0);
  const auto find = [&](std::size_t box) {
    while (leader[box] != box) {
      leader[box] = leader[leader[box]];
      box = leader[box];
    }
    return box;
  };
  for (const Link& link : links) {
    const std::size_t a = find(link.from);
    const std::size_t b = find(link.to);
    leader[std::max(a, b)] = std::min(a, b);
  }
  std::vector<Connected> parts;
  std::vector<std::size_t> part_of(boxes);
  for (std::size_t box = 0; box < boxes; ++box) {
    const std::size_t first = find(box);
    if (first == box) {
      part_of[box] = parts.size();
      parts.emplace_back();
    }
    parts[part_of[first]].boxes.push_back(box);
  }
  for (std::size_t i = 0; i < links.size(); ++i) {
    parts[part_of[find(links[i].from)]].links.push_back(i);
  }
  return parts;
}

// Links that turn around reach beyond the boxes: move all to where x begins at 0.
void fit_routes(Layout& layout) {
  double left = 0;
  double right = layout.width;
  for (const auto& route : layout.routes) {
    for (const Point& point : route) {
      left = std::min(left, point.x);
      right = std::max(right, point.x);
    }
  }
  for (Point& centre : layout.centres) {
    centre.x -= left;
  }
  for (auto& route : layout.routes) {
    for (Point& point : route) {
      point.x -= left;
    }
  }
  layout.width = right - left;
}

Layout lay_out_part(const Connected& part, std::span<const Box> boxes,
                    std::span<const Link> links) {
  const Layered layered = layer(part.boxes, links, part.links);
  const Part placed(layered, boxes);
  Layout layout;
  layout.width = placed.width();
  layout.height = placed.height();
  for (std::size_t i = 0; i < part.boxes.size(); ++i) {
    layout.centres.push_back(placed.centre(i));
  }
  for (const Layered::Chain& chain : layered.chains) {
    layout.routes.push_back(placed.route(chain));
  }
  fit_routes(layout);
  return layout;
}

}  // namespace

Layout lay_out(std::span<const Box> boxes, std::span<const Link> links) {
  const std::vector<Connected> parts = connected_parts(boxes.size(), links);
  std::vector<Layout> layouts;
  double area = 0;
  double widest = 0;
  for (const Connected& part : parts) {
    layouts.push_back(lay_out_part(part, boxes, links));
    const Layout& last = layouts.back();
    area += (last.width + kPartGap) * (last.height + kPartGap);
    widest = std::max(widest, last.width);
  }
  // Parts side by side in rows.
  const double row_width = std::max(widest, std::round(std::sqrt(area * kAspect)));
  Layout page;
  page.centres.resize(boxes.size());
  page.routes.resize(links.size());
  Point at;
  double row_height = 0;
  for (std::size_t p = 0; p < parts.size(); ++p) {
    Layout& layout = layouts[p];
    if (at.x > 0 && at.x + layout.width > row_width) {
      at = {0, at.y + row_height + kPartGap};
      row_height = 0;
    }
    for (std::size_t i = 0; i < parts[p].boxes.size(); ++i) {
      const Point centre = layout.centres[i];
      page.centres[parts[p].boxes[i]] = {centre.x + at.x, centre.y + at.y};
    }
    for (std::size_t i = 0; i < parts[p].links.size(); ++i) {
      auto& route = page.routes[parts[p].links[i]];
      route = std::move(layout.routes[i]);
      for (Point& point : route) {
        point.x += at.x;
        point.y += at.y;
      }
    }
    page.width = std::max(page.width, at.x + layout.width);
    page.height = std::max(page.height, at.y + layout.height);
    row_height = std::max(row_height, layout.height);
    at.x += layout.width + kPartGap;
  }
  return page;
}

}  // namespace functionmesh::view
