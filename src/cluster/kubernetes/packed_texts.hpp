#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace functionmesh::kubernetes {

/// A text as a difference from what is typical.
struct PackedText {
  std::string bytes;
  std::uint32_t size = 0;        ///< of the text
  std::uint16_t dictionary = 0;  ///< 0: none
};

/// Packs texts that resemble each other, such as the objects of one kind: each is compressed
/// against a dictionary of typical ones (a StatefulSet of 6 KB takes some hundred bytes).
class PackedTexts {
 public:
  PackedTexts();
  ~PackedTexts();
  PackedTexts(const PackedTexts&) = delete;
  PackedTexts& operator=(const PackedTexts&) = delete;

  PackedText pack(std::string_view text);
  std::string unpack(const PackedText& packed) const;

  /// From now on texts are packed against these. At most 64 KiB of them count, the last the most.
  void learn(const std::vector<std::string>& typical);

  /// Frees all dictionaries but the last: what was packed before it cannot be unpacked any more.
  void forget_earlier();

 private:
  struct Dictionary;
  struct Contexts;
  std::vector<std::unique_ptr<Dictionary>> dictionaries_;
  std::unique_ptr<Contexts> contexts_;
  std::string space_;
};

}  // namespace functionmesh::kubernetes
