#include "operator/usage_of_machine.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>

namespace functionmesh::process {
namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double resident_bytes() {
  std::ifstream statm{"/proc/self/statm"};
  double total = 0;
  double resident = 0;
  statm >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double open_files() {
  std::error_code error;
  double count = 0;
  for (auto entry = std::filesystem::directory_iterator{"/proc/self/fd", error};
       !error && entry != std::filesystem::directory_iterator{}; entry.increment(error)) {
    ++count;
  }
  return count;
}

double started() {
  static const double time =
      std::chrono::duration<double>{std::chrono::system_clock::now().time_since_epoch()}.count();
  return time;
}

/// Read before main(): close to when the process began.
[[maybe_unused]] const double kAtStart = started();

}  // namespace

void write_usage(base::MetricsText& text) {
  text.family("process_cpu_seconds_total", "counter", "Processor time of this process.");
  text.sample({}, cpu_seconds());
  text.family("process_resident_memory_bytes", "gauge", "Memory of this process.");
  text.sample({}, resident_bytes());
  text.family("process_open_fds", "gauge", "Open files and connections.");
  text.sample({}, open_files());
  text.family("process_start_time_seconds", "gauge", "When this process began.");
  text.sample({}, started());
}

}  // namespace functionmesh::process
