#include "cluster/local/supervisor.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>

namespace functionmesh::local {
namespace {

constexpr int control_fd = 3;
constexpr int output_fd = 4;

void report(Report::Kind kind, int value) {
  const Report message{kind, value};
  [[maybe_unused]] const auto sent =
      ::send(control_fd, &message, sizeof message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/// A fork has the program's command line; who lists or kills processes by name means the program.
void rename_process() {
  ::prctl(PR_SET_NAME, "fm-supervisor");
  char line[4096];
  const int fd = ::open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
  const auto size = fd < 0 ? 0 : ::read(fd, line, sizeof line);
  ::close(fd);
  if (size > 1) {
    // The arguments lie behind each other in memory, and the first one's address is kept here.
    std::memset(program_invocation_name, 0, static_cast<std::size_t>(size));
    std::strncpy(program_invocation_name, "fm-supervisor", static_cast<std::size_t>(size) - 1);
  }
}

void set_all_signals(void (*handler)(int)) {
  for (int number = 1; number < NSIG; ++number) {
    ::signal(number, handler);
  }
}

/// Brings the two descriptors that are needed to fixed numbers and closes all others: a supervisor
/// that kept another's control socket open would hide the program's end from it.
void arrange_descriptors(const Start& start) {
  const int control = ::fcntl(start.control, F_DUPFD_CLOEXEC, 10);
  const int output = ::fcntl(start.output, F_DUPFD_CLOEXEC, 10);
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  ::dup2(nothing, 0);
  ::dup2(nothing, 1);
  ::dup2(nothing, 2);
  ::dup3(control, control_fd, O_CLOEXEC);
  ::dup3(output, output_fd, O_CLOEXEC);
  ::close_range(output_fd + 1, ~0U, 0);
}

/// In the process itself, before exec: `trouble` is told errno when it does not come to that.
[[noreturn]] void become(const Start& start, pid_t supervisor, int trouble) {
  ::setsid();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != supervisor) {
    ::_exit(1);
  }
  ::dup2(output_fd, 1);
  ::dup2(output_fd, 2);
  set_all_signals(SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (::chdir(start.folder) == 0) {
    ::execve(start.program, start.arguments, start.environment);
  }
  const int error = errno;
  [[maybe_unused]] const auto written = ::write(trouble, &error, sizeof error);
  ::_exit(127);
}

/// 0 when `file` does not hold a parent's id in the form of /proc/PID/stat.
pid_t parent_in(const char* file) {
  const int fd = ::open(file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return 0;
  }
  char text[512];
  const auto size = ::read(fd, text, sizeof text - 1);
  ::close(fd);
  if (size <= 0) {
    return 0;
  }
  text[size] = 0;
  const char* after_name = std::strrchr(text, ')');
  if (after_name == nullptr || std::strlen(after_name) < 4) {
    return 0;
  }
  return std::atoi(after_name + 4);
}

/// For kernels that do not list children.
void kill_children_by_search() {
  DIR* processes = ::opendir("/proc");
  if (processes == nullptr) {
    return;
  }
  while (const dirent* entry = ::readdir(processes)) {
    const pid_t process = std::atoi(entry->d_name);
    char file[64];
    std::snprintf(file, sizeof file, "/proc/%d/stat", process);
    if (process > 0 && parent_in(file) == ::getpid()) {
      ::kill(process, SIGKILL);
    }
  }
  ::closedir(processes);
}

void kill_children() {
  char file[64];
  std::snprintf(file, sizeof file, "/proc/self/task/%d/children", ::getpid());
  const int fd = ::open(file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    kill_children_by_search();
    return;
  }
  // Whoever does not fit is met on a later round.
  char text[4096];
  const auto size = ::read(fd, text, sizeof text - 1);
  ::close(fd);
  text[size > 0 ? size : 0] = 0;
  char* next = text;
  while (const long child = std::strtol(next, &next, 10)) {
    if (*next == ' ') {
      ::kill(static_cast<pid_t>(child), SIGKILL);
    }
  }
}

/// Kills all descendants. Children of a killed process become ours, so this ends when we have none.
/// Returns the status of `main` if it was among them.
std::optional<int> kill_all(pid_t main) {
  std::optional<int> main_status;
  ::kill(-main, SIGKILL);
  while (true) {
    kill_children();
    int status = 0;
    const pid_t ended = ::waitpid(-1, &status, 0);
    if (ended == main) {
      main_status = status;
    }
    if (ended < 0 && errno == ECHILD) {
      return main_status;
    }
  }
}

/// Collects what has ended; the status of `main` when it is among them.
std::optional<int> collect(pid_t main) {
  std::optional<int> main_status;
  int status = 0;
  while (const pid_t ended = ::waitpid(-1, &status, WNOHANG)) {
    if (ended == main) {
      main_status = status;
    }
    if (ended < 0) {
      break;
    }
  }
  return main_status;
}

pid_t start_process(const Start& start) {
  int trouble[2];
  if (::pipe2(trouble, O_CLOEXEC) != 0) {
    report(Report::Kind::failed, errno);
    ::_exit(1);
  }
  const pid_t supervisor = ::getpid();
  const pid_t main = ::fork();
  if (main < 0) {
    report(Report::Kind::failed, errno);
    ::_exit(1);
  }
  if (main == 0) {
    become(start, supervisor, trouble[1]);
  }
  ::close(trouble[1]);
  ::close(output_fd);
  int error = 0;
  const auto size = ::read(trouble[0], &error, sizeof error);
  ::close(trouble[0]);
  if (size > 0) {
    report(Report::Kind::failed, error);
    ::_exit(1);
  }
  report(Report::Kind::started, main);
  return main;
}

/// Until the process has ended, an order to kill came, or the program is gone.
std::optional<int> watch(pid_t main, int children) {
  while (true) {
    pollfd waits[] = {{control_fd, POLLIN, 0}, {children, POLLIN, 0}};
    ::poll(waits, 2, -1);
    if (waits[1].revents != 0) {
      signalfd_siginfo ignored;
      [[maybe_unused]] const auto size = ::read(children, &ignored, sizeof ignored);
      if (const auto status = collect(main)) {
        return status;
      }
    }
    if (waits[0].revents == 0) {
      continue;
    }
    char order = 0;
    const auto size = ::recv(control_fd, &order, 1, MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
      continue;
    }
    if (size <= 0 || order == static_cast<char>(Order::kill)) {
      return std::nullopt;
    }
    ::kill(main, SIGTERM);
  }
}

}  // namespace

void supervise(const Start& start) {
  set_all_signals(SIG_IGN);
  ::signal(SIGCHLD, SIG_DFL);
  sigset_t child;
  ::sigemptyset(&child);
  ::sigaddset(&child, SIGCHLD);
  ::sigprocmask(SIG_SETMASK, &child, nullptr);
  ::setsid();
  rename_process();
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  arrange_descriptors(start);
  const int children = ::signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
  const pid_t main = start_process(start);
  std::optional<int> status = watch(main, children);
  const std::optional<int> killed = kill_all(main);
  if (!status) {
    status = killed;
  }
  report(Report::Kind::ended, status.value_or(SIGKILL));
  ::_exit(0);
}

}  // namespace functionmesh::local
