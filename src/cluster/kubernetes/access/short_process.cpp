#include "cluster/kubernetes/access/short_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>

namespace functionmesh::kubernetes {
namespace {

using base::Error;
using base::fail;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kMostOutput = std::size_t{1024} * 1024;
constexpr std::size_t kMostErrors = 500;

/// The end of a pipe that we read; closes itself.
class ReadEnd {
 public:
  ReadEnd() = default;
  ReadEnd(const ReadEnd&) = delete;
  ReadEnd& operator=(const ReadEnd&) = delete;
  ~ReadEnd() { close_both(); }

  bool open() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
      return false;
    }
    read_ = ends[0];
    write_ = ends[1];
    return ::fcntl(read_, F_SETFL, O_NONBLOCK) == 0;
  }

  int write_end() const { return write_; }

  void close_write_end() { close(write_); }

  /// What has arrived, at most so much.
  std::string take(std::size_t most) {
    std::array<char, 4096> piece;
    std::string text;
    while (text.size() < most) {
      const ssize_t size = ::read(read_, piece.data(), piece.size());
      if (size <= 0) {
        break;
      }
      text.append(piece.data(), static_cast<std::size_t>(size));
    }
    return text;
  }

 private:
  static void close(int& end) {
    if (end >= 0) {
      ::close(std::exchange(end, -1));
    }
  }
  void close_both() {
    close(read_);
    close(write_);
  }

  int read_ = -1;
  int write_ = -1;
};

/// Kills and reaps what still runs when it goes.
class Child {
 public:
  Child(pid_t id, bool leads_group) : id_{id}, leads_group_{leads_group} {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (id_ > 0) {
      kill();
      ::waitpid(id_, nullptr, 0);
    }
  }

  void kill() const { ::kill(leads_group_ ? -id_ : id_, SIGKILL); }

  bool has_ended() {
    int status = 0;
    if (id_ > 0 && ::waitpid(id_, &status, WNOHANG) == id_) {
      id_ = -1;
      code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    return id_ < 0;
  }

  int code() const { return code_; }

 private:
  pid_t id_;
  bool leads_group_;
  int code_ = 0;
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) {
    all.push_back(text.data());
  }
  all.push_back(nullptr);
  return all;
}

/// 0, or what the system said.
int spawn(const ShortCommand& command, const ReadEnd& output, const ReadEnd& errors, pid_t& id) {
  std::vector<std::string> arguments{command.program};
  arguments.insert(arguments.end(), command.arguments.begin(), command.arguments.end());
  std::vector<std::string> environment;
  for (const auto& [name, value] : command.environment) {
    environment.push_back(name + "=" + value);
  }

  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  if (!command.terminal) {
    ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&files, errors.write_end(), STDERR_FILENO);
  }
  ::posix_spawn_file_actions_adddup2(&files, output.write_end(), STDOUT_FILENO);
  ::posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);

  posix_spawnattr_t how;
  ::posix_spawnattr_init(&how);
  sigset_t signals;
  ::sigemptyset(&signals);
  ::posix_spawnattr_setsigmask(&how, &signals);
  ::sigaddset(&signals, SIGPIPE);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGTERM);
  ::posix_spawnattr_setsigdefault(&how, &signals);
  // A group of its own can be killed as a whole, but may not read from the terminal.
  const int group = command.terminal ? 0 : POSIX_SPAWN_SETPGROUP;
  ::posix_spawnattr_setflags(
      &how, static_cast<short>(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | group));

  const int error = ::posix_spawnp(&id, command.program.c_str(), &files, &how,
                                   pointers(arguments).data(), pointers(environment).data());
  ::posix_spawnattr_destroy(&how);
  ::posix_spawn_file_actions_destroy(&files);
  return error;
}

std::string why_not_started(const std::string& program, int error) {
  if (error == ENOENT) {
    return program.contains('/') ? "there is no such program" : "there is no such program on PATH";
  }
  return std::string{"it cannot be started: "} + std::strerror(error);
}

void keep_last(std::string& text, const std::string& more) {
  text += more;
  if (text.size() > kMostErrors) {
    text.erase(0, text.size() - kMostErrors);
  }
}

}  // namespace

asio::awaitable<Result<ShortEnding>> run_short(ShortCommand command, milliseconds longest) {
  ReadEnd output;
  ReadEnd errors;
  if (!output.open() || !errors.open()) {
    co_return fail(Error::Code::unavailable, std::strerror(errno));
  }
  pid_t id = -1;
  if (const int error = spawn(command, output, errors, id); error != 0) {
    co_return fail(Error::Code::invalid, why_not_started(command.program, error));
  }
  output.close_write_end();
  errors.close_write_end();
  Child child{id, !command.terminal};

  // Looked at in steps: what it leaves running may hold the pipe open, so its end is not ours.
  ShortEnding ending;
  asio::steady_timer step{co_await asio::this_coro::executor};
  const auto deadline = steady_clock::now() + longest;
  milliseconds pause{2};
  while (true) {
    const bool ended = child.has_ended();
    ending.output += output.take(kMostOutput + 1 - ending.output.size());
    keep_last(ending.errors, errors.take(kMostOutput));
    if (ending.output.size() > kMostOutput) {
      co_return fail(Error::Code::invalid, "it wrote more than 1 MiB");
    }
    if (ended) {
      break;
    }
    if (steady_clock::now() >= deadline) {
      co_return fail(Error::Code::unavailable,
                     "it did not answer within " + std::to_string(longest.count() / 1000) + " s");
    }
    step.expires_after(pause);
    pause = std::min(pause * 2, milliseconds{50});
    co_await step.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  ending.code = child.code();
  co_return ending;
}

}  // namespace functionmesh::kubernetes
