#include "cluster/kubernetes/packed_texts.hpp"

#include <zstd.h>

#include <stdexcept>

namespace functionmesh::kubernetes {
namespace {

constexpr int kLevel = 3;
constexpr std::size_t kDictionarySize = 64UL * 1024;

std::size_t checked(std::size_t result) {
  if (ZSTD_isError(result) != 0) {
    throw std::runtime_error(std::string{"packing an object: "} + ZSTD_getErrorName(result));
  }
  return result;
}

template <auto kFree>
struct FreeBy {
  template <typename T>
  void operator()(T* pointer) const {
    kFree(pointer);
  }
};

}  // namespace

struct PackedTexts::Dictionary {
  explicit Dictionary(const std::string& text)
      : pack{ZSTD_createCDict(text.data(), text.size(), kLevel)},
        unpack{ZSTD_createDDict(text.data(), text.size())} {}

  std::unique_ptr<ZSTD_CDict, FreeBy<ZSTD_freeCDict>> pack;
  std::unique_ptr<ZSTD_DDict, FreeBy<ZSTD_freeDDict>> unpack;
};

struct PackedTexts::Contexts {
  std::unique_ptr<ZSTD_CCtx, FreeBy<ZSTD_freeCCtx>> pack{ZSTD_createCCtx()};
  std::unique_ptr<ZSTD_DCtx, FreeBy<ZSTD_freeDCtx>> unpack{ZSTD_createDCtx()};
};

PackedTexts::PackedTexts() : contexts_{std::make_unique<Contexts>()} {
  learn({});
}

PackedTexts::~PackedTexts() = default;

PackedText PackedTexts::pack(std::string_view text) {
  space_.resize(ZSTD_compressBound(text.size()));
  const std::size_t size =
      checked(ZSTD_compress_usingCDict(contexts_->pack.get(), space_.data(), space_.size(),
                                       text.data(), text.size(), dictionaries_.back()->pack.get()));
  PackedText packed;
  packed.bytes = std::string{space_.data(), size};
  packed.size = static_cast<std::uint32_t>(text.size());
  packed.dictionary = static_cast<std::uint16_t>(dictionaries_.size() - 1);
  return packed;
}

std::string PackedTexts::unpack(const PackedText& packed) const {
  std::string text(packed.size, '\0');
  checked(ZSTD_decompress_usingDDict(contexts_->unpack.get(), text.data(), text.size(),
                                     packed.bytes.data(), packed.bytes.size(),
                                     dictionaries_[packed.dictionary]->unpack.get()));
  return text;
}

void PackedTexts::learn(const std::vector<std::string>& typical) {
  std::string all;
  for (auto text = typical.rbegin(); text != typical.rend(); ++text) {
    if (all.size() + text->size() > kDictionarySize && !all.empty()) {
      break;
    }
    all.insert(0, *text);
  }
  if (all.size() > kDictionarySize) {
    all.erase(0, all.size() - kDictionarySize);
  }
  dictionaries_.push_back(std::make_unique<Dictionary>(all));
}

void PackedTexts::forget_earlier() {
  for (std::size_t i = 0; i + 1 < dictionaries_.size(); ++i) {
    dictionaries_[i].reset();
  }
}

}  // namespace functionmesh::kubernetes
