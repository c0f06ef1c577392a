//! The client for one request.

use std::error::Error as _;
use std::sync::Once;
use std::time::Duration;

use reqwest::{Certificate, Client, Identity};
use wb_core::path::Path;
use wb_sdk::{ErrorKind, OpError};

/// What the user says about the connection.
#[derive(Default)]
pub(super) struct Settings<'a> {
    pub(super) timeout: Option<Duration>,
    pub(super) is_insecure: bool,
    pub(super) ca: Option<&'a str>,
    /// Certificate and key.
    pub(super) identity: Option<(&'a str, &'a str)>,
}

impl Settings<'_> {
    pub(super) fn client(&self) -> Result<Client, OpError> {
        static CRYPTOGRAPHY: Once = Once::new();
        // Where somebody else has chosen one already, that is used.
        CRYPTOGRAPHY.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
        let mut builder = Client::builder().user_agent(concat!("wb/", env!("CARGO_PKG_VERSION")));
        if let Some(timeout) = self.timeout {
            builder = builder.timeout(timeout);
        }
        if self.is_insecure {
            builder = builder.tls_danger_accept_invalid_certs(true);
        }
        if let Some(pem) = self.ca {
            let certificates = Certificate::from_pem_bundle(pem.as_bytes()).unwrap_or_default();
            if certificates.is_empty() {
                return Err(wrong("ca_cert_pem", "There is no certificate in PEM in it."));
            }
            builder = builder.tls_certs_only(certificates);
        }
        if let Some((certificate, key)) = self.identity {
            let pem = format!("{certificate}\n{key}");
            let identity = Identity::from_pem(pem.as_bytes()).map_err(|_| {
                wrong("client_key_pem", "Certificate and key must both be in PEM, and are not.")
            })?;
            builder = builder.identity(identity);
        }
        builder.build().map_err(|error| failed(&error))
    }
}

fn wrong(argument: &str, why: &str) -> OpError {
    OpError::new(ErrorKind::Invalid, "Unsuitable value", why).at(Path::new().attr(argument))
}

/// Why there was no answer. The URL may hold a password, and is left out.
pub(super) fn failed(error: &reqwest::Error) -> OpError {
    let kind = if error.is_timeout() {
        ErrorKind::Timeout
    } else if error.is_builder() {
        ErrorKind::Invalid
    } else if error.is_connect() || error.is_request() || error.is_body() {
        ErrorKind::Unavailable
    } else {
        ErrorKind::Unexpected
    };
    // The outermost says that it failed, the innermost why.
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    let why = match error.source() {
        None => "the request cannot be made".to_owned(),
        Some(_) if error.is_timeout() => "no answer in time".to_owned(),
        Some(_) => innermost.to_string(),
    };
    OpError::new(kind, "Request failed", format!("The server did not answer: {why}."))
}
