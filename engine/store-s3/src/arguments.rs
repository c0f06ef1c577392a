//! What a `backend "s3"` block says.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use wb_store::remote::{Keys, PREFIX};

/// The arguments, named as Terraform names them. What is null was not given.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Arguments {
    pub bucket: Option<String>,
    pub key: Option<String>,
    pub workspace_key_prefix: Option<String>,
    pub region: Option<String>,
    pub sts_region: Option<String>,

    pub endpoint: Option<String>,
    pub endpoints: Option<Endpoints>,
    pub sts_endpoint: Option<String>,
    pub use_path_style: Option<bool>,
    pub force_path_style: Option<bool>,
    pub use_dualstack_endpoint: Option<bool>,
    pub use_fips_endpoint: Option<bool>,

    pub access_key: Option<String>,
    pub secret_key: Option<String>,
    pub token: Option<String>,
    pub profile: Option<String>,
    pub shared_credentials_file: Option<String>,
    pub shared_credentials_files: Option<Vec<String>>,
    pub shared_config_files: Option<Vec<String>>,
    pub assume_role: Option<AssumeRole>,
    pub assume_role_with_web_identity: Option<WebIdentity>,

    pub encrypt: Option<bool>,
    pub kms_key_id: Option<String>,
    pub sse_customer_key: Option<String>,
    pub acl: Option<String>,
    pub skip_s3_checksum: Option<bool>,

    pub http_proxy: Option<String>,
    pub https_proxy: Option<String>,
    pub no_proxy: Option<String>,
    pub custom_ca_bundle: Option<String>,
    pub max_retries: Option<u32>,

    /// The lock object is always used.
    pub use_lockfile: Option<bool>,
    /// Nothing is validated beyond the requests that are made, so that there is nothing to skip.
    pub skip_credentials_validation: Option<bool>,
    pub skip_region_validation: Option<bool>,
    pub skip_requesting_account_id: Option<bool>,
    pub skip_metadata_api_check: Option<bool>,
}

#[derive(Clone, Default, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Endpoints {
    pub s3: Option<String>,
    pub sts: Option<String>,
}

#[derive(Clone, Default, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AssumeRole {
    pub role_arn: Option<String>,
    pub duration: Option<String>,
    pub external_id: Option<String>,
    pub policy: Option<String>,
    pub policy_arns: Option<Vec<String>>,
    pub session_name: Option<String>,
    pub tags: Option<BTreeMap<String, String>>,
}

#[derive(Clone, Default, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WebIdentity {
    pub role_arn: Option<String>,
    pub policy: Option<String>,
    pub policy_arns: Option<Vec<String>>,
    pub session_name: Option<String>,
    pub web_identity_token_file: Option<String>,
}

/// What an argument must be. Names no secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ArgumentsError {
    /// The argument; empty where the whole cannot be read.
    pub argument: &'static str,
    pub why: String,
}

impl fmt::Display for ArgumentsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.argument {
            "" => f.write_str(&self.why),
            argument => write!(f, "the argument \"{argument}\" {}", self.why),
        }
    }
}

impl std::error::Error for ArgumentsError {}

impl fmt::Debug for Arguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arguments")
            .field("bucket", &self.bucket)
            .field("key", &self.key)
            .field("region", &self.region)
            .field("profile", &self.profile)
            .finish_non_exhaustive()
    }
}

impl Arguments {
    /// Reads what was noted of a backend, and checks what can be told without a request.
    ///
    /// # Errors
    /// Names the argument that is wrong.
    pub fn read(noted: serde_json::Value) -> Result<Self, ArgumentsError> {
        let arguments: Self = serde_json::from_value(noted)
            .map_err(|error| ArgumentsError { argument: "", why: error.to_string() })?;
        arguments.check()?;
        Ok(arguments)
    }

    fn check(&self) -> Result<(), ArgumentsError> {
        let wrong = |argument, why: &str| Err(ArgumentsError { argument, why: why.to_owned() });
        if self.bucket().is_empty() {
            return wrong("bucket", "must be given");
        }
        match self.key.as_deref().unwrap_or_default() {
            "" => return wrong("key", "must be given"),
            key if key.starts_with('/') || key.ends_with('/') => {
                return wrong("key", "must not begin or end with \"/\"");
            }
            _ => {}
        }
        if self
            .workspace_key_prefix
            .as_deref()
            .is_some_and(|p| p.starts_with('/') || p.ends_with('/'))
        {
            return wrong("workspace_key_prefix", "must not begin or end with \"/\"");
        }
        if self.kms_key_id.is_some() && self.sse_customer_key.is_some() {
            return wrong("sse_customer_key", "cannot be given beside \"kms_key_id\"");
        }
        if self.access_key.is_some() != self.secret_key.is_some() {
            return wrong("access_key", "and \"secret_key\" must be given together");
        }
        if let Some(key) = &self.sse_customer_key
            && crate::bucket::customer_key(key).is_none()
        {
            return wrong("sse_customer_key", "must be 32 bytes in base64");
        }
        if let Some(role) = &self.assume_role {
            if role.role_arn.is_none() {
                return wrong("assume_role", "must have a \"role_arn\"");
            }
            if role.duration.as_deref().is_some_and(|d| duration(d).is_none()) {
                return wrong("assume_role", "must have a duration as in \"1h30m\"");
            }
        }
        if self
            .assume_role_with_web_identity
            .as_ref()
            .is_some_and(|w| w.web_identity_token_file.is_none())
        {
            return wrong(
                "assume_role_with_web_identity",
                "must have a \"web_identity_token_file\"",
            );
        }
        Ok(())
    }

    pub(crate) fn bucket(&self) -> &str {
        self.bucket.as_deref().unwrap_or_default()
    }

    /// Where the states are.
    #[must_use]
    pub fn keys(&self) -> Keys {
        Keys {
            key: self.key.clone().unwrap_or_default(),
            prefix: self.workspace_key_prefix.clone().unwrap_or_else(|| PREFIX.to_owned()),
        }
    }

    /// How often a request is tried again.
    #[must_use]
    pub fn retries(&self) -> u32 {
        self.max_retries.unwrap_or(5)
    }

    pub(crate) fn s3_endpoint(&self) -> Option<&str> {
        let given = self.endpoints.as_ref().and_then(|e| e.s3.as_deref());
        given.or(self.endpoint.as_deref()).filter(|e| !e.is_empty())
    }

    pub(crate) fn sts_endpoint(&self) -> Option<&str> {
        let given = self.endpoints.as_ref().and_then(|e| e.sts.as_deref());
        given.or(self.sts_endpoint.as_deref()).filter(|e| !e.is_empty())
    }

    pub(crate) fn path_style(&self) -> bool {
        self.use_path_style.or(self.force_path_style).unwrap_or(false)
    }
}

/// A duration as Go writes it: `1h30m`, `900s`.
pub(crate) fn duration(text: &str) -> Option<std::time::Duration> {
    let nanoseconds = wb_core::time::parse_duration(text)?;
    u64::try_from(nanoseconds).ok().map(std::time::Duration::from_nanos)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        for (noted, why) in [
            (json!({"key": "k"}), "the argument \"bucket\" must be given"),
            (json!({"bucket": "b"}), "the argument \"key\" must be given"),
            (
                json!({"bucket": "b", "key": "/k"}),
                "the argument \"key\" must not begin or end with \"/\"",
            ),
            (
                json!({"bucket": "b", "key": "k", "access_key": "a"}),
                "the argument \"access_key\" and \"secret_key\" must be given together",
            ),
            (
                json!({"bucket": "b", "key": "k", "sse_customer_key": "c2hvcnQ="}),
                "the argument \"sse_customer_key\" must be 32 bytes in base64",
            ),
            (
                json!({"bucket": "b", "key": "k", "endpoints": {"iam": "http://x"}}),
                "unknown field `iam`, expected `s3` or `sts`",
            ),
            (
                json!({"bucket": "b", "key": "k", "assume_role": {"role_arn": "r", "duration": "1x"}}),
                "the argument \"assume_role\" must have a duration as in \"1h30m\"",
            ),
        ] {
            assert_eq!(Arguments::read(noted).unwrap_err().to_string(), why);
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        let noted = json!({"bucket": "b", "key": "k", "access_key": "AKIA", "secret_key": "hidden", "token": "hidden"});
        let arguments = Arguments::read(noted).unwrap();
        assert!(!format!("{arguments:?}").contains("hidden"));
    }

    #[test]
    fn durations_are_read_as_go_writes_them() {
        assert_eq!(duration("1h30m"), Some(std::time::Duration::from_secs(5400)));
        assert_eq!(duration("900s"), Some(std::time::Duration::from_secs(900)));
        assert_eq!(duration("1.5h"), Some(std::time::Duration::from_secs(5400)));
        for bad in ["", "90", "h", "1d", "-1h"] {
            assert_eq!(duration(bad), None, "{bad}");
        }
    }
}
