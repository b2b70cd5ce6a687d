#include "cluster/local/pod_folder.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <sstream>

#include "cluster/local/pulsarctl.hpp"

namespace functionmesh::local {

namespace fs = std::filesystem;
using base::Error;
using base::Result;

namespace {

/// The folders of /pulsar that a pod has for itself.
constexpr std::array<std::string_view, 6> own_folders = {"bin",  "conf", "download",
                                                         "logs", "tmp",  "instances"};

/// The Python instance listens on all addresses; here it is to be this machine's alone.
struct Edit {
  std::string_view file;
  std::string_view from;
  std::string_view to;
};
constexpr std::array<Edit, 2> loopback_edits = {{
    {"server.py", "'[::]:%d'", "'127.0.0.1:%d'"},
    {"prometheus_client_fix.py", "addr=''", "addr='127.0.0.1'"},
}};

void ensure_link(const fs::path& place, const fs::path& target) {
  std::error_code ignored;
  if (fs::is_symlink(place, ignored) && fs::read_symlink(place, ignored) == target) {
    return;
  }
  fs::remove_all(place);
  fs::create_symlink(target, place);
}

void link_entries(const fs::path& folder, const fs::path& source) {
  fs::create_directories(folder);
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(source, none)) {
    ensure_link(folder / entry.path().filename(), entry.path());
  }
}

/// Makes `folder` the pod's own up from `top`: where a link into the runner home is on the way, a
/// folder of links takes its place.
void make_own(const fs::path& top, const fs::path& folder) {
  fs::path current = top;
  for (const fs::path& part : folder.lexically_relative(top)) {
    if (part == ".") {
      continue;
    }
    current /= part;
    if (fs::is_symlink(current) && fs::is_directory(current)) {
      const fs::path source = fs::read_symlink(current);
      fs::remove(current);
      link_entries(current, source);
    } else if (fs::exists(fs::symlink_status(current)) && !fs::is_directory(current)) {
      fs::remove(current);
    }
    fs::create_directory(current);
  }
}

void write_private(const fs::path& file, std::string_view content) {
  fs::create_directories(file.parent_path());
  fs::remove(file);
  std::ofstream(file).close();
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
  out.close();
  if (!out) {
    throw fs::filesystem_error("cannot write", file,
                               std::make_error_code(std::errc::no_space_on_device));
  }
}

/// Its own copy of a file of the Python instance: sys.path begins where the main file really is,
/// and scripts edit log.py.
void copy_instance_file(const fs::path& from, const fs::path& to) {
  std::ostringstream text;
  text << std::ifstream(from, std::ios::binary).rdbuf();
  std::string content = text.str();
  for (const auto& [file, before, after] : loopback_edits) {
    const auto at = from.filename() == file ? content.find(before) : std::string::npos;
    if (at != std::string::npos) {
      content.replace(at, before.size(), after);
    }
  }
  write_private(to, content);
  // Python keeps compiled code by the time of the source.
  fs::last_write_time(to, fs::last_write_time(from));
}

void lay_out_instances(const fs::path& folder, const fs::path& source) {
  constexpr std::string_view python = "python-instance";
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(source, none)) {
    if (entry.path().filename() != python) {
      ensure_link(folder / entry.path().filename(), entry.path());
    }
  }
  for (const auto& entry : fs::directory_iterator(source / python, none)) {
    const fs::path place = folder / python / entry.path().filename();
    fs::create_directories(place.parent_path());
    if (entry.path().extension() == ".py") {
      copy_instance_file(entry.path(), place);
    } else if (entry.path().filename() != "__pycache__") {
      ensure_link(place, entry.path());
    }
  }
}

void lay_out(const fs::path& pulsar, const fs::path& runner_home) {
  fs::create_directories(pulsar / "logs" / "functions");
  fs::create_directories(pulsar / "tmp");
  fs::create_directories(pulsar / "download");
  fs::create_directories(pulsar / "instances");
  for (const auto& entry : fs::directory_iterator(runner_home)) {
    const std::string name = entry.path().filename();
    if (std::ranges::find(own_folders, name) == own_folders.end()) {
      ensure_link(pulsar / name, entry.path());
    }
  }
  link_entries(pulsar / "bin", runner_home / "bin");
  if (!fs::exists(runner_home / "bin" / "pulsarctl")) {
    write_private(pulsar / "bin" / "pulsarctl", pulsarctl_script);
    fs::permissions(pulsar / "bin" / "pulsarctl", fs::perms::owner_all);
  }
  link_entries(pulsar / "conf", runner_home / "conf");
  fs::create_directories(pulsar / "conf" / "java-log");
  fs::create_directories(pulsar / "conf" / "python-log");
  lay_out_instances(pulsar / "instances", runner_home / "instances");
}

bool leaves_its_folder(const fs::path& relative) {
  const fs::path normal = relative.lexically_normal();
  return normal.is_absolute() || normal.empty() || *normal.begin() == "..";
}

/// File operations throw; what they throw becomes a message.
template <typename Work>
auto attempt(Work work) -> Result<decltype(work())> {
  try {
    if constexpr (std::is_void_v<decltype(work())>) {
      work();
      return {};
    } else {
      return work();
    }
  } catch (const fs::filesystem_error& error) {
    return base::fail(Error::Code::unavailable,
                      error.path1().string() + ": " + error.code().message());
  }
}

}  // namespace

PodFolder::PodFolder(fs::path root, fs::path runner_home)
    : root_(std::move(root)), runner_home_(std::move(runner_home)) {}

Result<void> PodFolder::prepare() {
  return attempt([&] {
    lay_out(pulsar(), runner_home_);
    fs::permissions(root_, fs::perms::owner_all);
  });
}

Result<fs::path> PodFolder::mount(const Mount& mount) {
  for (const auto& [name, content] : mount.files) {
    if (leaves_its_folder(name)) {
      return base::fail(Error::Code::invalid,
                        "volume at " + mount.path + ": item path " + name + " leaves the volume");
    }
  }
  return attempt([&] {
    const fs::path wanted = fs::path("/" + mount.path).lexically_normal();
    const fs::path in_pulsar = wanted.lexically_relative("/pulsar");
    const bool inside = !leaves_its_folder(in_pulsar) && in_pulsar != ".";
    const fs::path top = inside ? pulsar() : root_ / "volumes";
    const fs::path place = top / (inside ? in_pulsar : wanted.relative_path());
    fs::create_directories(top);
    make_own(top, place.parent_path());
    if (!mount.host_path.empty()) {
      ensure_link(place, mount.host_path);
    } else if (!mount.private_folder.empty()) {
      const fs::path data =
          root_ / "data" / fs::path("/" + mount.private_folder).lexically_normal().relative_path();
      fs::create_directories(data);
      ensure_link(place, data);
    } else if (mount.single_file) {
      write_private(place, mount.files.begin()->second);
    } else {
      fs::remove_all(place);
      fs::create_directories(place);
      for (const auto& [name, content] : mount.files) {
        write_private(place / name, content);
      }
    }
    return place;
  });
}

Result<void> PodFolder::link(const fs::path& place, const fs::path& target) {
  if (leaves_its_folder(place)) {
    return base::fail(Error::Code::invalid,
                      "the path " + place.string() + " leads out of the pod's folder");
  }
  return attempt([&] {
    const fs::path whole = (pulsar() / place).lexically_normal();
    make_own(pulsar(), whole.parent_path());
    ensure_link(whole, target);
  });
}

bool is_plain(std::string_view path) {
  return std::ranges::all_of(path, [](unsigned char c) {
    return std::isalnum(c) != 0 || std::string_view{"/._-+@%"}.contains(static_cast<char>(c));
  });
}

}  // namespace functionmesh::local
