#include "cluster/local/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "cluster/local/loop_for_tests.hpp"

namespace functionmesh::local {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

Command shell(const std::string& script) {
  return {{"bash", "-c", script}, {{"PATH", "/usr/bin:/bin"}, {"WORD", "hello"}}, "/"};
}

/// Whether a process of this id runs; a zombie does not.
bool runs(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string text;
  std::getline(file, text);
  const auto name_end = text.rfind(')');
  return name_end != std::string::npos && text.at(name_end + 2) != 'Z';
}

std::vector<pid_t> numbers_in(const std::string& text) {
  std::istringstream words(text);
  std::vector<pid_t> numbers;
  pid_t number = 0;
  while (words >> number) {
    numbers.push_back(number);
  }
  return numbers;
}

struct Finished {
  Ending ending;
  std::string output;
  std::string error;
};

asio::awaitable<void> finish(asio::io_context& loop, Command command, Finished& finished) {
  auto process = co_await Process::start(loop.get_executor(), std::move(command),
                                         [&](std::string_view text) { finished.output += text; });
  if (!process) {
    finished.error = process.error().message;
    co_return;
  }
  finished.ending = co_await (*process)->ended();
}

/// Leaves a background process, one in a session of its own, and a child of that behind.
const std::string offspring =
    "sleep 1001 & echo $!; setsid bash -c 'sleep 1002 & echo $! $$; wait' & echo $!; ";

TEST(Process, GivesItsOutputAndItsExitCode) {
  struct {
    std::string script;
    int code;
    int signal;
    std::string output;
  } const cases[] = {
      {"echo $WORD; echo to stderr >&2; exit 3", 3, 0, "hello\nto stderr\n"},
      {"exit 0", 0, 0, ""},
      {"kill -9 $$", 137, 9, ""},
      {"kill $$; sleep 5", 143, 15, ""},
      {"seq 1 20000 | wc -l; head -c 300000 /dev/zero | wc -c", 0, 0, "20000\n300000\n"},
  };
  for (const auto& [script, code, signal, output] : cases) {
    asio::io_context loop;
    Finished finished;
    run(loop, finish(loop, shell(script), finished));
    EXPECT_EQ(finished.ending.code, code) << script;
    EXPECT_EQ(finished.ending.signal, signal) << script;
    EXPECT_EQ(finished.output, output) << script;
  }
}

TEST(Process, SaysWhyItCannotBeStarted) {
  asio::io_context loop;
  Finished no_program;
  Command command = shell("true");
  command.arguments[0] = "no-such-shell";
  run(loop, finish(loop, command, no_program));
  EXPECT_EQ(no_program.error, "cannot start no-such-shell: there is no such program on the PATH");

  Finished no_folder;
  command = shell("true");
  command.folder = "/no/such/folder";
  run(loop, finish(loop, command, no_folder));
  EXPECT_EQ(no_folder.error, "cannot start bash: No such file or directory");
}

TEST(Process, TermReachesTheProcessAndKillAllOfThem) {
  asio::io_context loop;
  run(loop, [&]() -> asio::awaitable<void> {
    std::string output;
    auto process = co_await Process::start(loop.get_executor(),
                                           shell("trap 'exit 7' TERM; echo up; sleep 1003 & wait"),
                                           [&](std::string_view text) { output += text; });
    EXPECT_TRUE(co_await eventually(loop, [&] { return output == "up\n"; }));
    (*process)->terminate();
    EXPECT_EQ((co_await (*process)->ended()).code, 7);

    output.clear();
    auto deaf = co_await Process::start(loop.get_executor(),
                                        shell("trap '' TERM; " + offspring + "echo up; wait"),
                                        [&](std::string_view text) { output += text; });
    EXPECT_TRUE(co_await eventually(loop, [&] { return output.contains("up\n"); }));
    (*deaf)->terminate();
    (*deaf)->kill();
    EXPECT_EQ((co_await (*deaf)->ended()).signal, SIGKILL);
  }());
}

TEST(Process, NothingItStartedOutlivesIt) {
  asio::io_context loop;
  Finished finished;
  run(loop, finish(loop, shell(offspring + "sleep 0.2"), finished));
  const std::vector<pid_t> left = numbers_in(finished.output);
  EXPECT_EQ(left.size(), 4U);
  for (const pid_t process : left) {
    EXPECT_FALSE(runs(process));
  }
}

TEST(Process, NothingOutlivesAProgramThatIsKilled) {
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  const pid_t program = ::fork();
  if (program == 0) {
    ::close(pipe[0]);
    asio::io_context loop;
    asio::co_spawn(
        loop,
        [&]() -> asio::awaitable<void> {
          std::vector<std::unique_ptr<Process>> processes;
          for (int i = 0; i < 3; ++i) {
            auto process = co_await Process::start(
                loop.get_executor(), shell(offspring + "echo $$; wait"),
                [&](std::string_view text) {
                  [[maybe_unused]] const auto size = ::write(pipe[1], text.data(), text.size());
                });
            processes.push_back(std::move(*process));
          }
          co_await pause_for(loop, 100s);
        },
        [](std::exception_ptr) {});
    loop.run();
    ::_exit(0);
  }
  ::close(pipe[1]);
  std::string text;
  std::vector<pid_t> processes;
  char buffer[1000];
  while (processes.size() < 15) {
    const auto size = ::read(pipe[0], buffer, sizeof buffer);
    ASSERT_GT(size, 0);
    text.append(buffer, static_cast<std::size_t>(size));
    processes = numbers_in(text);
  }
  ::close(pipe[0]);
  for (const pid_t process : processes) {
    EXPECT_TRUE(runs(process));
  }
  ::kill(program, SIGKILL);
  ::waitpid(program, nullptr, 0);
  asio::io_context loop;
  run(loop, [&]() -> asio::awaitable<void> {
    const bool gone = co_await eventually(
        loop, [&] { return std::none_of(processes.begin(), processes.end(), runs); }, 2s);
    EXPECT_TRUE(gone);
  }());
}

TEST(Process, DroppingItKillsIt) {
  asio::io_context loop;
  run(loop, [&]() -> asio::awaitable<void> {
    auto process = co_await Process::start(loop.get_executor(), shell("sleep 1004"), nullptr);
    const pid_t id = (*process)->id();
    process->reset();
    EXPECT_TRUE(co_await eventually(loop, [&] { return !runs(id); }));
  }());
}

}  // namespace
}  // namespace functionmesh::local
