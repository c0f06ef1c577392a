//! `tls_private_key`.

use wb_core::provider::{Problems, StoredObject};
use wb_core::value::Value;
use wb_sdk::model::Model;
use wb_sdk::types::{EphemeralType, Recorded, ResourceType};
use wb_sdk::{Ambient, Context, ErrorKind, OpError};

use super::ec::{CURVES, Curve, EcKey};
use super::key::{ALGORITHMS, BadKey, Key, known_by};
use super::public_key::set_public;
use super::rsa_key::RsaKey;
use super::ssh;
use crate::files::write::aside;
use crate::validate;

/// A private key. It is kept in the state, so whoever can read that has it.
#[derive(Model)]
pub(crate) struct PrivateKey {
    /// What kind of key: `RSA`, `ECDSA` or `ED25519`.
    #[attr(required, replace)]
    algorithm: String,
    /// How many bits an RSA key has.
    #[attr(optional, default = 2048, replace)]
    rsa_bits: i64,
    /// The curve of an ECDSA key: `P224`, `P256`, `P384` or `P521`.
    #[attr(optional, default = "P224", replace)]
    ecdsa_curve: String,
    /// The private key in PEM: PKCS #1, SEC 1, or PKCS #8 where there is no other.
    #[attr(computed, sensitive)]
    private_key_pem: Option<String>,
    /// The private key in OpenSSH's form. Empty for the curve P224, which OpenSSH does not know.
    #[attr(computed, sensitive)]
    private_key_openssh: Option<String>,
    /// The private key in PEM, PKCS #8.
    #[attr(computed, sensitive)]
    private_key_pem_pkcs8: Option<String>,
    /// The public key in PEM.
    #[attr(computed)]
    public_key_pem: Option<String>,
    /// The public key as a line of `authorized_keys`. Empty for the curve P224.
    #[attr(computed)]
    public_key_openssh: Option<String>,
    /// The MD5 fingerprint of the public key, as OpenSSH writes it. Empty for the curve P224.
    #[attr(computed)]
    public_key_fingerprint_md5: Option<String>,
    /// The SHA-256 fingerprint of the public key, as OpenSSH writes it. Empty for the curve P224.
    #[attr(computed)]
    public_key_fingerprint_sha256: Option<String>,
    /// The SHA-1 checksum of the public key.
    #[attr(computed)]
    id: Option<String>,
}

impl ResourceType for PrivateKey {
    const NAME: &'static str = "tls_private_key";
    const VERSION: u64 = 1;

    fn validate(config: &Value) -> Problems {
        check(config)
    }

    /// Version 0 lacks forms that follow from the key.
    fn upgrade(_from: u64, mut stored: StoredObject) -> Result<StoredObject, String> {
        let pem = stored.get("private_key_pem").and_then(|pem| pem.as_str()).unwrap_or_default();
        let key = Key::from_pem(pem).map_err(|bad| format!("its key cannot be read: {}", bad.0))?;
        let wrong = |bad: BadKey| format!("its key cannot be written: {}", bad.0);
        stored.insert("private_key_pem_pkcs8".into(), key.to_pkcs8().map_err(wrong)?.into());
        let public = ssh::public(&key).map_err(wrong)?;
        let sha256 = public.map(|public| public.sha256).unwrap_or_default();
        stored.insert("public_key_fingerprint_sha256".into(), sha256.into());
        // OpenSSH's form has a random part, which an upgrade must not choose.
        stored.entry("private_key_openssh").or_insert(serde_json::Value::Null);
        Ok(stored)
    }
}

/// Makes a key of a kind.
fn generate(
    algorithm: &str,
    bits: i64,
    curve: &str,
    ambient: &dyn Ambient,
) -> Result<Key, OpError> {
    match algorithm {
        "RSA" => {
            let bits = usize::try_from(bits).unwrap_or_default();
            RsaKey::generate(bits, ambient).map(Key::Rsa).map_err(|bad| bad.at("rsa_bits"))
        }
        "ECDSA" => {
            let curve = Curve::named(curve);
            let curve = curve.ok_or_else(|| BadKey("there is no such curve").at("ecdsa_curve"))?;
            Ok(Key::Ecdsa(EcKey::generate(curve, ambient)))
        }
        "ED25519" => Ok(Key::generate_ed25519(ambient)),
        other => {
            let why = format!("There is no algorithm {other:?}.");
            Err(OpError::new(ErrorKind::Invalid, "Unsuitable value", why))
        }
    }
}

/// Finding primes for more takes hours, and nothing reads such keys.
const MOST_BITS: i64 = 16_384;

fn check(config: &Value) -> Problems {
    let mut problems = Problems::default();
    validate::one_of(config, "algorithm", &ALGORITHMS, &mut problems);
    validate::one_of(config, "ecdsa_curve", &CURVES.map(Curve::name), &mut problems);
    if validate::text(config, "algorithm") == Some("RSA") {
        validate::at_least(config, "rsa_bits", 1_024, &mut problems);
        validate::at_most(config, "rsa_bits", MOST_BITS, &mut problems);
    }
    problems
}

/// Puts a private key into the attributes of its forms.
macro_rules! set_private {
    ($model:expr, $key:expr, $ambient:expr) => {{
        $model.private_key_pem = Some($key.to_pem()?);
        $model.private_key_pem_pkcs8 = Some($key.to_pkcs8()?);
        $model.private_key_openssh = Some(ssh::encode($key, $ambient)?.unwrap_or_default());
        set_public!($model, $key);
    }};
}

impl PrivateKey {
    fn fill(mut self, key: &Key, ambient: &dyn Ambient) -> Result<Self, BadKey> {
        set_private!(self, key, ambient);
        self.id = Some(known_by(&key.public_der()));
        Ok(self)
    }
}

impl Recorded for PrivateKey {
    /// Large keys take long to find.
    async fn create(planned: Self, context: Context) -> Result<Self, OpError> {
        aside(move || {
            let ambient = &*context.ambient;
            let Self { algorithm, rsa_bits, ecdsa_curve, .. } = &planned;
            let key = generate(algorithm, *rsa_bits, ecdsa_curve, ambient)?;
            planned.fill(&key, ambient).map_err(|bad| bad.at("algorithm"))
        })
        .await
    }
}

/// A private key that is kept nowhere.
#[derive(Model)]
pub(crate) struct EphemeralPrivateKey {
    /// What kind of key: `RSA`, `ECDSA` or `ED25519`.
    #[attr(required)]
    algorithm: String,
    /// How many bits an RSA key has; the default is 2048.
    #[attr(optional, computed)]
    rsa_bits: Option<i64>,
    /// The curve of an ECDSA key: `P224`, which is the default, `P256`, `P384` or `P521`.
    #[attr(optional, computed)]
    ecdsa_curve: Option<String>,
    /// The private key in PEM: PKCS #1, SEC 1, or PKCS #8 where there is no other.
    #[attr(computed, sensitive)]
    private_key_pem: Option<String>,
    /// The private key in OpenSSH's form. Empty for the curve P224, which OpenSSH does not know.
    #[attr(computed, sensitive)]
    private_key_openssh: Option<String>,
    /// The private key in PEM, PKCS #8.
    #[attr(computed, sensitive)]
    private_key_pem_pkcs8: Option<String>,
    /// The public key in PEM.
    #[attr(computed)]
    public_key_pem: Option<String>,
    /// The public key as a line of `authorized_keys`. Empty for the curve P224.
    #[attr(computed)]
    public_key_openssh: Option<String>,
    /// The MD5 fingerprint of the public key, as OpenSSH writes it. Empty for the curve P224.
    #[attr(computed)]
    public_key_fingerprint_md5: Option<String>,
    /// The SHA-256 fingerprint of the public key, as OpenSSH writes it. Empty for the curve P224.
    #[attr(computed)]
    public_key_fingerprint_sha256: Option<String>,
}

impl EphemeralPrivateKey {
    fn fill(mut self, key: &Key, ambient: &dyn Ambient) -> Result<Self, BadKey> {
        set_private!(self, key, ambient);
        Ok(self)
    }
}

impl EphemeralType for EphemeralPrivateKey {
    const NAME: &'static str = "tls_private_key";

    fn validate(config: &Value) -> Problems {
        check(config)
    }

    async fn open(mut config: Self, context: Context) -> Result<Self, OpError> {
        aside(move || {
            let ambient = &*context.ambient;
            let bits = *config.rsa_bits.get_or_insert(2_048);
            let curve = config.ecdsa_curve.get_or_insert_with(|| Curve::P224.name().to_owned());
            let key = generate(&config.algorithm, bits, curve, ambient)?;
            config.fill(&key, ambient).map_err(|bad| bad.at("algorithm"))
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tls::peer::ask;
    use wb_sdk::conformance::Bench;

    #[tokio::test]
    async fn keys_of_all_kinds_are_what_openssl_and_openssh_take_them_for() {
        let bench = Bench::new(crate::tls::types());
        let ec = CURVES.map(|curve| ("ECDSA", "ecdsa_curve", Value::from(curve.name())));
        let others =
            [("RSA", "rsa_bits", Value::int(1_024)), ("ED25519", "rsa_bits", 1_024.into())];
        for (algorithm, argument, value) in ec.into_iter().chain(others) {
            let made = bench
                .resource(PrivateKey::NAME)
                .config([("algorithm", algorithm.into()), (argument, value)])
                .replace([("algorithm", "ED25519".into()), ("ecdsa_curve", "P384".into())])
                .run()
                .await;
            let text = |name| made.attribute(name).and_then(Value::as_str).unwrap();
            for form in ["private_key_pem", "private_key_pem_pkcs8"] {
                let pem = text(form);
                if let Some(public) = ask(&["openssl", "pkey", "-in", "FILE", "-pubout"], pem) {
                    assert_eq!(public, text("public_key_pem"), "{form}");
                }
                assert_eq!(Key::from_pem(pem).unwrap().to_pem().unwrap(), text("private_key_pem"));
            }
            if text("public_key_openssh").is_empty() {
                assert_eq!(text("private_key_openssh"), "");
                continue;
            }
            let private = text("private_key_openssh");
            assert_eq!(Key::from_pem(private).unwrap().to_pem().unwrap(), text("private_key_pem"));
            if let Some(line) = ask(&["ssh-keygen", "-y", "-f", "FILE"], private) {
                assert_eq!(line.trim(), text("public_key_openssh").trim());
            }
            let line = text("public_key_openssh");
            if let Some(fingerprint) = ask(&["ssh-keygen", "-l", "-f", "FILE"], line) {
                assert!(
                    fingerprint.contains(text("public_key_fingerprint_sha256")),
                    "{fingerprint}"
                );
            }
            if let Some(fingerprint) = ask(&["ssh-keygen", "-l", "-E", "md5", "-f", "FILE"], line) {
                assert!(fingerprint.contains(text("public_key_fingerprint_md5")), "{fingerprint}");
            }
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let bad = |text: &str| Key::from_pem(text).err().unwrap().0;
        assert_eq!(bad("x"), "it is not in PEM");
        let block = |label: &str, bytes: &[u8]| crate::tls::pem::encode(label, bytes);
        assert_eq!(bad(&block("CERTIFICATE", b"")), "it is no private key");
        for label in ["RSA PRIVATE KEY", "EC PRIVATE KEY", "PRIVATE KEY", "OPENSSH PRIVATE KEY"] {
            for bytes in [&b""[..], &[0x30, 0x03, 0x02, 0x01, 0x00], b"openssh-key-v1\0\0\0"] {
                assert!(Key::from_pem(&block(label, bytes)).is_err());
            }
        }
    }

    #[tokio::test]
    async fn an_ephemeral_key_has_the_same_forms() {
        let config = vec![("algorithm", "ECDSA".into())];
        let opened =
            Bench::new(crate::tls::types()).ephemeral("tls_private_key", config).await.unwrap();
        assert_eq!(opened.attribute("ecdsa_curve"), Some(&"P224".into()));
        let pem = opened.attribute("private_key_pem").and_then(Value::as_str).unwrap();
        let key = Key::from_pem(pem).unwrap();
        assert_eq!(opened.attribute("public_key_pem"), Some(&key.public_pem().into()));
    }

    #[test]
    fn version_0_gains_what_follows_from_its_key() {
        let ambient = wb_sdk::conformance::Seeded::default();
        let key = Key::generate_ed25519(&ambient);
        let stored = serde_json::json!({"private_key_pem": key.to_pem().unwrap()});
        let upgraded = PrivateKey::upgrade(0, stored.as_object().unwrap().clone()).unwrap();
        assert_eq!(upgraded["private_key_pem_pkcs8"], key.to_pkcs8().unwrap());
        assert!(upgraded["public_key_fingerprint_sha256"].as_str().unwrap().starts_with("SHA256:"));
    }
}
