//! Processes and what they print.

use std::os::fd::OwnedFd;
use std::process::Stdio;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::unix::pipe::Receiver;
use tokio::process::Command;

use crate::SshError;

/// How much of what was printed is kept for messages.
const KEPT: usize = 4 << 10;

/// Runs a process to its end. Both its outputs are one stream.
pub(super) async fn run(
    mut command: Command,
    input: Option<&[u8]>,
    output: &mut (dyn FnMut(&[u8]) + Send),
) -> Result<i32, SshError> {
    let failed = |e: std::io::Error| SshError::Program(e.to_string());
    let (reader, writer) = std::io::pipe().map_err(failed)?;
    command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
    command.stdout(writer.try_clone().map_err(failed)?).stderr(writer);
    let mut child = command.spawn().map_err(failed)?;
    // The process alone holds the other end now, so that its end is the end of the stream.
    drop(command);
    let mut receiver = Receiver::from_owned_fd(OwnedFd::from(reader)).map_err(failed)?;
    let mut stdin = child.stdin.take();
    let write = async {
        if let (Some(stdin), Some(input)) = (&mut stdin, input) {
            // Who does not read to the end says so by its exit status.
            stdin.write_all(input).await.unwrap_or_default();
        }
        drop(stdin.take());
    };
    let read = async {
        let mut buffer = vec![0; 16 << 10];
        loop {
            match receiver.read(&mut buffer).await? {
                0 => return Ok(()),
                n => output(&buffer[..n]),
            }
        }
    };
    let ((), read) = tokio::join!(write, read);
    read.map_err(failed)?;
    let status = child.wait().await.map_err(failed)?;
    Ok(status.code().unwrap_or(super::OF_SSH))
}

/// Adds bytes to what is kept.
pub(super) fn keep_last(kept: &mut Vec<u8>, bytes: &[u8]) {
    kept.extend_from_slice(bytes);
    let over = kept.len().saturating_sub(KEPT);
    kept.drain(..over);
}

/// What was printed, for a message.
pub(super) fn text(kept: &[u8]) -> String {
    let text = String::from_utf8_lossy(kept).trim().to_owned();
    if text.is_empty() { "Nothing was said.".to_owned() } else { text }
}
