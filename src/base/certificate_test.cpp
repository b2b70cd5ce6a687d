#include "base/certificate.hpp"

#include <gtest/gtest.h>

namespace functionmesh::base {
namespace {

const KeyPair& pair() {
  static const KeyPair made =
      make_self_signed({"localhost", "127.0.0.1", "::1"}, std::chrono::hours{24}).value();
  return made;
}

TEST(Certificate, SelfSignedOnesHaveTheirKey) {
  EXPECT_TRUE(check_certificates(pair().certificate_pem));
  EXPECT_TRUE(check_key_pair(pair().certificate_pem, pair().key_pem));
}

TEST(Certificate, OneMadeForALongNameIsFine) {
  EXPECT_TRUE(make_self_signed({std::string(63, 'a') + "." + std::string(60, 'b')},
                               std::chrono::hours{24}));
}

TEST(Certificate, SaysHowLongAndForWhomItIsGood) {
  const auto facts = read_certificate(pair().certificate_pem);
  ASSERT_TRUE(facts);
  const auto now = SystemClock{}.now();
  EXPECT_GT(facts->not_before, now - std::chrono::minutes{61});
  EXPECT_LT(facts->not_before, now - std::chrono::minutes{59});
  EXPECT_GT(facts->not_after, now + std::chrono::hours{23});
  EXPECT_LT(facts->not_after, now + std::chrono::hours{25});
  EXPECT_FALSE(read_certificate("none"));
  EXPECT_TRUE(is_for_host(pair().certificate_pem, "localhost"));
  EXPECT_FALSE(is_for_host(pair().certificate_pem, "elsewhere"));
  EXPECT_FALSE(is_for_host("none", "localhost"));
}

TEST(Certificate, WithoutANameNoneIsMade) {
  EXPECT_FALSE(make_self_signed({}, std::chrono::hours{24}));
}

TEST(Certificate, SaysWhenThereIsNone) {
  const auto checked = check_certificates("nothing");
  ASSERT_FALSE(checked);
  EXPECT_NE(checked.error().message.find("BEGIN CERTIFICATE"), std::string::npos);
  EXPECT_FALSE(check_certificates(""));
  EXPECT_FALSE(check_certificates(pair().key_pem));
}

TEST(Certificate, SaysWhenOneIsDamaged) {
  std::string damaged = pair().certificate_pem;
  damaged[damaged.size() / 2] = damaged[damaged.size() / 2] == 'A' ? 'B' : 'A';
  damaged.erase(damaged.size() / 3, 5);
  EXPECT_FALSE(check_certificates(damaged));
  const auto second = check_certificates(pair().certificate_pem + damaged);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message, "certificate 2 in it is damaged");
}

TEST(Certificate, TakesSeveralAndTextBetweenThem) {
  EXPECT_TRUE(check_certificates("# old\n" + pair().certificate_pem + "# new\n" +
                                 pair().certificate_pem + "\n"));
}

TEST(Certificate, AKeyMustBeTheCertificates) {
  const KeyPair other = make_self_signed({"other"}, std::chrono::hours{24}).value();
  const auto checked = check_key_pair(pair().certificate_pem, other.key_pem);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().message, "the private key does not belong to the certificate");
  EXPECT_FALSE(check_key_pair(pair().certificate_pem, "none"));
  EXPECT_FALSE(check_key_pair("none", pair().key_pem));
}

TEST(Certificate, AKeyWithAPassphraseIsRefusedWithoutAskingForIt) {
  const std::string locked =
      "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIGj\n-----END ENCRYPTED PRIVATE KEY-----\n";
  const auto checked = check_key_pair(pair().certificate_pem, locked);
  ASSERT_FALSE(checked);
  EXPECT_NE(checked.error().message.find("passphrase"), std::string::npos);
}

}  // namespace
}  // namespace functionmesh::base
