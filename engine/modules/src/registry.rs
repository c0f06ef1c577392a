//! Registries: which versions a module has, and where the package of one lies (protocol `modules.v1`).

use reqwest::Url;
use serde::Deserialize;
use wb_core::addr::{ModuleSource, RegistryModule, RemoteModule};
use wb_core::version::Version;

use crate::FetchError;
use crate::http::{Http, Reply, refused};

#[derive(Deserialize)]
struct Discovery {
    #[serde(rename = "modules.v1")]
    modules: Option<String>,
}

#[derive(Deserialize)]
struct Versions {
    modules: Vec<ModuleVersions>,
}

#[derive(Deserialize)]
struct ModuleVersions {
    #[serde(default)]
    versions: Vec<VersionEntry>,
}

#[derive(Deserialize)]
struct VersionEntry {
    version: String,
}

#[derive(Deserialize)]
struct Location {
    location: String,
}

/// Where a host keeps its modules.
pub(crate) fn discover(http: &Http, host: &str, token: Option<&str>) -> Result<Url, FetchError> {
    let url = url(&format!("https://{host}/.well-known/terraform.json"))?;
    let reply = success(http.get(url, token)?)?;
    let found: Discovery = document(&reply)?;
    let Some(base) = found.modules else {
        return Err(FetchError::Server { said: format!("{host} is no registry of modules") });
    };
    let base = if base.ends_with('/') { base } else { format!("{base}/") };
    reply.url.join(&base).map_err(|_| broken(host))
}

pub(crate) fn versions(
    http: &Http,
    base: &Url,
    module: &RegistryModule,
    token: Option<&str>,
) -> Result<Vec<Version>, FetchError> {
    let url = join(base, &format!("{}/versions", module.protocol_path()))?;
    let reply = http.get(url, token)?;
    if reply.status == 404 {
        let said = format!("{} has no module {}", module.host, module.protocol_path());
        return Err(FetchError::Server { said });
    }
    let found: Versions = document(&success(reply)?)?;
    let versions = found.modules.into_iter().flat_map(|module| module.versions);
    // A version that is none cannot be asked for.
    Ok(versions.filter_map(|entry| Version::parse(&entry.version).ok()).collect())
}

pub(crate) fn locate(
    http: &Http,
    base: &Url,
    module: &RegistryModule,
    version: &Version,
    token: Option<&str>,
) -> Result<RemoteModule, FetchError> {
    let url = join(base, &format!("{}/{version}/download", module.protocol_path()))?;
    let reply = success(http.get(url, token)?)?;
    let header = reply.headers.get("x-terraform-get").and_then(|value| value.to_str().ok());
    let location = match header {
        Some(location) => location.to_owned(),
        None => document::<Location>(&reply)?.location,
    };
    // A path is relative to where the answer came from.
    let is_path = ["./", "../", "/"].iter().any(|prefix| location.starts_with(prefix));
    let location = match is_path {
        true => reply.url.join(&location).map_err(|_| broken(&module.host))?.to_string(),
        false => location,
    };
    match ModuleSource::parse(&location) {
        Ok(ModuleSource::Remote(remote)) => Ok(remote),
        _ => Err(broken(&module.host)),
    }
}

fn url(text: &str) -> Result<Url, FetchError> {
    Url::parse(text).map_err(|_| FetchError::Address { why: "the address is no URL" })
}

fn join(base: &Url, path: &str) -> Result<Url, FetchError> {
    base.join(path).map_err(|_| FetchError::Address { why: "the address is no URL" })
}

fn success(reply: Reply) -> Result<Reply, FetchError> {
    if (200..300).contains(&reply.status) {
        Ok(reply)
    } else {
        Err(refused(reply.status, &reply.url))
    }
}

fn document<T: serde::de::DeserializeOwned>(reply: &Reply) -> Result<T, FetchError> {
    let host = reply.url.host_str().unwrap_or_default();
    serde_json::from_slice(&reply.body).map_err(|_| broken(host))
}

fn broken(host: &str) -> FetchError {
    FetchError::Server { said: format!("the answer of {host} is not that of a registry") }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::net::TcpListener;

    use super::*;

    /// A registry on this machine that answers as many requests as there are answers.
    fn serve(answers: Vec<(&'static str, String)>) -> Url {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}/v1/modules/", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for (path, answer) in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut first = String::new();
                reader.read_line(&mut first).unwrap();
                let mut line = String::new();
                while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                    line.clear();
                }
                let found = first.starts_with(&format!("GET /v1/modules/{path} "));
                let missing =
                    "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
                let answer = if found { &answer } else { missing };
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        Url::parse(&base).unwrap()
    }

    fn json(body: &str) -> String {
        format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        )
    }

    #[test]
    fn a_registry_tells_versions_and_places() {
        let ModuleSource::Registry(module) = ModuleSource::parse("example.com/a/b/c").unwrap()
        else {
            panic!("an address of a registry");
        };
        let place = "HTTP/1.1 204 No Content\r\nx-terraform-get: ./pack.tar.gz//sub\r\nconnection: close\r\n\r\n";
        let base = serve(vec![
            (
                "a/b/c/versions",
                json(
                    r#"{"modules":[{"versions":[{"version":"1.0.0"},{"version":"x"},{"version":"1.2.0"}]}]}"#,
                ),
            ),
            ("a/b/c/1.2.0/download", place.to_owned()),
            (
                "a/b/c/1.2.0/download",
                json(r#"{"location":"git::https://example.com/r.git?ref=1"}"#),
            ),
            ("nothing", String::new()),
        ]);
        let http = Http::new().unwrap();
        let found = versions(&http, &base, &module, None).unwrap();
        assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), ["1.0.0", "1.2.0"]);
        let version = &found[1];
        let remote = locate(&http, &base, &module, version, None).unwrap();
        assert_eq!(*remote.subdir, *"sub");
        assert!(remote.package.ends_with("/v1/modules/a/b/c/1.2.0/pack.tar.gz"), "{remote}");
        let remote = locate(&http, &base, &module, version, None).unwrap();
        assert_eq!(*remote.package, *"git::https://example.com/r.git?ref=1");
        let error = versions(&http, &base, &module, None).unwrap_err();
        assert_eq!(error.to_string(), "example.com has no module a/b/c");
    }
}
