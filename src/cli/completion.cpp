#include "cli/completion.hpp"

#include <CLI/CLI.hpp>

namespace functionmesh::cli {
namespace {

std::string options_of(const CLI::App& command) {
  std::string words;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      words += (words.empty() ? "--" : " --") + name;
    }
  }
  return words;
}

std::string fish_script(const CLI::App& app) {
  const std::string name = app.get_name();
  std::string script = "complete -c " + name + " -n __fish_use_subcommand -f\n";
  for (const CLI::App* command : app.get_subcommands({})) {
    script += "complete -c " + name + " -n __fish_use_subcommand -a " + command->get_name() +
              " -d '" + command->get_description() + "'\n";
    for (const CLI::Option* option : command->get_options()) {
      for (const std::string& word : option->get_lnames()) {
        script += "complete -c " + name + " -n '__fish_seen_subcommand_from " +
                  command->get_name() + "' -l " + word + "\n";
      }
    }
  }
  return script;
}

/// zsh reads bash's completion functions after bashcompinit.
std::string bash_script(const CLI::App& app) {
  const std::string name = app.get_name();
  std::string commands;
  std::string cases;
  for (const CLI::App* command : app.get_subcommands({})) {
    commands += (commands.empty() ? "" : " ") + command->get_name();
    cases += "    " + command->get_name() + ") words='" + options_of(*command) + "' ;;\n";
  }
  return "_" + name +
         "() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]} words=\n"
         "  case ${COMP_WORDS[1]} in\n" +
         cases + "  esac\n" + "  if [ \"$COMP_CWORD\" -eq 1 ]; then words='" + commands +
         "'; fi\n"
         "  if [ \"$COMP_CWORD\" -gt 1 ] && [ \"${word#-}\" = \"$word\" ]; then\n"
         "    COMPREPLY=($(compgen -f -- \"$word\"))\n"
         "  else\n"
         "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
         "  fi\n"
         "}\n"
         "complete -o filenames -F _" +
         name + " " + name + "\n";
}

}  // namespace

std::string completion_script(const CLI::App& app, const std::string& shell) {
  if (shell == "fish") {
    return fish_script(app);
  }
  if (shell == "zsh") {
    return "autoload -Uz bashcompinit && bashcompinit\n" + bash_script(app);
  }
  return bash_script(app);
}

}  // namespace functionmesh::cli
