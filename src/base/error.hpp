#pragma once

#include <expected>
#include <string>

namespace functionmesh::base {

/// Why something that a user asked for did not happen, in words for that user.
///
/// The code is for programs to branch on, the message for people: it names the thing, what was
/// expected and what to do.
struct Error {
  enum class Code {
    not_found,       ///< there is no such thing
    already_exists,  ///< there is one of that name
    conflict,        ///< it changed since it was read: read again
    invalid,         ///< what was given cannot be accepted as it is
    forbidden,       ///< the rights for it are missing
    unavailable,     ///< the other side does not answer now; later it may
    internal,        ///< anything else
  };
  Code code = Code::internal;
  std::string message;
};

template <typename T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(Error::Code code, std::string message) {
  return std::unexpected(Error{code, std::move(message)});
}

}  // namespace functionmesh::base
