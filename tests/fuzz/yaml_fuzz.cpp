// Any bytes as YAML: refused with the file's name and a line, or read; and what was read is the
// same after it was written and read again.

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string_view>

#include "base/yaml.hpp"

namespace {

using namespace functionmesh;

void require(bool holds, std::string_view what, const std::string& text) {
  if (!holds) {
    std::cerr << what << ":\n" << text << "\n";
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto documents = base::parse_yaml(text, "fuzz.yaml");
  if (!documents) {
    require(documents.error().starts_with("fuzz.yaml"), "the error names no place",
            documents.error());
    return 0;
  }
  for (const base::YamlDocument& document : *documents) {
    require(document.line >= 1, "a document on no line", base::write_json(document.value));
    const std::string written = base::write_yaml(document.value);
    const auto again = base::parse_yaml(written, "written.yaml");
    require(again.has_value(), again ? "" : again.error(), written);
    require(again->size() == 1, "not one document", written);
    require(base::equal((*again)[0].value, document.value), "read as something else", written);
  }
  return 0;
}
