//! `data.http`.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Client, Method, StatusCode, Url};
use wb_core::path::Path;
use wb_core::provider::Problems;
use wb_core::value::Value;
use wb_sdk::model::Model;
use wb_sdk::retry::Retry as Policy;
use wb_sdk::types::DataType;
use wb_sdk::{Context, ErrorKind, OpError};

use super::client::{Settings, failed};
use crate::validate;

/// What an answer may have at most.
const MOST_BODY: usize = 256 << 20;

/// Asks a web server. What it answers should be the same each time, or plans will not settle.
#[derive(Model)]
pub(crate) struct Http {
    /// What to ask for, with `http` or `https`.
    #[attr(required)]
    url: String,
    /// `GET`, which is the default, `HEAD` or `POST`.
    #[attr(optional)]
    method: Option<String>,
    /// Headers of the request.
    #[attr(optional)]
    request_headers: Option<BTreeMap<String, String>>,
    /// Body of the request.
    #[attr(optional)]
    request_body: Option<String>,
    /// How long to wait for an answer, in milliseconds.
    #[attr(optional)]
    request_timeout_ms: Option<i64>,
    /// Certificates in PEM that the server's must come from, in place of those that this machine trusts.
    #[attr(optional)]
    ca_cert_pem: Option<String>,
    /// Certificate in PEM to show to the server.
    #[attr(optional)]
    client_cert_pem: Option<String>,
    /// Key in PEM of the certificate to show.
    #[attr(optional)]
    client_key_pem: Option<String>,
    /// Whether any server is believed to be the one that is meant.
    #[attr(optional)]
    insecure: Option<bool>,
    /// Whether and how to ask again, where there is no answer, or one with a status of 429 or 500 and above.
    #[block(single)]
    retry: Option<Retry>,
    /// Status of the answer.
    #[attr(computed)]
    status_code: Option<i64>,
    /// Headers of the answer. Values of one header are joined with commas.
    #[attr(computed)]
    response_headers: Option<BTreeMap<String, String>>,
    /// Body of the answer as text; what is not UTF-8 is replaced by U+FFFD.
    #[attr(computed)]
    response_body: Option<String>,
    /// Body of the answer in base64.
    #[attr(computed)]
    response_body_base64: Option<String>,
    /// Body of the answer as text.
    #[attr(computed, deprecated = "Use response_body instead.")]
    body: Option<String>,
    /// The URL.
    #[attr(computed)]
    id: Option<String>,
}

/// How to ask again.
#[derive(Model)]
pub(crate) struct Retry {
    /// How often to ask again; the default is 0.
    #[attr(optional)]
    attempts: Option<i64>,
    /// The shortest pause, in milliseconds; the default is 1000.
    #[attr(optional)]
    min_delay_ms: Option<i64>,
    /// The longest pause, in milliseconds; the default is 30000.
    #[attr(optional)]
    max_delay_ms: Option<i64>,
}

fn milliseconds(number: i64) -> Duration {
    Duration::from_millis(u64::try_from(number).unwrap_or_default())
}

impl Retry {
    fn policy(retry: Option<&Self>) -> Policy {
        let of = |get: fn(&Self) -> Option<i64>| retry.and_then(get);
        let again = of(|r| r.attempts).and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
        Policy {
            attempts: again.saturating_add(1),
            first: milliseconds(of(|r| r.min_delay_ms).unwrap_or(1_000)),
            most: milliseconds(of(|r| r.max_delay_ms).unwrap_or(30_000)),
            ..Policy::default()
        }
    }
}

impl DataType for Http {
    const NAME: &'static str = "http";

    fn validate(config: &Value) -> Problems {
        let mut problems = Problems::default();
        validate::one_of(config, "method", &["GET", "HEAD", "POST"], &mut problems);
        validate::at_least(config, "request_timeout_ms", 1, &mut problems);
        let both = ["client_cert_pem", "client_key_pem"];
        let given = both.map(|name| validate::is_given(config, name));
        if let [Some(certificate), Some(key)] = given
            && certificate != key
        {
            let missing = both[usize::from(certificate)];
            let why = "The arguments client_cert_pem and client_key_pem need each other.";
            problems.error(Path::new().attr(missing), "Missing argument", why);
        }
        if validate::is_given(config, "ca_cert_pem") == Some(true)
            && validate::is_given(config, "insecure") == Some(true)
        {
            let why = "The argument insecure makes certificates pointless: give one of them.";
            problems.error(Path::new().attr("insecure"), "Conflicting arguments", why);
        }
        if let Some(url) = validate::text(config, "url")
            && let Err(why) = parse_url(url)
        {
            problems.error(Path::new().attr("url"), "Not a URL", why);
        }
        problems
    }

    async fn read(mut config: Self, mut context: Context) -> Result<Self, OpError> {
        let at = |name: &str, why: String| {
            OpError::new(ErrorKind::Invalid, "Unsuitable value", why).at(Path::new().attr(name))
        };
        let settings = Settings {
            timeout: config.request_timeout_ms.map(milliseconds),
            is_insecure: config.insecure.unwrap_or_default(),
            ca: config.ca_cert_pem.as_deref(),
            identity: config.client_cert_pem.as_deref().zip(config.client_key_pem.as_deref()),
        };
        let url = parse_url(&config.url).map_err(|why| at("url", why))?;
        let headers = config.headers().map_err(|why| at("request_headers", why))?;
        let request = Request {
            client: settings.client()?,
            method: match config.method.as_deref() {
                Some("HEAD") => Method::HEAD,
                Some("POST") => Method::POST,
                _ => Method::GET,
            },
            url,
            headers,
            body: config.request_body.clone(),
        };
        let policy = Retry::policy(config.retry.as_ref());
        let within = context.clone();
        let answer = tokio::select! {
            answer = policy.run(&within, || request.send()) => answer?,
            _ = context.cancelled() => {
                let why = "The request was interrupted.";
                return Err(OpError::new(ErrorKind::Cancelled, "Cancelled", why));
            }
        };
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        config.status_code = Some(answer.status.as_u16().into());
        config.response_headers = Some(joined(&answer.headers));
        config.response_body_base64 = Some(STANDARD.encode(&answer.body));
        config.body = Some(text.clone());
        config.response_body = Some(text);
        config.id = Some(config.url.clone());
        Ok(config)
    }
}

impl Http {
    fn headers(&self) -> Result<HeaderMap, String> {
        let parse = |(name, value): (&String, &String)| {
            let value = HeaderValue::from_str(value)
                .map_err(|_| format!("The value of {name:?} is not one for a header."))?;
            let name: HeaderName =
                name.parse().map_err(|_| format!("{name:?} is not the name of a header."))?;
            Ok((name, value))
        };
        self.request_headers.iter().flatten().map(parse).collect()
    }
}

fn parse_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("The URL cannot be read: {error}."))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!(
            "A URL begins with http or https here, and not with {}.",
            url.scheme()
        ));
    }
    Ok(url)
}

struct Request {
    client: Client,
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Option<String>,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Request {
    async fn send(&self) -> Result<Answer, OpError> {
        let mut request = self.client.request(self.method.clone(), self.url.clone());
        request = request.headers(self.headers.clone());
        if let Some(body) = &self.body {
            request = request.body(body.clone());
        }
        let mut response = request.send().await.map_err(|error| failed(&error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        check_status(status, &headers)?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error))? {
            body.extend_from_slice(&chunk);
            if body.len() > MOST_BODY {
                let why = "The answer has more than 256 MiB.";
                return Err(OpError::new(ErrorKind::Invalid, "Answer too large", why));
            }
        }
        Ok(Answer { status, headers, body })
    }
}

/// Answers that say that there is none. Others, 404 for one, are for the configuration to judge.
fn check_status(status: StatusCode, headers: &HeaderMap) -> Result<(), OpError> {
    let kind = match status.as_u16() {
        429 => ErrorKind::Throttled,
        501 => return Ok(()),
        500.. => ErrorKind::Unavailable,
        _ => return Ok(()),
    };
    let mut error = OpError::new(kind, "Request failed", format!("The server answered {status}."));
    let seconds = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    error.retry_after = seconds.map(Duration::from_secs);
    Err(error)
}

/// Headers with their names as they are mostly written: `Content-Type`.
fn joined(headers: &HeaderMap) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in headers {
        let capital = |part: &str| part[..1].to_ascii_uppercase() + &part[1..];
        let parts = name.as_str().split('-').map(|part| match part {
            "" => String::new(),
            part => capital(part),
        });
        let value = String::from_utf8_lossy(value.as_bytes());
        all.entry(parts.collect::<Vec<_>>().join("-"))
            .and_modify(|all| *all += &format!(", {value}"))
            .or_insert_with(|| value.into_owned());
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;
    use wb_core::ty::Type;
    use wb_sdk::conformance::Bench;

    /// A server that gives these answers, one a connection, and then the requests that it got.
    async fn serve(answers: Vec<&'static str>) -> (String, tokio::task::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/path", listener.local_addr().unwrap());
        let task = tokio::spawn(async move {
            let mut requests = Vec::new();
            for answer in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = vec![0; 4_096];
                let length = stream.read(&mut request).await.unwrap();
                requests.push(String::from_utf8_lossy(&request[..length]).into_owned());
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
            requests
        });
        (url, task)
    }

    const OK: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nx-a: 1\r\nx-a: 2\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi";
    const DOWN: &str = "HTTP/1.1 503 Down\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

    async fn ask(arguments: Vec<(&'static str, Value)>) -> Result<Value, String> {
        Bench::new(crate::http::types()).data("http", arguments).await
    }

    #[tokio::test]
    async fn it_asks_and_tells() {
        let (url, server) = serve(vec![OK]).await;
        let headers = Value::map(Type::STRING, [("X-Key", "v".into())]);
        let arguments =
            vec![("url", url.into()), ("request_headers", headers), ("method", "POST".into())];
        let read = ask(arguments).await.unwrap();
        assert_eq!(read.attribute("status_code"), Some(&Value::int(200)));
        assert_eq!(read.attribute("response_body"), Some(&"hi".into()));
        let got = read.attribute("response_headers").and_then(Value::as_map).unwrap();
        assert_eq!(got.get("Content-Type"), Some(&"text/plain".into()));
        assert_eq!(got.get("X-A"), Some(&"1, 2".into()));
        let request = server.await.unwrap().remove(0);
        assert!(request.starts_with("POST /path HTTP/1.1\r\n"), "{request}");
        assert!(request.to_lowercase().contains("\r\nx-key: v\r\n"), "{request}");
    }

    #[tokio::test]
    async fn it_asks_again_where_it_is_told_to() {
        let (url, server) = serve(vec![DOWN]).await;
        let why = ask(vec![("url", url.into())]).await.unwrap_err();
        assert!(why.contains("503"), "{why}");
        server.await.unwrap();
        let (url, server) = serve(vec![DOWN, OK]).await;
        let retry = Value::object([
            ("attempts", Value::int(2)),
            ("min_delay_ms", Value::int(1)),
            ("max_delay_ms", Value::int(2)),
        ]);
        let read = ask(vec![("url", url.into()), ("retry", retry)]).await.unwrap();
        assert_eq!(read.attribute("response_body"), Some(&"hi".into()));
        assert_eq!(server.await.unwrap().len(), 2);
    }

    #[tokio::test]
    async fn what_goes_wrong_is_told_without_the_url() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let url = format!("http://user:secret@{address}/");
        let why = ask(vec![("url", url.into())]).await.unwrap_err();
        assert!(why.starts_with("Request failed: ") && !why.contains("secret"), "{why}");
        for (url, expected) in [("ftp://x", "begins with http"), ("nowhere", "cannot be read")] {
            let why = ask(vec![("url", url.into())]).await.unwrap_err();
            assert!(why.contains(expected), "{why}");
        }
    }
}
