#include "base/metrics.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace functionmesh::base {
namespace {

std::string number(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), end.ptr};
}

void append_escaped(std::string& text, std::string_view value) {
  for (const char c : value) {
    if (c == '\n') {
      text += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') {
      text += '\\';
    }
    text += c;
  }
}

}  // namespace

Histogram::Histogram(std::vector<double> bounds)
    : bounds_{std::move(bounds)}, buckets_(bounds_.size()) {}

void Histogram::observe(double value) {
  const auto bucket = std::ranges::lower_bound(bounds_, value) - bounds_.begin();
  if (static_cast<std::size_t>(bucket) < buckets_.size()) {
    ++buckets_[static_cast<std::size_t>(bucket)];
  }
  ++count_;
  sum_ += value;
}

std::uint64_t Histogram::at_most(std::size_t i) const {
  std::uint64_t total = 0;
  for (std::size_t bucket = 0; bucket <= i; ++bucket) {
    total += buckets_[bucket];
  }
  return total;
}

void MetricsText::family(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  text_ += "# HELP " + name_ + " ";
  text_ += help;
  text_ += "\n# TYPE " + name_ + " ";
  text_ += type;
  text_ += "\n";
}

void MetricsText::sample(const Labels& labels, double value) {
  line("", labels, value);
}

void MetricsText::sample(const Labels& labels, const Histogram& histogram) {
  Labels with_bound = labels;
  with_bound.emplace_back("le", "");
  for (std::size_t i = 0; i < histogram.bounds().size(); ++i) {
    const std::string bound = number(histogram.bounds()[i]);
    with_bound.back().second = bound;
    line("_bucket", with_bound, static_cast<double>(histogram.at_most(i)));
  }
  with_bound.back().second = "+Inf";
  line("_bucket", with_bound, static_cast<double>(histogram.count()));
  line("_sum", labels, histogram.sum());
  line("_count", labels, static_cast<double>(histogram.count()));
}

void MetricsText::line(std::string_view suffix, const Labels& labels, double value) {
  text_ += name_;
  text_ += suffix;
  char before = '{';
  for (const auto& [name, label] : labels) {
    text_ += before;
    text_ += name;
    text_ += "=\"";
    append_escaped(text_, label);
    text_ += '"';
    before = ',';
  }
  text_ += labels.empty() ? " " : "} ";
  text_ += number(value) + "\n";
}

}  // namespace functionmesh::base
