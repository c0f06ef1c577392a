//! `rsadecrypt`

use super::prelude::*;
use super::support::base64;
use super::support::rsa::Key;

pub(super) const FUNCTION: Function = Function::new(
    "rsadecrypt",
    "`rsadecrypt` decrypts text that was encrypted for an RSA key (PKCS #1, version 1.5) and written in Base64.",
    &[
        Param::new("ciphertext", Kind::String, "What was encrypted, in Base64."),
        Param::new("privatekey", Kind::String, "The private key in PEM, without a passphrase."),
    ],
    Returns::Always(Kind::String),
    Body::Plain(rsadecrypt),
);

fn rsadecrypt(args: &[Value]) -> Outcome {
    let encoded = text(&args[0]);
    let ciphertext = base64::decode(encoded).map_err(|_| {
        let message = format!(
            "failed to decode input {}: cipher text must be base64-encoded",
            quoted(encoded)
        );
        Fault::arg(0, message)
    })?;
    let key = Key::parse(text(&args[1]))
        .map_err(|why| Fault::arg(1, format!("invalid private key: {why}")))?;
    let plain = key
        .decrypt(&ciphertext)
        .ok_or_else(|| Fault::new("failed to decrypt: crypto/rsa: decryption error"))?;
    let plain = String::from_utf8(plain);
    Ok(plain.map_err(|_| Fault::new("what was encrypted is not valid UTF-8"))?.into())
}

#[cfg(test)]
mod tests {

    /// A key of 1024 bits, made for this test, in three forms, and "message" encrypted for it.
    const PKCS1: &str = "\
-----BEGIN RSA PRIVATE KEY-----
MIICXAIBAAKBgQC6YYyo238Z4XxImfuZKoxMIfS8uG3TR7PnvLxMwTd3Y2tIAv1b
LosdUKaC1gubrmuTVhN4Y+Lir9+Lo2On7HbGjnoCav0MONXrmgpERSLVN8v6rk+G
NiqvfGm7bGljlPikmSl8iU9DT3ov63wOGfehZ8g2LeMuWsKh6/L2Y0SmKQIDAQAB
AoGAVkC4sJhLvLVuJ8ci+WIIZV89fGy5XpKLPk5Ishiky5p11nCTwTPL63gcZuYZ
nyVb4WZvQkKviAquIFgv0VGMMVKnuAjrJYPZTJrjhYGiqM2lM+4Nizl97doLrmCb
aqDbgX531gsiP8DVqcskmOzgu9aFLsren6G/IlEuiYBbFoECQQDqUUjU8Uf+81ne
1mw/85Nk4H3hJPC0L2JwGlGTVPFDTQpX2BVqXho8mpuut9uAoWoJAstnyMo193DL
sZ09e/SxAkEAy6C0YZfwS57jKospBDq5c8rZxBAt0Ag4i7GZ8ObFhpnqiz90E+P+
adOc+aaLbxxKKmeLcG0BUxW5K+4ZgU+G+QJBALQHie7aBxfyfx1AH+Gu0pNSDEVc
rXezZG1/Oyf4vnmYCpddlW6pKH1hyLWf241j92U++WsfEYYPPGG0cHxZ7bECQBxs
ZkFpMAWePB9oJWWNvO1I13TivUJYo2v8cnyJ+fB7851UUiOko5KqEzNV6AiubjvV
EEW1MYYjdiGHrs+6BiECQHdK7UTSzebpKvoIlqNV4A5B8NopCUbhjX+ZD/oiOwgC
+w34MTFWrZOCYXWP47XgOBdqrLHq8BSuLLkz1TkpH60=
-----END RSA PRIVATE KEY-----";
    const PKCS8: &str = "\
-----BEGIN PRIVATE KEY-----
MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBALphjKjbfxnhfEiZ
+5kqjEwh9Ly4bdNHs+e8vEzBN3dja0gC/Vsuix1QpoLWC5uua5NWE3hj4uKv34uj
Y6fsdsaOegJq/Qw41euaCkRFItU3y/quT4Y2Kq98abtsaWOU+KSZKXyJT0NPei/r
fA4Z96FnyDYt4y5awqHr8vZjRKYpAgMBAAECgYBWQLiwmEu8tW4nxyL5YghlXz18
bLlekos+TkiyGKTLmnXWcJPBM8vreBxm5hmfJVvhZm9CQq+ICq4gWC/RUYwxUqe4
COslg9lMmuOFgaKozaUz7g2LOX3t2guuYJtqoNuBfnfWCyI/wNWpyySY7OC71oUu
yt6fob8iUS6JgFsWgQJBAOpRSNTxR/7zWd7WbD/zk2TgfeEk8LQvYnAaUZNU8UNN
ClfYFWpeGjyam66324ChagkCy2fIyjX3cMuxnT179LECQQDLoLRhl/BLnuMqiykE
OrlzytnEEC3QCDiLsZnw5sWGmeqLP3QT4/5p05z5potvHEoqZ4twbQFTFbkr7hmB
T4b5AkEAtAeJ7toHF/J/HUAf4a7Sk1IMRVytd7NkbX87J/i+eZgKl12VbqkofWHI
tZ/bjWP3ZT75ax8Rhg88YbRwfFntsQJAHGxmQWkwBZ48H2glZY287UjXdOK9Qlij
a/xyfIn58HvznVRSI6SjkqoTM1XoCK5uO9UQRbUxhiN2IYeuz7oGIQJAd0rtRNLN
5ukq+giWo1XgDkHw2ikJRuGNf5kP+iI7CAL7DfgxMVatk4JhdY/jteA4F2qsserw
FK4suTPVOSkfrQ==
-----END PRIVATE KEY-----";
    const OPENSSH: &str = "\
-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAlwAAAAdzc2gtcn
NhAAAAAwEAAQAAAIEAumGMqNt/GeF8SJn7mSqMTCH0vLht00ez57y8TME3d2NrSAL9Wy6L
HVCmgtYLm65rk1YTeGPi4q/fi6Njp+x2xo56Amr9DDjV65oKREUi1TfL+q5PhjYqr3xpu2
xpY5T4pJkpfIlPQ096L+t8Dhn3oWfINi3jLlrCoevy9mNEpikAAAH4YZX5Q2GV+UMAAAAH
c3NoLXJzYQAAAIEAumGMqNt/GeF8SJn7mSqMTCH0vLht00ez57y8TME3d2NrSAL9Wy6LHV
CmgtYLm65rk1YTeGPi4q/fi6Njp+x2xo56Amr9DDjV65oKREUi1TfL+q5PhjYqr3xpu2xp
Y5T4pJkpfIlPQ096L+t8Dhn3oWfINi3jLlrCoevy9mNEpikAAAADAQABAAAAgFZAuLCYS7
y1bifHIvliCGVfPXxsuV6Siz5OSLIYpMuaddZwk8Ezy+t4HGbmGZ8lW+Fmb0JCr4gKriBY
L9FRjDFSp7gI6yWD2Uya44WBoqjNpTPuDYs5fe3aC65gm2qg24F+d9YLIj/A1anLJJjs4L
vWhS7K3p+hvyJRLomAWxaBAAAAQHdK7UTSzebpKvoIlqNV4A5B8NopCUbhjX+ZD/oiOwgC
+w34MTFWrZOCYXWP47XgOBdqrLHq8BSuLLkz1TkpH60AAABBAOpRSNTxR/7zWd7WbD/zk2
TgfeEk8LQvYnAaUZNU8UNNClfYFWpeGjyam66324ChagkCy2fIyjX3cMuxnT179LEAAABB
AMugtGGX8Eue4yqLKQQ6uXPK2cQQLdAIOIuxmfDmxYaZ6os/dBPj/mnTnPmmi28cSipni3
BtAVMVuSvuGYFPhvkAAAAAAQID
-----END OPENSSH PRIVATE KEY-----";
    const CIPHERTEXT: &str = "\
ZKAIPXcWwu8cZ4gv2U+Ywc2qfSOb9NBTEJDa9rdr7OG2L1gjEqXqVXHFVIlEd5HDvGOnRBGMXOFneJ+A1FCyD/VKm60NuMGoFWuw\
HtH6Wfg6zyfSz9ds90kiT+sWcto70/4WBCoWdbXx9CMpdB6cMtb5K4aUjp7fxzwydRLNJoo=";

    fn decrypted(ciphertext: &str, key: &str) -> String {
        let key = key.replace('\n', "\\n");
        super::super::testing::eval(&format!("rsadecrypt(\"{ciphertext}\", \"{key}\")"))
    }

    #[test]
    fn keys_have_three_forms() {
        for key in [PKCS1, PKCS8, OPENSSH] {
            assert_eq!(decrypted(CIPHERTEXT, key), r#""message""#, "{key}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for (ciphertext, key, expected) in [
            ("***", PKCS1, "failed to decode input"),
            ("YQ==", PKCS1, "failed to decrypt: crypto/rsa: decryption error"),
            (CIPHERTEXT, "no key", "invalid private key: no key found"),
            (CIPHERTEXT, &PKCS1[..400], "invalid private key: no key found"),
            (CIPHERTEXT, &PKCS1.replace("RSA", "EC"), "this is no private key of RSA"),
        ] {
            let got = decrypted(ciphertext, key);
            assert!(got.contains(expected), "{got}");
        }
    }
}
