#include <unistd.h>

#include "cli/commands.hpp"
#include "cli/terminal.hpp"
#include "dev/folders.hpp"
#include "dev/session.hpp"

namespace functionmesh::cli {

int dev(const DevOptions& options) {
  const auto home = functionmesh::dev::runner_home(options.runner_home);
  if (!home) {
    print_error(home.error().message);
    return kProblems;
  }
  const std::string output = !options.output.empty()      ? options.output
                             : isatty(STDOUT_FILENO) == 1 ? "table"
                                                          : "lines";
  return functionmesh::dev::run_session(
      {.files = options.files,
       .broker = options.pulsar,
       .web = options.pulsar_web,
       .state_folder = functionmesh::dev::state_folder(options.state),
       .runner_home = *home,
       .seconds = options.seconds,
       .table = output == "table",
       .colour = wants_colour(stdout)});
}

}  // namespace functionmesh::cli
