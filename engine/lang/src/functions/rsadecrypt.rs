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
