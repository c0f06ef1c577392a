//! The arguments of `backend "s3"`, as Terraform names them, and the bucket that they lead to.

use serde_json::{Map, Value as Json};
use wb_core::diag::Diagnostic;
use wb_store::remote::Remote;

/// What an argument holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Holds {
    Text,
    Switch,
    Number,
    List,
    Members,
    /// What wb does not have, and why, or what to use instead.
    Nothing(&'static str),
}

use Holds::{List, Members, Nothing, Number, Switch, Text};

const OLD_ROLE: &str = "it is a member of \"assume_role\"";
const TAGS: &str = "wb writes more objects than these tags are meant for";
const ACCOUNTS: &str = "use credentials of the right account";
const METADATA: &str = "set AWS_EC2_METADATA_SERVICE_ENDPOINT and its MODE in the environment";

/// Every argument that Terraform or OpenTofu has.
pub(super) static ARGUMENTS: &[(&str, Holds)] = &[
    ("access_key", Text),
    ("acl", Text),
    ("allowed_account_ids", Nothing(ACCOUNTS)),
    ("assume_role", Members),
    ("assume_role_duration_seconds", Nothing(OLD_ROLE)),
    ("assume_role_policy", Nothing(OLD_ROLE)),
    ("assume_role_policy_arns", Nothing(OLD_ROLE)),
    ("assume_role_tags", Nothing(OLD_ROLE)),
    ("assume_role_transitive_tag_keys", Nothing(OLD_ROLE)),
    ("assume_role_with_web_identity", Members),
    ("bucket", Text),
    ("custom_ca_bundle", Text),
    (
        "dynamodb_endpoint",
        Nothing("wb locks with an object beside the state, as \"use_lockfile\" does"),
    ),
    (
        "dynamodb_table",
        Nothing("wb locks with an object beside the state, as \"use_lockfile\" does"),
    ),
    ("ec2_metadata_service_endpoint", Nothing(METADATA)),
    ("ec2_metadata_service_endpoint_mode", Nothing(METADATA)),
    ("encrypt", Switch),
    ("endpoint", Text),
    ("endpoints", Members),
    ("external_id", Nothing(OLD_ROLE)),
    ("forbidden_account_ids", Nothing(ACCOUNTS)),
    ("force_path_style", Switch),
    ("http_proxy", Text),
    ("https_proxy", Text),
    ("iam_endpoint", Nothing("wb asks nothing of IAM")),
    ("insecure", Nothing("name the certificate of the server in \"custom_ca_bundle\"")),
    ("key", Text),
    ("kms_key_id", Text),
    ("lock_tags", Nothing(TAGS)),
    ("max_retries", Number),
    ("no_proxy", Text),
    ("profile", Text),
    ("region", Text),
    (
        "retry_mode",
        Nothing("wb tries requests again in a way of its own, as often as \"max_retries\" says"),
    ),
    ("role_arn", Nothing(OLD_ROLE)),
    ("secret_key", Text),
    ("session_name", Nothing(OLD_ROLE)),
    ("shared_config_files", List),
    ("shared_credentials_file", Text),
    ("shared_credentials_files", List),
    ("skip_credentials_validation", Switch),
    ("skip_metadata_api_check", Switch),
    ("skip_region_validation", Switch),
    ("skip_requesting_account_id", Switch),
    ("skip_s3_checksum", Switch),
    ("sse_customer_key", Text),
    ("state_tags", Nothing(TAGS)),
    ("sts_endpoint", Text),
    ("sts_region", Text),
    ("token", Text),
    ("use_dualstack_endpoint", Switch),
    ("use_fips_endpoint", Switch),
    ("use_lockfile", Switch),
    ("use_path_style", Switch),
    ("workspace_key_prefix", Text),
];

/// Environment variables of Terraform's backend, for the arguments that secrets should not be written into.
#[cfg(feature = "s3")]
const ENVIRONMENT: &[(&str, &str)] = &[("sse_customer_key", "AWS_SSE_CUSTOMER_KEY")];

/// Makes of a value what the argument holds.
pub(super) fn fit(name: &str, value: Json) -> Result<Json, Box<Diagnostic>> {
    let Some((_, holds)) = ARGUMENTS.iter().find(|(argument, _)| *argument == name) else {
        let names = ARGUMENTS.iter().filter(|(_, holds)| !matches!(holds, Nothing(_)));
        let problem = Diagnostic::error(
            "Invalid backend configuration argument",
            format!("The backend \"s3\" has no argument {name:?}."),
        );
        return Err(match wb_hcl::suggest::nearest(name, names.map(|(name, _)| *name)) {
            Some(near) => problem.help(format!("Did you mean {near:?}?")).into(),
            None => problem.into(),
        });
    };
    let fits = match (holds, value) {
        (_, Json::Null) => Some(Json::Null),
        (Nothing(instead), _) => return Err(unsupported(name, instead)),
        (Text, Json::String(text)) if text.is_empty() => Some(Json::Null),
        (Text, Json::String(text)) => Some(Json::String(text)),
        (Text, Json::Number(number)) => Some(Json::String(number.to_string())),
        (Switch, Json::Bool(on)) => Some(Json::Bool(on)),
        (Switch, Json::String(text)) => text.parse().ok().map(Json::Bool),
        (Number, Json::Number(number)) => number.as_u64().map(Json::from),
        (Number, Json::String(text)) => text.parse::<u64>().ok().map(Json::from),
        (List, Json::Array(items)) => {
            items.iter().all(Json::is_string).then_some(Json::Array(items))
        }
        (Members, Json::Object(members)) => Some(Json::Object(given(members))),
        _ => None,
    };
    fits.ok_or_else(|| {
        let what = match holds {
            Text | Nothing(_) => "a string",
            Switch => "true or false",
            Number => "a whole number",
            List => "a list of strings",
            Members => "an object",
        };
        let detail = format!("The argument {name:?} must be {what}.");
        Diagnostic::error("Invalid backend configuration", detail).into()
    })
}

/// What is given of an object. Objects in notes have all members.
fn given(members: Map<String, Json>) -> Map<String, Json> {
    members.into_iter().filter(|(_, value)| !value.is_null()).collect()
}

fn unsupported(name: &str, instead: &str) -> Box<Diagnostic> {
    let detail =
        format!("The argument {name:?} of the backend \"s3\" is not part of wb: {instead}.");
    Box::new(Diagnostic::error("Unsupported backend argument", detail))
}

/// The bucket that the arguments lead to. Nothing is asked of it yet.
#[cfg(feature = "s3")]
pub(in crate::state) fn connect(
    arguments: &Map<String, Json>,
    ignores_conditions: bool,
) -> Result<Remote, Box<Diagnostic>> {
    use std::path::PathBuf;
    use std::sync::Arc;

    use wb_store::remote::BootClock;
    use wb_store_s3::{Arguments, S3Bucket};

    let mut given = given(arguments.clone());
    for (name, variable) in ENVIRONMENT {
        if let (false, Ok(value)) = (given.contains_key(*name), std::env::var(variable)) {
            given.insert((*name).to_owned(), Json::String(value));
        }
    }
    let arguments = Arguments::read(Json::Object(given)).map_err(|error| {
        let why = error.to_string();
        let detail = format!("In the configuration of the backend \"s3\", {why}.");
        Diagnostic::error("Invalid backend configuration", detail).help(
            "Arguments that are not in the block can be given with \"wb init -backend-config=NAME=VALUE\".",
        )
    })?;
    Ok(Remote {
        keys: arguments.keys(),
        retries: arguments.retries(),
        bucket: Arc::new(S3Bucket::new(arguments)),
        clock: Arc::new(BootClock),
        folder: PathBuf::new(),
        ignores_conditions,
        background: true,
    })
}

#[cfg(not(feature = "s3"))]
pub(in crate::state) fn connect(_: &Map<String, Json>, _: bool) -> Result<Remote, Box<Diagnostic>> {
    let detail = "This wb was built without the store on S3.";
    Err(Diagnostic::error("Unsupported backend", detail)
        .help("Build it with \"cargo build --release -p wb --features s3\".")
        .into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn arguments_are_fitted_or_refused_by_name() {
        for (name, value, fits) in [
            ("bucket", json!("b"), Ok(json!("b"))),
            ("bucket", json!(""), Ok(Json::Null)),
            ("use_lockfile", json!("true"), Ok(json!(true))),
            ("max_retries", json!("3"), Ok(json!(3))),
            ("endpoints", json!({"s3": "http://x", "sts": null}), Ok(json!({"s3": "http://x"}))),
            ("dynamodb_table", Json::Null, Ok(Json::Null)),
            ("max_retries", json!(-1), Err("The argument \"max_retries\" must be a whole number.")),
            ("encrypt", json!("maybe"), Err("The argument \"encrypt\" must be true or false.")),
            (
                "shared_config_files",
                json!([1]),
                Err("The argument \"shared_config_files\" must be a list of strings."),
            ),
            (
                "dynamodb_table",
                json!("t"),
                Err(
                    "The argument \"dynamodb_table\" of the backend \"s3\" is not part of wb: wb locks with an object beside the state, as \"use_lockfile\" does.",
                ),
            ),
            ("buckt", json!("b"), Err("The backend \"s3\" has no argument \"buckt\".")),
        ] {
            let done = fit(name, value).map_err(|problem| problem.detail.to_string());
            assert_eq!(
                done.as_ref().map_err(String::as_str),
                fits.as_ref().map_err(|why| *why),
                "{name}"
            );
        }
    }
}
