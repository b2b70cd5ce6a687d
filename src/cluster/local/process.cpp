#include "cluster/local/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/this_coro.hpp>
#include <cstring>
#include <optional>

#include "cluster/local/supervisor.hpp"
#include "cluster/local/wakeup.hpp"

namespace functionmesh::local {

namespace asio = boost::asio;
using base::Error;
using base::Result;

namespace {

constexpr auto result = asio::as_tuple(asio::use_awaitable);

/// A descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) {
      ::close(fd_);
    }
  }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

/// The full path of a program, as a shell finds it; empty when it is not there.
std::string find_program(const std::string& name, const std::string& search_path) {
  if (name.contains('/')) {
    return name;
  }
  std::size_t begin = 0;
  while (begin <= search_path.size()) {
    const std::size_t end = std::min(search_path.find(':', begin), search_path.size());
    const std::string candidate = search_path.substr(begin, end - begin) + "/" + name;
    if (::access(candidate.c_str(), X_OK) == 0) {
      return candidate;
    }
    begin = end + 1;
  }
  return {};
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) {
    all.push_back(text.data());
  }
  all.push_back(nullptr);
  return all;
}

/// Forks the supervisor. Signals wait meanwhile, so that none reaches handlers of this program in
/// the child. Returns its id or -1.
pid_t fork_supervisor(const Start& start) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, &before);
  const pid_t child = ::fork();
  if (child == 0) {
    supervise(start);
  }
  const int error = errno;
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return child;
}

std::string cannot_start(const std::string& program, int error) {
  return "cannot start " + program + ": " + std::strerror(error);
}

}  // namespace

struct Process::State : std::enable_shared_from_this<Process::State> {
  State(asio::any_io_executor executor, int control_fd, int output_fd, Output sink)
      : control(executor, control_fd),
        output(executor, output_fd),
        changed(executor),
        on_output(std::move(sink)) {}

  void order(Order what) {
    if (control.is_open()) {
      const char byte = static_cast<char>(what);
      ::send(control.native_handle(), &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    }
  }

  /// The next report; nullopt when the supervisor is gone.
  asio::awaitable<std::optional<Report>> next_report() {
    Report report{};
    auto [error, size] =
        co_await control.async_read_some(asio::buffer(&report, sizeof report), result);
    if (error || size != sizeof report) {
      co_return std::nullopt;
    }
    co_return report;
  }

  asio::awaitable<void> read_output() {
    const auto self = shared_from_this();
    std::array<char, 16384> buffer;
    while (true) {
      auto [error, size] = co_await output.async_read_some(asio::buffer(buffer), result);
      if (error) {
        break;
      }
      if (on_output) {
        on_output({buffer.data(), size});
      }
    }
    output.close();
    output_read = true;
    changed.notify();
  }

  /// Follows the process to its end, then takes the supervisor out of the process table.
  asio::awaitable<void> follow() {
    const auto self = shared_from_this();
    int status = SIGKILL;
    while (const auto report = co_await next_report()) {
      if (report->kind == Report::Kind::ended) {
        status = report->value;
      }
    }
    control.close();
    co_await reap();
    ending = WIFSIGNALED(status) ? Ending{128 + WTERMSIG(status), WTERMSIG(status)}
                                 : Ending{WEXITSTATUS(status), 0};
    changed.notify();
  }

  asio::awaitable<void> reap() {
    // It is on its last steps: its connection has closed.
    asio::steady_timer pause(co_await asio::this_coro::executor);
    int status = 0;
    while (::waitpid(supervisor, &status, WNOHANG) == 0) {
      pause.expires_after(std::chrono::milliseconds{1});
      co_await pause.async_wait(result);
    }
    if (WIFSIGNALED(status) && main > 0) {
      // Somebody killed the supervisor; the process died with it, its group may not have.
      ::kill(-main, SIGKILL);
    }
  }

  asio::posix::stream_descriptor control;
  asio::posix::stream_descriptor output;
  Wakeup changed;
  Output on_output;
  pid_t supervisor = 0;
  pid_t main = 0;
  std::optional<Ending> ending;
  bool output_read = false;
};

Process::Process(std::shared_ptr<State> state) : state_(std::move(state)) {}

Process::~Process() {
  state_->on_output = nullptr;
  state_->order(Order::kill);
}

asio::awaitable<Result<std::unique_ptr<Process>>> Process::start(asio::any_io_executor executor,
                                                                 Command command, Output output) {
  const std::string name = command.arguments.at(0);
  const std::string program = find_program(name, command.environment["PATH"]);
  if (program.empty()) {
    co_return base::fail(Error::Code::not_found,
                         "cannot start " + name + ": there is no such program on the PATH");
  }
  std::vector<std::string> variables;
  for (const auto& [variable, value] : command.environment) {
    variables.push_back(variable + "=" + value);
  }
  const std::vector<char*> arguments = pointers(command.arguments);
  const std::vector<char*> environment = pointers(variables);
  const std::string folder = command.folder.string();

  int control[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control) != 0) {
    co_return base::fail(Error::Code::unavailable, cannot_start(name, errno));
  }
  Descriptor ours(control[0]);
  Descriptor theirs(control[1]);
  int pipe[2];
  if (::pipe2(pipe, O_CLOEXEC) != 0) {
    co_return base::fail(Error::Code::unavailable, cannot_start(name, errno));
  }
  Descriptor read_end(pipe[0]);
  Descriptor write_end(pipe[1]);

  auto state =
      std::make_shared<State>(executor, ours.release(), read_end.release(), std::move(output));
  state->supervisor = fork_supervisor({.arguments = arguments.data(),
                                       .environment = environment.data(),
                                       .program = program.c_str(),
                                       .folder = folder.c_str(),
                                       .control = theirs.get(),
                                       .output = write_end.get()});
  if (state->supervisor < 0) {
    co_return base::fail(Error::Code::unavailable, cannot_start(name, errno));
  }
  ::close(theirs.release());
  ::close(write_end.release());

  const auto first = co_await state->next_report();
  const bool started = first && first->kind == Report::Kind::started;
  state->main = started ? first->value : 0;
  if (!started) {
    state->control.close();
    co_await state->reap();
    co_return base::fail(Error::Code::unavailable,
                         cannot_start(name, first ? first->value : ECHILD));
  }
  asio::co_spawn(executor, state->read_output(), asio::detached);
  asio::co_spawn(executor, state->follow(), asio::detached);
  co_return std::unique_ptr<Process>(new Process(std::move(state)));
}

pid_t Process::id() const {
  return state_->main;
}

void Process::terminate() {
  state_->order(Order::terminate);
}

void Process::kill() {
  state_->order(Order::kill);
}

asio::awaitable<Ending> Process::ended() {
  const auto state = state_;
  while (!state->ending || !state->output_read) {
    co_await state->changed.wait();
  }
  co_return *state->ending;
}

}  // namespace functionmesh::local
