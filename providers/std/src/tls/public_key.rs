//! `data.tls_public_key`.

use wb_core::provider::Problems;
use wb_core::value::Value;
use wb_sdk::model::Model;
use wb_sdk::types::{DataType, EphemeralType};
use wb_sdk::{Context, OpError};

use super::key::{BadKey, Key, known_by};
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

/// Puts the public key into the attributes of its forms.
macro_rules! set_public {
    ($model:expr, $key:expr) => {{
        let (line, md5, sha256) = match ssh::public($key)? {
            Some(public) => (public.line, public.md5, public.sha256),
            None => Default::default(),
        };
        $model.public_key_pem = Some($key.public_pem());
        $model.public_key_openssh = Some(line);
        $model.public_key_fingerprint_md5 = Some(md5);
        $model.public_key_fingerprint_sha256 = Some(sha256);
    }};
}
pub(super) use set_public;

fn check(config: &Value) -> Problems {
    let mut problems = Problems::default();
    let both = ["private_key_pem", "private_key_openssh"];
    validate::exactly_one(config, &both, &mut problems);
    problems
}

impl PublicKey {
    fn fill(mut self) -> Result<Self, OpError> {
        let given = [self.private_key_pem.clone(), self.private_key_openssh.clone()];
        let argument = if given[0].is_some() { "private_key_pem" } else { "private_key_openssh" };
        let text = given.into_iter().flatten().next().unwrap_or_default();
        self.extract(&text).map_err(|bad| bad.at(argument))?;
        Ok(self)
    }

    fn extract(&mut self, text: &str) -> Result<(), BadKey> {
        let key = Key::from_pem(text)?;
        self.algorithm = Some(key.algorithm().to_owned());
        self.id = Some(known_by(&key.public_der()));
        set_public!(self, &key);
        Ok(())
    }
}

impl DataType for PublicKey {
    const NAME: &'static str = "tls_public_key";

    fn validate(config: &Value) -> Problems {
        check(config)
    }

    async fn read(config: Self, _context: Context) -> Result<Self, OpError> {
        config.fill()
    }
}

impl EphemeralType for PublicKey {
    const NAME: &'static str = "tls_public_key";

    fn validate(config: &Value) -> Problems {
        check(config)
    }

    async fn open(config: Self, _context: Context) -> Result<Self, OpError> {
        config.fill()
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
