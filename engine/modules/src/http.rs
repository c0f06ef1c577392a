//! Requests over HTTP.

use std::error::Error as _;
use std::fs::File;
use std::io::{Seek as _, Write as _};
use std::sync::Once;
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Client, Url};
use tokio::runtime::Runtime;

use crate::FetchError;

/// A client, with the runtime that it works on.
#[derive(Debug)]
pub(crate) struct Http {
    runtime: Runtime,
    client: Client,
}

/// What a server answered.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// The address in the end, after redirections.
    pub(crate) url: Url,
    pub(crate) body: Vec<u8>,
}

/// A document may be so long.
const LONGEST_DOCUMENT: usize = 16 * 1024 * 1024;
/// A package may be so long.
const LONGEST_PACKAGE: u64 = 4 * 1024 * 1024 * 1024;

impl Http {
    pub(crate) fn new() -> Result<Self, FetchError> {
        static CRYPTOGRAPHY: Once = Once::new();
        // Where somebody else has chosen one already, that is used.
        CRYPTOGRAPHY.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(
            |error| FetchError::Io { action: "begin", path: "a request".to_owned(), error },
        )?;
        let client = Client::builder()
            .user_agent(concat!("wb/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(Duration::from_secs(20))
            .read_timeout(Duration::from_secs(60))
            .build()
            .map_err(|error| failed(&error))?;
        Ok(Self { runtime, client })
    }

    /// Asks for a document.
    pub(crate) fn get(&self, url: Url, token: Option<&str>) -> Result<Reply, FetchError> {
        self.runtime.block_on(async {
            let mut request = self.client.get(url);
            if let Some(token) = token {
                request = request.bearer_auth(token);
            }
            let mut reply = request.send().await.map_err(|error| failed(&error))?;
            let (status, headers) = (reply.status().as_u16(), reply.headers().clone());
            let (url, mut body) = (reply.url().clone(), Vec::new());
            while let Some(chunk) = reply.chunk().await.map_err(|error| failed(&error))? {
                if body.len() + chunk.len() > LONGEST_DOCUMENT {
                    return Err(FetchError::TooLarge);
                }
                body.extend_from_slice(&chunk);
            }
            Ok(Reply { status, headers, url, body })
        })
    }

    /// Brings a package into a file without a name.
    pub(crate) fn download(&self, url: Url) -> Result<File, FetchError> {
        let io =
            |error| FetchError::Io { action: "write", path: "a temporary file".to_owned(), error };
        self.runtime.block_on(async {
            let mut reply = self.client.get(url).send().await.map_err(|error| failed(&error))?;
            if !reply.status().is_success() {
                return Err(refused(reply.status().as_u16(), reply.url()));
            }
            let (mut file, mut length) = (tempfile::tempfile().map_err(io)?, 0);
            while let Some(chunk) = reply.chunk().await.map_err(|error| failed(&error))? {
                length += chunk.len() as u64;
                if length > LONGEST_PACKAGE {
                    return Err(FetchError::TooLarge);
                }
                file.write_all(&chunk).map_err(io)?;
            }
            file.rewind().map_err(io)?;
            Ok(file)
        })
    }
}

/// An answer that is no success.
pub(crate) fn refused(status: u16, url: &Url) -> FetchError {
    let host = url.host_str().unwrap_or_default();
    let what = match status {
        401 | 403 => "does not allow it",
        404 => "has nothing there",
        _ => "does not give it",
    };
    FetchError::Server { said: format!("{host} {what} (HTTP status {status})") }
}

/// Why there was no answer. The address may hold a password, and is left out.
fn failed(error: &reqwest::Error) -> FetchError {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    let why = match error.source() {
        None => "the request cannot be made".to_owned(),
        Some(_) if error.is_timeout() => "no answer in time".to_owned(),
        Some(_) => innermost.to_string(),
    };
    let host = error.url().and_then(Url::host_str).unwrap_or("the server");
    FetchError::Server { said: format!("{host} cannot be reached: {why}") }
}
