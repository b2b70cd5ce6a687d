#include "pulsar/standalone.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fstream>
#include <sstream>

#include "base/atomic_file.hpp"
#include "base/environment.hpp"
#include "base/http.hpp"
#include "cluster/local/process.hpp"
#include "pulsar/folder_lock.hpp"
#include "pulsar/standalone_setup.hpp"

namespace functionmesh::pulsar {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using base::Error;
using base::fail;
using base::Result;
using std::chrono::steady_clock;
using std::filesystem::path;

constexpr auto start_limit = 180s;
constexpr auto stop_limit = 15s;
constexpr std::uintmax_t space_wanted = 200UL * 1024 * 1024;
constexpr auto result = asio::as_tuple(asio::use_awaitable);

/// What a file got since it had this size; from its beginning when it was begun anew.
std::string text_since(const path& file, std::uintmax_t size) {
  std::ifstream stream(file, std::ios::binary);
  std::error_code error;
  if (std::filesystem::file_size(file, error) >= size && !error) {
    stream.seekg(static_cast<std::streamoff>(size));
  }
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::uintmax_t size_of(const path& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  return error ? 0 : size;
}

}  // namespace

struct Standalone::State : std::enable_shared_from_this<State> {
  State(StandaloneOptions given, asio::any_io_executor on)
      : options(std::move(given)), executor(on), change(on) {
    options.folder = std::filesystem::absolute(options.folder);
    options.distribution = std::filesystem::absolute(options.distribution);
    log_file = options.folder / "logs" / "broker.log";
  }

  void tell(const std::string& line) const {
    if (progress) {
      progress(line);
    }
  }

  Result<void> make_folder();
  asio::awaitable<Result<void>> take_lock();
  Result<void> prepare();
  asio::awaitable<Result<void>> launch();
  asio::awaitable<Result<void>> wait_until_ready();
  asio::awaitable<void> follow();
  asio::awaitable<void> pause(std::chrono::milliseconds time);

  /// "; FILE says:" and the lines that tell most of what came after this many bytes.
  std::string log_says(std::uintmax_t since) const;

  StandaloneOptions options;
  asio::any_io_executor executor;
  asio::steady_timer change;  ///< cancelled when the process ends
  Progress progress;
  path log_file;
  std::uintmax_t log_begin = 0;  ///< how large the log was before this start
  std::string output;            ///< what the JVM itself said
  Endpoints endpoints;
  std::optional<FolderLock> lock;
  std::shared_ptr<local::Process> process;
  std::string how;  ///< it ended
};

asio::awaitable<void> Standalone::State::pause(std::chrono::milliseconds time) {
  asio::steady_timer timer(executor, time);
  co_await timer.async_wait(result);
}

/// Makes sure that a Pulsar can be run from here.
Result<void> Standalone::State::make_folder() {
  const path jars = options.distribution / "lib";
  std::error_code error;
  if (!std::filesystem::is_directory(jars, error)) {
    return fail(Error::Code::not_found,
                options.distribution.string() +
                    " is not an unpacked Pulsar distribution: there is no folder lib in it");
  }
  std::filesystem::create_directories(options.folder / "logs", error);
  if (error) {
    return fail(Error::Code::internal,
                "cannot write " + options.folder.string() + ": " + error.message());
  }
  const auto space = std::filesystem::space(options.folder, error);
  if (!error && space.available < space_wanted) {
    return fail(Error::Code::unavailable,
                "the disk of " + options.folder.string() + " is full: Pulsar needs 200 MiB, " +
                    std::to_string(space.available / 1024 / 1024) + " MiB are free");
  }
  return {};
}

/// Takes the folder, and waits for a program that was killed a moment ago and for its Pulsar.
asio::awaitable<Result<void>> Standalone::State::take_lock() {
  const auto begin = steady_clock::now();
  while (true) {
    auto taken = FolderLock::take(options.folder);
    if (taken) {
      lock.emplace(std::move(*taken));
      co_return Result<void>{};
    }
    const bool ending = taken.error().code == Error::Code::unavailable;
    const bool running = taken.error().code == Error::Code::conflict;
    const auto patience = ending ? 10s : running ? 1s : 0s;
    if (steady_clock::now() - begin >= patience) {
      co_return std::unexpected(taken.error());
    }
    co_await pause(50ms);
  }
}

/// Writes what the command reads.
Result<void> Standalone::State::prepare() {
  const auto ports = choose_ports(options, progress);
  if (!ports) {
    return std::unexpected(ports.error());
  }
  endpoints = {.broker = "pulsar://127.0.0.1:" + std::to_string(ports->broker),
               .web = "http://127.0.0.1:" + std::to_string(ports->web)};
  if (auto written = base::write_file(broker_conf_file(options), broker_conf(options, *ports));
      !written) {
    return written;
  }
  return base::write_file(log_conf_file(options), log_conf(log_file));
}

asio::awaitable<Result<void>> Standalone::State::launch() {
  local::Command command{.arguments = java_command(options),
                         .environment = base::process_environment(),
                         .folder = options.folder};
  const path java_home = command.environment["JAVA_HOME"];
  std::error_code error;
  if (!java_home.empty() && std::filesystem::exists(java_home / "bin" / "java", error)) {
    command.arguments[0] = (java_home / "bin" / "java").string();
  }
  log_begin = size_of(log_file);
  output.clear();
  how.clear();
  const std::weak_ptr<State> weak = weak_from_this();
  auto started =
      co_await local::Process::start(executor, std::move(command), [weak](std::string_view bytes) {
        constexpr std::size_t enough = 16UL * 1024;
        if (const auto self = weak.lock()) {
          self->output += bytes;
          self->output.erase(0, self->output.size() - std::min(self->output.size(), enough));
        }
      });
  if (!started && started.error().code == Error::Code::not_found) {
    co_return fail(Error::Code::not_found,
                   "Pulsar needs Java 17 or newer: there is no java on the PATH and JAVA_HOME "
                   "names none");
  }
  if (!started) {
    co_return std::unexpected(started.error());
  }
  process = std::move(*started);
  lock->set_worker(process->id());
  change.expires_at(steady_clock::time_point::max());
  asio::co_spawn(executor, [self = shared_from_this()] { return self->follow(); }, asio::detached);
  co_return Result<void>{};
}

asio::awaitable<void> Standalone::State::follow() {
  const auto self = shared_from_this();
  const auto running = process;
  const local::Ending ending = co_await running->ended();
  how = ending.signal != 0 ? "signal " + std::to_string(ending.signal)
                           : "exit code " + std::to_string(ending.code);
  process.reset();
  lock.reset();
  change.cancel();
}

std::string Standalone::State::log_says(std::uintmax_t since) const {
  const std::string lines = telling_lines(output + "\n" + text_since(log_file, since));
  return lines.empty() ? "" : "; " + log_file.string() + " says:\n" + lines;
}

asio::awaitable<Result<void>> Standalone::State::wait_until_ready() {
  base::HttpClient http;
  const auto begin = steady_clock::now();
  auto next_line = begin + 20s;
  while (process) {
    base::HttpRequest request;
    request.url = endpoints.web + "/admin/v2/namespaces/public/default";
    const auto answer = co_await http.send(std::move(request), 2s);
    if (answer && answer->status == 200) {
      co_return Result<void>{};
    }
    const auto now = steady_clock::now();
    if (now - begin > start_limit) {
      process->kill();
      co_return fail(Error::Code::unavailable,
                     "Pulsar did not serve within " + std::to_string(start_limit.count()) + " s; " +
                         log_file.string() + " says:\n" +
                         telling_lines(output + "\n" + text_since(log_file, log_begin)));
    }
    if (now > next_line) {
      const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - begin);
      tell("Pulsar is still starting after " + std::to_string(seconds.count()) + " s");
      next_line += 20s;
    }
    co_await pause(100ms);
  }
  co_return fail(Error::Code::unavailable,
                 "Pulsar ended while it started: " + how + log_says(log_begin));
}

Standalone::Standalone(StandaloneOptions options, asio::any_io_executor executor)
    : state_(std::make_shared<State>(std::move(options), executor)) {}

Standalone::~Standalone() {
  if (state_->process) {
    state_->process->kill();
  }
}

void Standalone::on_progress(Progress progress) {
  state_->progress = std::move(progress);
}

asio::awaitable<Result<Endpoints>> Standalone::start() {
  const auto state = state_;
  if (state->process) {
    co_return state->endpoints;
  }
  if (auto made = state->make_folder(); !made) {
    co_return std::unexpected(made.error());
  }
  if (auto taken = co_await state->take_lock(); !taken) {
    co_return std::unexpected(taken.error());
  }
  if (auto prepared = state->prepare(); !prepared) {
    state->lock.reset();
    co_return std::unexpected(prepared.error());
  }
  state->tell("starting Pulsar on " + state->endpoints.broker + ", its data in " +
              state->options.folder.string());
  if (auto launched = co_await state->launch(); !launched) {
    state->lock.reset();
    co_return std::unexpected(launched.error());
  }
  if (auto ready = co_await state->wait_until_ready(); !ready) {
    co_return std::unexpected(ready.error());
  }
  co_return state->endpoints;
}

asio::awaitable<std::string> Standalone::exited() {
  const auto state = state_;
  while (state->process) {
    co_await state->change.async_wait(result);
  }
  // A signal tells all; errors of hours ago would only mislead.
  constexpr std::uintmax_t recent = 8UL * 1024;
  const std::uintmax_t size = size_of(state->log_file);
  const bool killed = state->how.starts_with("signal") || state->how == "exit code 143";
  co_return killed ? state->how : state->how + state->log_says(size - std::min(size, recent));
}

asio::awaitable<void> Standalone::stop() {
  const auto state = state_;
  const auto running = state->process;
  if (!running) {
    co_return;
  }
  running->terminate();
  const auto deadline = steady_clock::now() + stop_limit;
  while (state->process == running && steady_clock::now() < deadline) {
    co_await state->pause(20ms);
  }
  if (state->process == running) {
    running->kill();
    co_await running->ended();
  }
  while (state->process == running) {
    co_await state->pause(1ms);
  }
}

int Standalone::process_id() const {
  return state_->process ? state_->process->id() : 0;
}

path Standalone::log_file() const {
  return state_->log_file;
}

}  // namespace functionmesh::pulsar
