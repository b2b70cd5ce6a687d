#pragma once

#include <filesystem>

#include "base/certificate.hpp"

namespace functionmesh::process {

/// What a server of ours proves itself with: tls.crt and tls.key of a folder if they are there,
/// else a certificate made for this process.
class ServingCertificate {
 public:
  explicit ServingCertificate(std::filesystem::path folder) : folder_{std::move(folder)} {}

  /// The pair now; nullptr when it is still the one that was returned last. Look again from time to
  /// time: files are replaced.
  base::Result<const base::KeyPair*> refresh();

 private:
  std::filesystem::path folder_;
  base::KeyPair pair_;
};

}  // namespace functionmesh::process
