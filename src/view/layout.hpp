#pragma once

#include <cstddef>
#include <span>
#include <vector>

/// Where the boxes of a directed graph go, from left to right, in the manner of Sugiyama: layers by
/// longest path, few crossings by barycentres, straight lines by fitting each layer to its
/// neighbours. Pure and deterministic.
namespace functionmesh::view {

struct Point {
  double x = 0;
  double y = 0;
};

struct Box {
  double width = 0;
  double height = 0;
};

struct Link {
  std::size_t from = 0;  ///< index of a box; never the same as `to`
  std::size_t to = 0;
};

struct Layout {
  double width = 0;
  double height = 0;
  std::vector<Point> centres;  ///< one a box; no two boxes overlap
  /// One a link: a start point and then Bezier curves of three points each, clear of all boxes
  /// (except in graphs so large that nobody looks at them).
  std::vector<std::vector<Point>> routes;
};

Layout lay_out(std::span<const Box> boxes, std::span<const Link> links);

}  // namespace functionmesh::view
