//! `external`: a command that gives keys, in version 1 of OpenTofu's protocol.
//!
//! It writes one line, `{"magic":"OpenTofu-External-Key-Provider","version":1}`; reads what was kept with the data, or
//! `null` where a key to seal with is wanted; and writes `{"keys": {"encryption_key", "decryption_key"}, "meta":
//! {"external_data"}}`, keys in base64.

use std::io::{Read, Write as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::{base64_bytes, keep, kept};
use crate::{KeyError, Secret};

const MAGIC: &str = "OpenTofu-External-Key-Provider";
const VERSION: u64 = 1;
/// A command that takes longer has hung.
const PATIENCE: Duration = Duration::from_secs(60);
/// No answer is longer.
const LONGEST: u64 = 1 << 20;

#[derive(Deserialize)]
struct Header {
    magic: String,
    version: u64,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    external_data: Option<Map<String, Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    keys: Keys,
    #[serde(default)]
    meta: Option<Kept>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    #[serde(default, with = "base64_bytes")]
    encryption_key: Vec<u8>,
    #[serde(default, with = "base64_bytes")]
    decryption_key: Vec<u8>,
}

pub(super) fn to_seal(name: &str, command: &[String]) -> Result<(Secret, Vec<u8>), KeyError> {
    let answer = ask(name, command, b"null")?;
    let key = Secret::new(answer.keys.encryption_key);
    drop(Zeroizing::new(answer.keys.decryption_key));
    if key.is_empty() {
        return Err(failed(name, "it gives no encryption_key".to_owned()));
    }
    Ok((key, keep(&answer.meta.unwrap_or(Kept { external_data: None }))))
}

pub(super) fn to_open(name: &str, command: &[String], bytes: &[u8]) -> Result<Secret, KeyError> {
    let kept: Kept = kept(name, bytes)?;
    let input = match kept.external_data {
        Some(_) => keep(&kept),
        None => b"null".to_vec(),
    };
    let answer = ask(name, command, &input)?;
    drop(Zeroizing::new(answer.keys.encryption_key));
    let key = Secret::new(answer.keys.decryption_key);
    match key.is_empty() {
        true => Err(KeyError::SealsOnly(name.to_owned())),
        false => Ok(key),
    }
}

fn failed(name: &str, why: String) -> KeyError {
    KeyError::Provider(name.to_owned(), why)
}

/// Runs the command.
fn ask(name: &str, command: &[String], input: &[u8]) -> Result<Answer, KeyError> {
    let Some((program, arguments)) = command.split_first() else {
        return Err(failed(name, "it has no command".to_owned()));
    };
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child =
        child.map_err(|e| failed(name, format!("the command {program:?} does not start: {e}")))?;
    let (output, said, status) = talk(&mut child, input)
        .map_err(|why| failed(name, format!("the command {program:?} {why}")))?;
    let broken = |why: String| failed(name, format!("the command {program:?} {why}"));
    if !status.success() {
        let said = said.trim();
        let said = if said.is_empty() { String::new() } else { format!(", and says: {said}") };
        return Err(broken(format!("ends with {status}{said}")));
    }
    let mut parts = output.splitn(2, |b| *b == b'\n');
    let (header, answer) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    match serde_json::from_slice(header) {
        Ok(Header { magic, version: VERSION }) if magic == MAGIC => {}
        Ok(Header { magic, version }) => {
            return Err(broken(format!(
                "speaks another protocol: {magic:?}, version {version}, where {MAGIC:?}, version {VERSION} is needed"
            )));
        }
        Err(_) => {
            return Err(broken(format!(
                "does not begin with a line {{\"magic\":{MAGIC:?},\"version\":{VERSION}}}"
            )));
        }
    }
    // What follows the answer is nobody's, as OpenTofu has it. The answer is not shown: there are keys in it.
    let mut answers = serde_json::Deserializer::from_slice(answer).into_iter::<Answer>();
    match answers.next() {
        Some(Ok(answer)) => Ok(answer),
        Some(Err(e)) => Err(broken(format!(
            "gives an answer that is not of the protocol ({:?} error at byte {})",
            e.classify(),
            e.column()
        ))),
        None => Err(broken("gives no answer".to_owned())),
    }
}

type Said = (Zeroizing<Vec<u8>>, String, ExitStatus);

/// Hands the input over and waits for the end, no longer than is reasonable.
fn talk(child: &mut Child, input: &[u8]) -> Result<Said, String> {
    let until = Instant::now() + PATIENCE;
    let output = drain(child.stdout.take());
    let said = drain(child.stderr.take());
    if let Some(mut stdin) = child.stdin.take() {
        let input = Zeroizing::new(input.to_vec());
        // On a thread of its own: who does not read must not be waited for longer than for the answer.
        std::thread::spawn(move || {
            // A command that does not read its input has an answer all the same.
            let _ = stdin.write_all(&input);
        });
    }
    let collected = collect(&output, until).and_then(|o| Some((o, collect(&said, until)?)));
    let ended = collected.and_then(|(output, said)| {
        loop {
            match child.try_wait() {
                Ok(Some(status)) => return Some((output, said, status)),
                Ok(None) if Instant::now() < until => {
                    std::thread::sleep(Duration::from_millis(2));
                }
                _ => return None,
            }
        }
    });
    match ended {
        Some((output, said, status)) => {
            Ok((output, String::from_utf8_lossy(&said).into_owned(), status))
        }
        None => {
            // It may have ended just now.
            let _ = child.kill().and_then(|()| child.wait());
            Err(format!("has not ended after {} seconds", PATIENCE.as_secs()))
        }
    }
}

/// Reads to the end, on a thread of its own.
fn drain(from: Option<impl Read + Send + 'static>) -> Receiver<Zeroizing<Vec<u8>>> {
    let (send, receive) = channel();
    std::thread::spawn(move || {
        let mut bytes = Zeroizing::new(Vec::new());
        if let Some(from) = from {
            // What arrived before an error is what there is.
            let _ = from.take(LONGEST).read_to_end(&mut bytes);
        }
        // Nobody may wait any more.
        let _ = send.send(bytes);
    });
    receive
}

fn collect(from: &Receiver<Zeroizing<Vec<u8>>>, until: Instant) -> Option<Zeroizing<Vec<u8>>> {
    // Who drains never goes without sending.
    from.recv_timeout(until.saturating_duration_since(Instant::now())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELLO: &str = r#"echo '{"magic":"OpenTofu-External-Key-Provider","version":1}'"#;

    fn sh(script: &str) -> Vec<String> {
        ["sh", "-c", script].map(str::to_owned).to_vec()
    }

    #[test]
    fn a_command_gives_keys_and_what_to_keep() {
        let script = format!(
            r#"{HELLO}
input=$(cat)
if [ "$input" = null ]; then
  echo '{{"keys":{{"encryption_key":"AQID"}},"meta":{{"external_data":{{"k":1}}}}}}'
elif [ "$input" = '{{"external_data":{{"k":1}}}}' ]; then
  echo '{{"keys":{{"encryption_key":"BAUG","decryption_key":"AQID"}}}}'
fi"#
        );
        let (key, kept) = to_seal("k", &sh(&script)).unwrap();
        assert_eq!(
            (key.bytes(), kept.as_slice()),
            (&[1, 2, 3][..], &br#"{"external_data":{"k":1}}"#[..])
        );
        assert_eq!(to_open("k", &sh(&script), &kept).unwrap(), key);
    }

    #[test]
    fn what_goes_wrong_is_said_without_keys() {
        let bad = |script: &str| to_seal("k", &sh(script)).unwrap_err().to_string();
        for (script, why) in [
            (
                "echo oh >&2; exit 3".to_owned(),
                "k: the command \"sh\" ends with exit status: 3, and says: oh",
            ),
            ("echo '{}'".to_owned(), "does not begin with a line"),
            (
                "echo '{\"magic\":\"x\",\"version\":2}'".to_owned(),
                "speaks another protocol: \"x\", version 2",
            ),
            (HELLO.to_owned(), "gives no answer"),
            (
                format!("{HELLO}; echo '{{\"keys\":{{\"encryption_key\":\"c2VjcmV0\",\"x\":1}}}}'"),
                "not of the protocol",
            ),
            (format!("{HELLO}; echo '{{\"keys\":{{}}}}'"), "gives no encryption_key"),
        ] {
            let said = bad(&script);
            assert!(said.contains(why) && !said.contains("c2VjcmV0"), "{said}");
        }
        let none = to_seal("k", &["/nowhere/at/all".to_owned()]).unwrap_err().to_string();
        assert!(none.contains("does not start"), "{none}");
        let only = format!("{HELLO}; echo '{{\"keys\":{{\"encryption_key\":\"AQID\"}}}}'");
        let error = to_open("k", &sh(&only), br#"{"external_data":null}"#).unwrap_err();
        assert_eq!(error, KeyError::SealsOnly("k".into()));
    }
}
