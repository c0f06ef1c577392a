//! From arguments to a client: endpoints, credentials, certificates.

use std::time::Duration;

use aws_config::provider_config::ProviderConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::web_identity_token::{StaticConfiguration, WebIdentityTokenCredentialsProvider};
use aws_config::{BehaviorVersion, ConfigLoader, Region, SdkConfig};
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{
    Credentials, RequestChecksumCalculation, ResponseChecksumValidation, RuntimeComponents,
    SharedCredentialsProvider, SharedHttpClient,
};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, Connector};
use wb_store::remote::BucketError;

use crate::arguments::{Arguments, AssumeRole, WebIdentity, duration};

/// How long to wait for a connection, and for an answer.
const CONNECT: Duration = Duration::from_secs(10);
const ANSWER: Duration = Duration::from_secs(60);

/// Makes a client. Profiles are read and roles taken on; no request is made to S3.
pub(crate) async fn connect(arguments: &Arguments) -> Result<Client, BucketError> {
    let http = http_client(arguments)?;
    let mut config = shared(arguments, http.clone()).load().await;
    if config.region().is_none() {
        let why =
            "no region is given: set the argument \"region\", AWS_REGION, or that of the profile";
        return Err(BucketError::Refused(why.to_owned()));
    }
    if let Some(web) = &arguments.assume_role_with_web_identity {
        let provider = SharedCredentialsProvider::new(web_identity(web, &config, http));
        config = config.into_builder().credentials_provider(provider).build();
    }
    if let Some(role) = &arguments.assume_role {
        let provider = SharedCredentialsProvider::new(assume(role, arguments, &config).await);
        config = config.into_builder().credentials_provider(provider).build();
    }
    let mut s3 =
        aws_sdk_s3::config::Builder::from(&config).force_path_style(arguments.path_style());
    if let Some(endpoint) = arguments.s3_endpoint() {
        s3 = s3.endpoint_url(endpoint);
    }
    if arguments.skip_s3_checksum == Some(true) {
        s3 = s3
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
    }
    Ok(Client::from_conf(s3.build()))
}

/// What all services have in common.
fn shared(arguments: &Arguments, http: SharedHttpClient) -> ConfigLoader {
    let timeouts =
        TimeoutConfig::builder().connect_timeout(CONNECT).operation_attempt_timeout(ANSWER).build();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .timeout_config(timeouts)
        // Trying again is the store's: it asks its fence before.
        .retry_config(RetryConfig::disabled());
    if let Some(region) = &arguments.region {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(profile) = &arguments.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(files) = profile_files(arguments) {
        loader = loader.profile_files(files);
    }
    if let (Some(access), Some(secret)) = (&arguments.access_key, &arguments.secret_key) {
        let keys = Credentials::new(access, secret, arguments.token.clone(), None, "backend");
        loader = loader.credentials_provider(keys);
    }
    if let Some(dual) = arguments.use_dualstack_endpoint {
        loader = loader.use_dual_stack(dual);
    }
    if let Some(fips) = arguments.use_fips_endpoint {
        loader = loader.use_fips(fips);
    }
    loader
}

fn profile_files(arguments: &Arguments) -> Option<EnvConfigFiles> {
    let credentials = arguments.shared_credentials_files.clone().unwrap_or_default();
    let credentials: Vec<String> =
        credentials.into_iter().chain(arguments.shared_credentials_file.clone()).collect();
    let configs = arguments.shared_config_files.clone().unwrap_or_default();
    if credentials.is_empty() && configs.is_empty() {
        return None;
    }
    let mut files = EnvConfigFiles::builder()
        .include_default_credentials_file(credentials.is_empty())
        .include_default_config_file(configs.is_empty());
    for path in credentials {
        files = files.with_file(EnvConfigFileKind::Credentials, home(&path));
    }
    for path in configs {
        files = files.with_file(EnvConfigFileKind::Config, home(&path));
    }
    Some(files.build())
}

/// A path that may begin with the user's home.
fn home(path: &str) -> std::path::PathBuf {
    match (path.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => path.into(),
    }
}

fn for_sts(arguments: &Arguments, config: &SdkConfig) -> SdkConfig {
    let mut builder = config.clone().into_builder();
    if let Some(endpoint) = arguments.sts_endpoint() {
        builder = builder.endpoint_url(endpoint);
    }
    if let Some(region) = &arguments.sts_region {
        builder = builder.region(Region::new(region.clone()));
    }
    builder.build()
}

async fn assume(
    role: &AssumeRole,
    arguments: &Arguments,
    config: &SdkConfig,
) -> AssumeRoleProvider {
    let config = for_sts(arguments, config);
    let arn = role.role_arn.clone().unwrap_or_default();
    let name = role.session_name.clone().unwrap_or_else(|| "wb".to_owned());
    let mut builder = AssumeRoleProvider::builder(arn).session_name(name);
    if let Some(id) = &role.external_id {
        builder = builder.external_id(id);
    }
    if let Some(policy) = &role.policy {
        builder = builder.policy(policy);
    }
    if let Some(arns) = &role.policy_arns {
        builder = builder.policy_arns(arns.clone());
    }
    if let Some(tags) = &role.tags {
        builder = builder.tags(tags.iter().map(|(k, v)| (k.clone(), v.clone())));
    }
    if let Some(length) = role.duration.as_deref().and_then(duration) {
        builder = builder.session_length(length);
    }
    builder.configure(&config).build().await
}

fn web_identity(
    web: &WebIdentity,
    config: &SdkConfig,
    http: SharedHttpClient,
) -> WebIdentityTokenCredentialsProvider {
    let fixed = StaticConfiguration {
        web_identity_token_file: home(web.web_identity_token_file.as_deref().unwrap_or_default()),
        role_arn: web.role_arn.clone().unwrap_or_default(),
        session_name: web.session_name.clone().unwrap_or_else(|| "wb".to_owned()),
    };
    let provider = ProviderConfig::without_region()
        .with_region(config.region().cloned())
        .with_http_client(http);
    let mut builder = WebIdentityTokenCredentialsProvider::builder()
        .configure(&provider)
        .static_configuration(fixed);
    if let Some(policy) = &web.policy {
        builder = builder.policy(policy);
    }
    if let Some(arns) = &web.policy_arns {
        builder = builder.policy_arns(arns.clone());
    }
    builder.build()
}

/// The HTTP client: TLS with ring, the proxies and the certificates that are wanted.
fn http_client(arguments: &Arguments) -> Result<SharedHttpClient, BucketError> {
    let mut trusted = TrustStore::default();
    let bundle = arguments.custom_ca_bundle.clone().or_else(|| std::env::var("AWS_CA_BUNDLE").ok());
    if let Some(path) = bundle.filter(|path| !path.is_empty()) {
        let pem = std::fs::read(home(&path)).map_err(|error| {
            BucketError::Refused(format!("the certificates in {path} cannot be read: {error}"))
        })?;
        trusted.add_pem_certificate(pem);
    }
    let tls = TlsContext::builder().with_trust_store(trusted).build();
    let tls = tls.map_err(|error| BucketError::Refused(error.to_string()))?;
    let proxies = proxies(arguments)?;
    Ok(Builder::new().build_with_connector_fn(move |settings, components| {
        let mut connector = Connector::builder().proxy_config(proxies.clone());
        if let Some(settings) = settings {
            connector = connector.connector_settings(settings.clone());
        }
        connector.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
        connector.tls_provider(Provider::Rustls(CryptoMode::Ring)).tls_context(tls.clone()).build()
    }))
}

fn proxies(arguments: &Arguments) -> Result<ProxyConfig, BucketError> {
    let wrong = |error| BucketError::Refused(format!("the proxy cannot be used: {error}"));
    let config = match (&arguments.https_proxy, &arguments.http_proxy) {
        (None, None) => return Ok(ProxyConfig::from_env()),
        // Of S3's own endpoints, all are HTTPS.
        (Some(https), None) => ProxyConfig::https(https.as_str()).map_err(wrong)?,
        (None, Some(http)) => ProxyConfig::http(http.as_str()).map_err(wrong)?,
        (Some(https), Some(http)) if https == http => {
            ProxyConfig::all(https.as_str()).map_err(wrong)?
        }
        (Some(_), Some(_)) => {
            let why = "\"http_proxy\" and \"https_proxy\" must name one proxy where both are given";
            return Err(BucketError::Refused(why.to_owned()));
        }
    };
    Ok(match &arguments.no_proxy {
        Some(rules) => config.no_proxy(rules),
        None => config,
    })
}
