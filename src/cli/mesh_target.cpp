#include "cli/mesh_target.hpp"

#include "base/text.hpp"
#include "cli/terminal.hpp"
#include "dev/kinds.hpp"
#include "inspect/subject.hpp"
#include "view/status.hpp"

namespace functionmesh::cli {
namespace {

namespace asio = boost::asio;
using base::Error;
using base::Result;
using cluster::Object;
using Objects = std::vector<Object>;

std::string where(const Session& session) {
  return session.namespace_.empty() ? "in no namespace" : "in namespace " + session.namespace_;
}

std::string words_of(const Target& target) {
  return target.kind + (target.kind.empty() || target.name.empty() ? "" : " ") + target.name;
}

asio::awaitable<Result<Objects>> find_one_kind(Session& session, std::string kind,
                                               std::string name) {
  if (name.empty() || session.namespace_.empty()) {
    co_return co_await session.reader.list(
        {.kind = kind, .namespace_ = session.namespace_, .labels = {}, .name_prefix = {}});
  }
  const Result<Object> found = co_await session.reader.get({kind, session.namespace_, name});
  if (!found && found.error().code == Error::Code::not_found) {
    co_return Objects{};
  }
  if (!found) {
    co_return std::unexpected(found.error());
  }
  co_return Objects{*found};
}

}  // namespace

Result<Target> target_of(const std::vector<std::string>& words) {
  if (words.size() > 2) {
    return base::fail(Error::Code::invalid, "too many words: name one thing, as `fn NAME`");
  }
  Target target;
  std::string kind;
  if (words.size() == 2) {
    kind = words[0];
    target.name = words[1];
  } else if (words.size() == 1) {
    const std::size_t slash = words[0].find('/');
    if (slash != std::string::npos) {
      kind = words[0].substr(0, slash);
      target.name = words[0].substr(slash + 1);
    } else if (dev::kind_meant(words[0])) {
      kind = words[0];
    } else {
      target.name = words[0];
    }
  }
  if (!kind.empty()) {
    auto meant = dev::kind_meant(kind);
    if (!meant) {
      return std::unexpected(meant.error());
    }
    target.kind = std::move(*meant);
  }
  return target;
}

asio::awaitable<Result<Objects>> find_target(Session& session, const Target& target) {
  std::vector<std::string> kinds;
  if (target.kind.empty()) {
    kinds.assign(dev::resource_kinds().begin(), dev::resource_kinds().end());
  } else {
    kinds.push_back(target.kind);
  }
  Objects all;
  std::vector<Error> unseen;
  for (const std::string& kind : kinds) {
    const auto found = co_await find_one_kind(session, kind, target.name);
    if (!found && found.error().code == Error::Code::forbidden) {
      unseen.push_back(found.error());
      continue;
    }
    if (!found) {
      co_return std::unexpected(found.error());
    }
    for (const Object& object : *found) {
      if (target.name.empty() || view::name_of(*object) == target.name) {
        all.push_back(object);
      }
    }
  }
  if (all.empty() && !unseen.empty()) {
    co_return std::unexpected(unseen.front());
  }
  for (const Error& error : unseen) {
    print_warning(error.message);
  }
  if (all.empty()) {
    co_return base::fail(Error::Code::not_found,
                         "there is no " +
                             (target.kind.empty() ? "resource " + target.name : words_of(target)) +
                             " " + where(session));
  }
  if (target.kind.empty() && !target.name.empty() && all.size() > 1) {
    co_return base::fail(Error::Code::invalid,
                         target.name + " is the name of several: say which kind, as `" +
                             base::lower(view::kind_of(*all.front())) + " " + target.name + "`");
  }
  co_return all;
}

asio::awaitable<Result<Objects>> components_of(Session& session, const Target& target) {
  const auto found = co_await find_target(session, target);
  if (!found) {
    co_return std::unexpected(found.error());
  }
  Objects components;
  for (const Object& object : *found) {
    if (view::is_component(*object)) {
      components.push_back(object);
      continue;
    }
    if (!view::is_mesh(*object)) {
      co_return base::fail(
          Error::Code::invalid,
          "name a Function, Source, Sink or FunctionMesh, not a " + view::kind_of(*object));
    }
    const auto children = co_await inspect::children_of(session.reader, object);
    if (!children) {
      co_return std::unexpected(children.error());
    }
    components.insert(components.end(), children->begin(), children->end());
  }
  co_return components;
}

}  // namespace functionmesh::cli
