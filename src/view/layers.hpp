#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "view/layout.hpp"

/// The first half of a layout: which box stands in which layer, and in which order.
namespace functionmesh::view {

/// A connected graph whose every link leads one layer on: boxes, and bends that stand in for the
/// parts of links which pass a layer.
struct Layered {
  static constexpr std::size_t kBend = static_cast<std::size_t>(-1);

  struct Item {
    std::size_t box = kBend;  ///< which box it is
    std::size_t layer = 0;
    std::vector<std::size_t> left;  ///< the items it is linked with in the layer before
    std::vector<std::size_t> right;
    /// For a bend at which a link that leads back turns: the item of the same layer it comes from.
    std::size_t beside = kBend;
  };

  /// The items that a link passes, in the direction of the layers: from its box to its box.
  struct Chain {
    std::size_t link = 0;
    bool back = false;  ///< it leads against the layers: items.back() is where it starts
    std::vector<std::size_t> items;
  };

  std::vector<Item> items;
  std::vector<Chain> chains;
  std::vector<std::vector<std::size_t>> layers;  ///< items from top to bottom
};

/// `members` are the boxes of one connected part, `links` those between them.
Layered layer(std::span<const std::size_t> members, std::span<const Link> links,
              std::span<const std::size_t> link_indices);

}  // namespace functionmesh::view
