//! `random_password`, which also is an ephemeral resource type.

use wb_core::provider::{PlanAsk, Planned, Problems, StoredObject};
use wb_core::value::Value;
use wb_sdk::model::Model;
use wb_sdk::types::{EphemeralType, Recorded, ResourceType};
use wb_sdk::{Context, ErrorKind, OpError};

use super::characters::{self, Class, Recipe};
use super::keepers::Keepers;

/// What bcrypt costs: two to the power of this.
const BCRYPT_COST: u32 = 10;
/// bcrypt looks at no more of a password.
const BCRYPT_BYTES: usize = 72;

/// A string of random characters that is never shown. It is kept in the state; where that must not be, use the ephemeral
/// resource type of the same name.
#[derive(Model)]
pub(crate) struct Password {
    /// Strings of any meaning; when one changes, the password is made anew.
    #[attr(optional, replace)]
    keepers: Keepers,
    /// How many characters it has.
    #[attr(required, replace)]
    length: i64,
    /// Whether it has letters A to Z.
    #[attr(optional, default = true, replace)]
    upper: bool,
    /// How many letters A to Z it has at least.
    #[attr(optional, default = 0, replace)]
    min_upper: i64,
    /// Whether it has letters a to z.
    #[attr(optional, default = true, replace)]
    lower: bool,
    /// How many letters a to z it has at least.
    #[attr(optional, default = 0, replace)]
    min_lower: i64,
    /// Whether it has digits.
    #[attr(optional, computed, replace, deprecated = "Use numeric instead.")]
    number: Option<bool>,
    /// Whether it has digits. The default is true.
    #[attr(optional, computed, replace)]
    numeric: Option<bool>,
    /// How many digits it has at least.
    #[attr(optional, default = 0, replace)]
    min_numeric: i64,
    /// Whether it has special characters, which are `!@#$%&*()-_=+[]{}<>:?`.
    #[attr(optional, default = true, replace)]
    special: bool,
    /// How many special characters it has at least.
    #[attr(optional, default = 0, replace)]
    min_special: i64,
    /// The special characters to choose from instead.
    #[attr(optional, replace)]
    override_special: Option<String>,
    /// The password.
    #[attr(computed, sensitive)]
    result: Option<String>,
    /// A bcrypt hash of the password, or of its first 72 bytes.
    #[attr(computed, sensitive)]
    bcrypt_hash: Option<String>,
    /// The string `none`.
    #[attr(computed)]
    id: Option<String>,
}

impl ResourceType for Password {
    const NAME: &'static str = "random_password";
    const VERSION: u64 = 3;

    fn validate(config: &Value) -> Problems {
        characters::validate(config)
    }

    fn plan(ask: &PlanAsk<'_>, planned: Planned) -> Result<Planned, Problems> {
        Ok(characters::plan(ask, planned))
    }

    /// States before version 1 have no hash. It stays away: an upgrade decides nothing at random.
    fn upgrade(_from: u64, mut stored: StoredObject) -> Result<StoredObject, String> {
        stored.entry("bcrypt_hash").or_insert(serde_json::Value::Null);
        Ok(characters::upgrade(stored))
    }
}

impl Recorded for Password {
    async fn create(mut planned: Self, context: Context) -> Result<Self, OpError> {
        let recipe = Recipe {
            length: planned.length,
            upper: Class { is_on: planned.upper, least: planned.min_upper },
            lower: Class { is_on: planned.lower, least: planned.min_lower },
            numeric: Class { is_on: planned.numeric.unwrap_or(true), least: planned.min_numeric },
            special: Class { is_on: planned.special, least: planned.min_special },
            override_special: planned.override_special.as_deref(),
        };
        let made = recipe.make(&*context.ambient)?;
        planned.bcrypt_hash = Some(bcrypt(made.clone(), &context).await?);
        planned.result = Some(made);
        planned.id = Some("none".to_owned());
        Ok(planned)
    }

    fn import(id: &str, context: &Context) -> Result<Self, OpError> {
        Ok(Self {
            keepers: None,
            length: i64::try_from(id.len()).unwrap_or(i64::MAX),
            upper: true,
            min_upper: 0,
            lower: true,
            min_lower: 0,
            number: Some(true),
            numeric: Some(true),
            min_numeric: 0,
            special: true,
            min_special: 0,
            override_special: None,
            result: Some(id.to_owned()),
            bcrypt_hash: Some(hash(id, salt(context))?),
            id: Some("none".to_owned()),
        })
    }
}

/// A string of random characters that is kept nowhere.
#[derive(Model)]
pub(crate) struct EphemeralPassword {
    /// How many characters it has.
    #[attr(required)]
    length: i64,
    /// Whether it has letters A to Z. The default is true.
    #[attr(optional, computed)]
    upper: Option<bool>,
    /// How many letters A to Z it has at least. The default is 0.
    #[attr(optional, computed)]
    min_upper: Option<i64>,
    /// Whether it has letters a to z. The default is true.
    #[attr(optional, computed)]
    lower: Option<bool>,
    /// How many letters a to z it has at least. The default is 0.
    #[attr(optional, computed)]
    min_lower: Option<i64>,
    /// Whether it has digits. The default is true.
    #[attr(optional, computed)]
    numeric: Option<bool>,
    /// How many digits it has at least. The default is 0.
    #[attr(optional, computed)]
    min_numeric: Option<i64>,
    /// Whether it has special characters, which are `!@#$%&*()-_=+[]{}<>:?`. The default is true.
    #[attr(optional, computed)]
    special: Option<bool>,
    /// How many special characters it has at least. The default is 0.
    #[attr(optional, computed)]
    min_special: Option<i64>,
    /// The special characters to choose from instead.
    #[attr(optional)]
    override_special: Option<String>,
    /// The password.
    #[attr(computed, sensitive)]
    result: Option<String>,
    /// A bcrypt hash of the password, or of its first 72 bytes.
    #[attr(computed, sensitive)]
    bcrypt_hash: Option<String>,
}

impl EphemeralType for EphemeralPassword {
    const NAME: &'static str = "random_password";

    fn validate(config: &Value) -> Problems {
        characters::validate(config)
    }

    async fn open(mut config: Self, context: Context) -> Result<Self, OpError> {
        let class = |is_on: &mut Option<bool>, least: &mut Option<i64>| Class {
            is_on: *is_on.get_or_insert(true),
            least: *least.get_or_insert(0),
        };
        let recipe = Recipe {
            length: config.length,
            upper: class(&mut config.upper, &mut config.min_upper),
            lower: class(&mut config.lower, &mut config.min_lower),
            numeric: class(&mut config.numeric, &mut config.min_numeric),
            special: class(&mut config.special, &mut config.min_special),
            override_special: config.override_special.as_deref(),
        };
        let made = recipe.make(&*context.ambient)?;
        config.bcrypt_hash = Some(bcrypt(made.clone(), &context).await?);
        config.result = Some(made);
        Ok(config)
    }
}

fn salt(context: &Context) -> [u8; 16] {
    let mut salt = [0; 16];
    context.ambient.random(&mut salt);
    salt
}

/// A hash takes long by design: it is made where nobody waits.
async fn bcrypt(password: String, context: &Context) -> Result<String, OpError> {
    let salt = salt(context);
    tokio::task::spawn_blocking(move || hash(&password, salt))
        .await
        .unwrap_or_else(|_| Err(no_hash()))
}

fn hash(password: &str, salt: [u8; 16]) -> Result<String, OpError> {
    let bytes = password.as_bytes();
    let seen = &bytes[..bytes.len().min(BCRYPT_BYTES)];
    let hash = bcrypt::hash_with_salt(seen, BCRYPT_COST, salt).map_err(|_| no_hash())?;
    Ok(hash.format_for_version(bcrypt::Version::TwoA))
}

fn no_hash() -> OpError {
    OpError::new(
        ErrorKind::Unexpected,
        "No hash",
        "The bcrypt hash of the password cannot be made.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use wb_sdk::conformance::Bench;

    #[test]
    fn the_hash_is_the_passwords() {
        let long = "x".repeat(100);
        for password in ["secret", &long] {
            let hash = hash(password, [7; 16]).unwrap();
            assert!(hash.starts_with("$2a$10$"), "{hash}");
            let seen = &password[..password.len().min(72)];
            assert!(bcrypt::verify(seen, &hash).unwrap());
        }
    }

    #[tokio::test]
    async fn it_is_made_imported_and_made_anew() {
        let made = Bench::new(crate::random::types())
            .resource(Password::NAME)
            .config([("length", 12.into())])
            .import("result", ["bcrypt_hash"])
            .replace([("length", 12.into()), ("numeric", Value::FALSE)])
            .run()
            .await;
        let text = |name| made.attribute(name).and_then(Value::as_str).unwrap();
        assert!(bcrypt::verify(text("result"), text("bcrypt_hash")).unwrap());
    }

    #[tokio::test]
    async fn an_ephemeral_one_has_defaults_too() {
        let bench = Bench::new(crate::random::types());
        let config = vec![("length", 20.into()), ("min_numeric", 20.into())];
        let opened = bench.ephemeral("random_password", config).await.unwrap();
        let result = opened.attribute("result").and_then(Value::as_str).unwrap();
        assert!(result.len() == 20 && result.bytes().all(|b| b.is_ascii_digit()), "{result}");
        assert_eq!(opened.attribute("upper"), Some(&Value::TRUE));
    }
}
