#include "view/layout.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

namespace functionmesh::view {
namespace {

struct Drawing {
  std::vector<Box> boxes;
  std::vector<Link> links;
};

bool overlap(const Box& a, Point at_a, const Box& b, Point at_b) {
  return std::abs(at_a.x - at_b.x) < (a.width + b.width) / 2 &&
         std::abs(at_a.y - at_b.y) < (a.height + b.height) / 2;
}

Point on_curve(const std::vector<Point>& route, std::size_t piece, double t) {
  const Point* p = &route[3 * piece];
  const double u = 1 - t;
  const auto mix = [&](double a, double b, double c, double d) {
    return u * u * u * a + 3 * u * u * t * b + 3 * u * t * t * c + t * t * t * d;
  };
  return {mix(p[0].x, p[1].x, p[2].x, p[3].x), mix(p[0].y, p[1].y, p[2].y, p[3].y)};
}

// What a reader relies on: boxes apart, lines from box to box and through no other, all of it on
// the page.
void expect_readable(const Drawing& drawing, const Layout& layout) {
  ASSERT_EQ(layout.centres.size(), drawing.boxes.size());
  ASSERT_EQ(layout.routes.size(), drawing.links.size());
  for (std::size_t a = 0; a < drawing.boxes.size(); ++a) {
    const Box& box = drawing.boxes[a];
    EXPECT_GE(layout.centres[a].x - box.width / 2, -0.5);
    EXPECT_GE(layout.centres[a].y - box.height / 2, -0.5);
    EXPECT_LE(layout.centres[a].x + box.width / 2, layout.width + 0.5);
    EXPECT_LE(layout.centres[a].y + box.height / 2, layout.height + 0.5);
    for (std::size_t b = 0; b < a; ++b) {
      EXPECT_FALSE(overlap(box, layout.centres[a], drawing.boxes[b], layout.centres[b]))
          << a << " and " << b;
    }
  }
  for (std::size_t l = 0; l < drawing.links.size(); ++l) {
    const std::vector<Point>& route = layout.routes[l];
    ASSERT_EQ(route.size() % 3, 1U);
    const Link& link = drawing.links[l];
    EXPECT_DOUBLE_EQ(route.front().x,
                     layout.centres[link.from].x + drawing.boxes[link.from].width / 2);
    EXPECT_DOUBLE_EQ(route.back().x, layout.centres[link.to].x - drawing.boxes[link.to].width / 2);
    for (std::size_t piece = 0; 3 * piece + 1 < route.size(); ++piece) {
      for (double t = 0; t <= 1; t += 0.05) {
        const Point point = on_curve(route, piece, t);
        for (std::size_t b = 0; b < drawing.boxes.size(); ++b) {
          EXPECT_FALSE(overlap({-1, -1}, point, drawing.boxes[b], layout.centres[b]))
              << "link " << link.from << "-" << link.to << " runs through " << b;
        }
      }
    }
  }
}

Drawing random_drawing(std::uint32_t seed, std::size_t boxes, std::size_t links) {
  std::mt19937 random(seed);
  const auto below = [&](std::size_t limit) { return random() % limit; };
  Drawing drawing;
  for (std::size_t i = 0; i < boxes; ++i) {
    drawing.boxes.push_back({40.0 + 2 * static_cast<double>(below(100)), below(2) ? 30.0 : 46.0});
  }
  while (drawing.links.size() < links) {
    const Link link{below(boxes), below(boxes)};
    if (link.from != link.to) {
      drawing.links.push_back(link);
    }
  }
  return drawing;
}

TEST(Layout, GoesFromLeftToRight) {
  const Drawing chain{{{100, 30}, {60, 46}, {80, 30}}, {{0, 1}, {1, 2}}};
  const Layout layout = lay_out(chain.boxes, chain.links);
  EXPECT_LT(layout.centres[0].x, layout.centres[1].x);
  EXPECT_LT(layout.centres[1].x, layout.centres[2].x);
  // A chain is a straight line.
  EXPECT_EQ(layout.centres[0].y, layout.centres[1].y);
  EXPECT_EQ(layout.centres[1].y, layout.centres[2].y);
  expect_readable(chain, layout);
}

TEST(Layout, StaysReadableWithCyclesAndDetours) {
  for (const auto& links : std::vector<std::vector<Link>>{
           {{0, 1}, {1, 0}},
           {{0, 1}, {1, 2}, {2, 0}},
           {{0, 1}, {1, 2}, {2, 3}, {0, 3}, {3, 0}, {3, 1}},
           {{0, 1}, {0, 1}, {1, 0}, {1, 0}},
           {{0, 1}, {2, 3}},
           {},
       }) {
    const Drawing drawing{{{80, 30}, {80, 30}, {120, 46}, {60, 30}}, links};
    expect_readable(drawing, lay_out(drawing.boxes, drawing.links));
  }
}

TEST(Layout, StaysReadableForRandomGraphs) {
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    const std::size_t boxes = 2 + seed;
    const Drawing drawing = random_drawing(seed, boxes, boxes * (1 + seed % 3) / 2);
    SCOPED_TRACE(seed);
    expect_readable(drawing, lay_out(drawing.boxes, drawing.links));
  }
}

// Four layers of six boxes that can be drawn without any crossing, in a random order.
Drawing planar_drawing(std::uint32_t seed) {
  constexpr std::size_t kLayers = 4;
  constexpr std::size_t kBoxes = 6;
  std::mt19937 random(seed);
  std::vector<std::size_t> names(kLayers * kBoxes);
  std::iota(names.begin(), names.end(), 0);
  std::ranges::shuffle(names, random);
  Drawing drawing{std::vector<Box>(names.size(), Box{60, 30}), {}};
  for (std::size_t layer = 0; layer + 1 < kLayers; ++layer) {
    // A staircase from the first pair to the last, some steps left out.
    std::size_t left = 0;
    std::size_t right = 0;
    while (left < kBoxes && right < kBoxes) {
      if (random() % 4 != 0) {
        drawing.links.push_back(
            {names[layer * kBoxes + left], names[(layer + 1) * kBoxes + right]});
      }
      ++(random() % 2 == 0 ? left : right);
    }
  }
  return drawing;
}

int crossings(const Drawing& drawing, const Layout& layout) {
  const auto rises = [&](std::size_t a, std::size_t b) {
    return layout.centres[a].y < layout.centres[b].y;
  };
  int count = 0;
  for (const Link& a : drawing.links) {
    for (const Link& b : drawing.links) {
      const bool side_by_side = layout.centres[a.from].x == layout.centres[b.from].x &&
                                layout.centres[a.to].x == layout.centres[b.to].x;
      count += side_by_side && rises(a.from, b.from) && rises(b.to, a.to) ? 1 : 0;
    }
  }
  return count;
}

TEST(Layout, LeavesFewCrossings) {
  int count = 0;
  for (std::uint32_t seed = 0; seed < 50; ++seed) {
    const Drawing drawing = planar_drawing(seed);
    count += crossings(drawing, lay_out(drawing.boxes, drawing.links));
  }
  // Measured: 66 with the sweeps, 391 without.
  EXPECT_LE(count, 80);
}

TEST(Layout, OfNothingIsEmpty) {
  const Layout layout = lay_out({}, {});
  EXPECT_EQ(layout.width, 0);
  EXPECT_EQ(layout.height, 0);
}

TEST(Layout, PutsLoosePartsBesideEachOther) {
  const Drawing drawing{std::vector<Box>(100, Box{80, 30}), {}};
  const Layout layout = lay_out(drawing.boxes, drawing.links);
  expect_readable(drawing, layout);
  EXPECT_LT(layout.height, 1200);
  EXPECT_LT(layout.width, 2000);
}

TEST(Layout, IsTheSameEveryTime) {
  const Drawing drawing = random_drawing(7, 50, 80);
  const Layout first = lay_out(drawing.boxes, drawing.links);
  const Layout second = lay_out(drawing.boxes, drawing.links);
  for (std::size_t i = 0; i < first.centres.size(); ++i) {
    EXPECT_EQ(first.centres[i].x, second.centres[i].x);
    EXPECT_EQ(first.centres[i].y, second.centres[i].y);
  }
}

// Nobody looks at it, but it ends: a chain of 3,000 boxes that all lead to one.
TEST(Layout, EndsForHugeGraphs) {
  Drawing drawing;
  drawing.boxes.resize(3001, {60, 30});
  for (std::size_t i = 0; i + 1 < 3000; ++i) {
    drawing.links.push_back({i, i + 1});
    drawing.links.push_back({i, 3000});
  }
  const Layout layout = lay_out(drawing.boxes, drawing.links);
  EXPECT_EQ(layout.routes.size(), drawing.links.size());
}

}  // namespace
}  // namespace functionmesh::view
