#include "pulsar/instance_metrics.hpp"

#include <charconv>
#include <cmath>
#include <limits>

namespace functionmesh::pulsar {
namespace {

namespace asio = boost::asio;
using base::Error;
using base::Result;

/// One line of the text format.
struct Sample {
  std::string_view name;
  double value = 0;
};

/// Where the labels that begin at `open` end; they may hold any character in quotes.
std::size_t end_of_labels(std::string_view line, std::size_t open) {
  bool quoted = false;
  for (std::size_t at = open + 1; at < line.size(); ++at) {
    if (quoted && line[at] == '\\') {
      ++at;
    } else if (line[at] == '"') {
      quoted = !quoted;
    } else if (!quoted && line[at] == '}') {
      return at + 1;
    }
  }
  return line.size();
}

/// False for comments, blank lines and what is not understood.
bool read_line(std::string_view line, Sample& sample) {
  const auto name_end = line.find_first_of("{ ");
  if (line.empty() || line[0] == '#' || name_end == std::string_view::npos) {
    return false;
  }
  sample.name = line.substr(0, name_end);
  const auto labels_end = line[name_end] == '{' ? end_of_labels(line, name_end) : name_end;
  std::string_view rest = line.substr(labels_end);
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), sample.value);
  return error == std::errc{} && std::isfinite(sample.value);
}

std::int64_t whole(double value) {
  constexpr double limit = 9e18;
  return static_cast<std::int64_t>(std::min(std::max(value, 0.0), limit));
}

std::int64_t sum(std::int64_t a, double b) {
  return whole(static_cast<double>(a) + b);
}

/// The part behind pulsar_function_, pulsar_source_ or pulsar_sink_; empty for other metrics.
std::string_view instance_metric(std::string_view name) {
  for (const std::string_view prefix : {"pulsar_function_", "pulsar_source_", "pulsar_sink_"}) {
    if (name.starts_with(prefix)) {
      return name.substr(prefix.size());
    }
  }
  return {};
}

double per_second(std::int64_t before, std::int64_t now, double seconds) {
  const std::int64_t more = now < before ? now : now - before;
  return static_cast<double>(more) / seconds;
}

}  // namespace

Result<Counters> parse_metrics(std::string_view text) {
  Counters counters;
  double latency_sum = 0;
  double latency_count = 0;
  bool found = false;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    Sample sample;
    if (!line.starts_with("pulsar_") || !read_line(line, sample)) {
      continue;
    }
    const std::string_view metric = instance_metric(sample.name);
    if (metric == "received_total") {
      counters.received = sum(counters.received, sample.value);
      found = true;
    } else if (metric == "processed_successfully_total" || metric == "written_total") {
      counters.written = sum(counters.written, sample.value);
    } else if (metric == "user_exceptions_total") {
      counters.user_exceptions = sum(counters.user_exceptions, sample.value);
    } else if (metric == "system_exceptions_total" || metric == "source_exceptions_total" ||
               metric == "sink_exceptions_total") {
      counters.system_exceptions = sum(counters.system_exceptions, sample.value);
    } else if (metric == "process_latency_ms_sum") {
      latency_sum += sample.value;
    } else if (metric == "process_latency_ms_count") {
      latency_count += sample.value;
    }
  }
  if (!found) {
    return base::fail(Error::Code::unavailable,
                      "its metrics have no counter of a function, source or sink");
  }
  if (latency_count > 0) {
    counters.latency_ms = latency_sum / latency_count;
  }
  return counters;
}

Rates rates(const Counters& before, const Counters& now, std::chrono::duration<double> between) {
  if (between.count() <= 0) {
    return {};
  }
  return {.received = per_second(before.received, now.received, between.count()),
          .written = per_second(before.written, now.written, between.count()),
          .errors = per_second(before.errors(), now.errors(), between.count())};
}

asio::awaitable<Result<Counters>> read_metrics(base::HttpClient& http, int port,
                                               std::chrono::milliseconds timeout) {
  base::HttpRequest request;
  request.url = "http://127.0.0.1:" + std::to_string(port) + "/metrics";
  const auto answer = co_await http.send(std::move(request), timeout);
  if (!answer) {
    co_return std::unexpected(answer.error());
  }
  if (answer->status != 200) {
    co_return base::fail(Error::Code::unavailable, "127.0.0.1:" + std::to_string(port) +
                                                       "/metrics answered " +
                                                       std::to_string(answer->status));
  }
  co_return parse_metrics(answer->body);
}

}  // namespace functionmesh::pulsar
