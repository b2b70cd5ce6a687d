#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "cluster/kubernetes/access/access.hpp"

namespace functionmesh::kubernetes {

/// A value that is known, or the file that it is read from.
struct Given {
  std::string text{};
  std::filesystem::path file{};  ///< counts if it is set
  std::string name{};            ///< where the user wrote it, for messages

  bool empty() const { return text.empty() && file.empty(); }
};

/// How we say who we are. All may be empty; certificate and key go together.
struct Login {
  Given token{};
  Given certificate{};
  Given key{};
};

/// Credentials out of texts and files. Files are read once a minute at the most, and when the
/// server refused what they held; what cannot be read then (a file that is being replaced, a key
/// that does not fit the certificate yet) leaves the last good identity as it is.
///
/// Fails with the name of what is wrong when that is the case now. `clock` has to outlive it.
Result<std::shared_ptr<Credentials>> credentials_of(Login login, const base::Clock& clock);

/// A whole small file. The error says what the system said.
Result<std::string> read_small_file(const std::filesystem::path& file);

/// `text` without blanks and line breaks around it.
std::string trimmed(std::string_view text);

/// The machine's clock, for ever.
const base::Clock& system_clock();

}  // namespace functionmesh::kubernetes
