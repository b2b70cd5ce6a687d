#include "cluster/kubernetes/access/exec_plugin.hpp"

#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>

#include "base/certificate.hpp"
#include "base/environment.hpp"
#include "cluster/kubernetes/access/credentials.hpp"
#include "cluster/kubernetes/access/short_process.hpp"

namespace functionmesh::kubernetes {
namespace {

using base::Error;
using base::fail;
using std::chrono::milliseconds;

/// A new answer is asked for this long before the old one expires.
constexpr std::chrono::seconds kEarly{10};

/// A refusal this soon after an answer speaks of the one before it, which requests that were under
/// way still had; and a failing program is not run more often.
constexpr std::chrono::seconds kPatience{5};

std::unexpected<Error> bad_answer(std::string what) {
  return fail(Error::Code::forbidden, "it did not answer as expected: " + std::move(what));
}

}  // namespace

Result<ExecAnswer> read_exec_answer(std::string_view output, std::string_view api_version) {
  const auto json = base::parse_json(output);
  if (!json) {
    return bad_answer("its output is no JSON");
  }
  if (base::text_at(*json, {"kind"}) != "ExecCredential") {
    return bad_answer("its output has no kind: ExecCredential");
  }
  if (const auto version = base::text_at(*json, {"apiVersion"}); version != api_version) {
    return bad_answer("it speaks \"" + std::string{version} + "\" and the kubeconfig wants \"" +
                      std::string{api_version} + "\"");
  }
  ExecAnswer answer;
  answer.identity.token = trimmed(base::text_at(*json, {"status", "token"}));
  answer.identity.certificate_pem = base::text_at(*json, {"status", "clientCertificateData"});
  answer.identity.key_pem = base::text_at(*json, {"status", "clientKeyData"});
  if (answer.identity == Identity{}) {
    return bad_answer("status has neither token nor clientCertificateData");
  }
  for (const char c : answer.identity.token) {
    if (c <= ' ' || c >= 0x7f) {
      return bad_answer("status.token is no single word of plain characters");
    }
  }
  if (!answer.identity.certificate_pem.empty() || !answer.identity.key_pem.empty()) {
    const auto good =
        base::check_key_pair(answer.identity.certificate_pem, answer.identity.key_pem);
    if (!good) {
      return bad_answer("status.clientCertificateData: " + good.error().message);
    }
  }
  if (const auto expires = base::text_at(*json, {"status", "expirationTimestamp"});
      !expires.empty()) {
    const auto time = base::parse_rfc3339(expires);
    if (!time) {
      return bad_answer("status.expirationTimestamp is no time of RFC 3339");
    }
    answer.expires = *time;
  }
  return answer;
}

namespace {

class ExecCredentials : public Credentials {
 public:
  ExecCredentials(ExecPlugin plugin, const base::Clock& clock, ExecLimits limits)
      : plugin_{std::move(plugin)}, clock_{clock}, limits_{limits} {}

  asio::awaitable<Result<Identity>> identity() override {
    while (true) {
      const auto now = clock_.now();
      if (failure_ && now < failed_at_ + kPatience) {
        co_return std::unexpected(*failure_);
      }
      if (answer_ && (answer_->expires == base::TimePoint::max() ||
                      now < answer_->expires - kEarly || now < asked_at_ + kPatience)) {
        co_return answer_->identity;
      }
      if (!running_) {
        break;
      }
      co_await running_->async_wait(asio::as_tuple(asio::use_awaitable));
    }
    co_return co_await ask();
  }

  void refused() override {
    if (answer_ && clock_.now() >= asked_at_ + kPatience) {
      answer_.reset();
    }
  }

 private:
  asio::awaitable<Result<Identity>> ask() {
    running_ = std::make_shared<asio::steady_timer>(co_await asio::this_coro::executor,
                                                    asio::steady_timer::time_point::max());
    const auto done = running_;
    auto answer = co_await run();
    asked_at_ = clock_.now();
    running_.reset();
    done->cancel();
    if (!answer) {
      failure_ = answer.error();
      failed_at_ = asked_at_;
      co_return std::unexpected(answer.error());
    }
    failure_.reset();
    answer_ = std::move(*answer);
    co_return answer_->identity;
  }

  asio::awaitable<Result<ExecAnswer>> run() {
    const bool terminal = ::isatty(STDIN_FILENO) == 1;
    if (plugin_.interactive == ExecPlugin::Interactive::always && !terminal) {
      co_return failed(
          "it needs a terminal to ask you (interactiveMode: Always), and standard "
          "input is none");
    }
    const bool interactive = terminal && plugin_.interactive != ExecPlugin::Interactive::never;
    ShortCommand command{.program = plugin_.command,
                         .arguments = plugin_.arguments,
                         .environment = base::process_environment(),
                         .terminal = interactive};
    for (const auto& [name, value] : plugin_.environment) {
      command.environment[name] = value;
    }
    command.environment["KUBERNETES_EXEC_INFO"] = info(interactive);
    const auto ended = co_await run_short(
        std::move(command), interactive ? limits_.longest_with_user : limits_.longest);
    if (!ended) {
      co_return failed(ended.error().message);
    }
    if (ended->code != 0) {
      const std::string said = trimmed(ended->errors);
      co_return failed("it ended with code " + std::to_string(ended->code) +
                       (said.empty() ? "" : ": " + said));
    }
    auto answer = read_exec_answer(ended->output, plugin_.api_version);
    if (!answer) {
      co_return failed(answer.error().message);
    }
    if (answer->expires <= clock_.now()) {
      co_return failed("what it answers has already expired; is this machine's clock right?");
    }
    co_return answer;
  }

  std::string info(bool interactive) const {
    base::JsonObject spec{{"interactive", interactive}};
    if (!plugin_.cluster.is_null()) {
      spec["cluster"] = plugin_.cluster;
    }
    return base::write_json(base::JsonObject{
        {"apiVersion", plugin_.api_version}, {"kind", "ExecCredential"}, {"spec", spec}});
  }

  std::unexpected<Error> failed(const std::string& why) const {
    std::string message = plugin_.name + ": the plug-in " + plugin_.command + ": " + why;
    if (!plugin_.install_hint.empty()) {
      message += "\n" + plugin_.install_hint;
    }
    return fail(Error::Code::forbidden, std::move(message));
  }

  ExecPlugin plugin_;
  const base::Clock& clock_;
  ExecLimits limits_;
  std::optional<ExecAnswer> answer_;
  base::TimePoint asked_at_{};
  std::optional<Error> failure_;
  base::TimePoint failed_at_{};
  std::shared_ptr<asio::steady_timer> running_;  ///< cancelled when the run has ended
};

}  // namespace

std::shared_ptr<Credentials> exec_credentials(ExecPlugin plugin, const base::Clock& clock,
                                              ExecLimits limits) {
  return std::make_shared<ExecCredentials>(std::move(plugin), clock, limits);
}

}  // namespace functionmesh::kubernetes
