//! `data.tls_public_key`.

use wb_core::provider::Problems;
use wb_core::value::Value;
use wb_sdk::model::Model;
use wb_sdk::types::DataType;
use wb_sdk::{Context, OpError};

use super::key::{Key, known_by};
use super::ssh;
use crate::validate;

/// The public key of a private key.
#[derive(Model)]
pub(crate) struct PublicKey {
    /// The private key in PEM.
    #[attr(optional, sensitive)]
    private_key_pem: Option<String>,
    /// The private key in OpenSSH's form.
    #[attr(optional, sensitive)]
    private_key_openssh: Option<String>,
    /// What kind of key it is: `RSA`, `ECDSA` or `ED25519`.
    #[attr(computed)]
    algorithm: Option<String>,
    /// The public key in PEM.
    #[attr(computed)]
    public_key_pem: Option<String>,
    /// The public key as a line of `authorized_keys`. Empty for the curve P224, which OpenSSH does not know.
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

impl DataType for PublicKey {
    const NAME: &'static str = "tls_public_key";

    fn validate(config: &Value) -> Problems {
        let mut problems = Problems::default();
        let both = ["private_key_pem", "private_key_openssh"];
        validate::exactly_one(config, &both, &mut problems);
        problems
    }

    async fn read(mut config: Self, _context: Context) -> Result<Self, OpError> {
        let (argument, text) = match (&config.private_key_pem, &config.private_key_openssh) {
            (Some(text), _) => ("private_key_pem", text.as_str()),
            (None, text) => ("private_key_openssh", text.as_deref().unwrap_or_default()),
        };
        let bad = |bad: super::key::BadKey| bad.at(argument);
        let key = Key::from_pem(text).map_err(bad)?;
        let (line, md5, sha256) = match ssh::public(&key).map_err(bad)? {
            Some(public) => (public.line, public.md5, public.sha256),
            None => Default::default(),
        };
        config.algorithm = Some(key.algorithm().to_owned());
        config.public_key_pem = Some(key.public_pem());
        config.public_key_openssh = Some(line);
        config.public_key_fingerprint_md5 = Some(md5);
        config.public_key_fingerprint_sha256 = Some(sha256);
        config.id = Some(known_by(&key.public_der()));
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wb_sdk::conformance::{Bench, Seeded};

    #[tokio::test]
    async fn it_follows_from_either_form() {
        let ambient = Seeded::default();
        let key = Key::generate_ed25519(&ambient);
        let openssh = ssh::encode(&key, &ambient).unwrap().unwrap();
        let bench = Bench::new(crate::tls::types());
        let read = |name: &'static str, text: &str| {
            bench.data("tls_public_key", vec![(name, text.into())])
        };
        let by_pem = read("private_key_pem", &key.to_pem().unwrap()).await.unwrap();
        let by_openssh = read("private_key_openssh", &openssh).await.unwrap();
        assert_eq!(by_pem.attribute("algorithm"), Some(&"ED25519".into()));
        assert_eq!(by_pem.attribute("public_key_pem"), by_openssh.attribute("public_key_pem"));
        let why = read("private_key_pem", "secret").await.unwrap_err();
        assert!(why.contains("it is not in PEM") && !why.contains("secret"), "{why}");
    }
}
