//! Where text goes: data to standard output, talk to standard error.
//!
//! A reader who has gone away, as `head` does, stops nothing: what is to be saved is saved, and only the text is lost. Any other
//! failure to write data, as on a full disk, stops nothing either, and is an error of the command in the end.

use std::io::{self, ErrorKind, IsTerminal as _, Write as _};
use std::sync::OnceLock;

use crate::render::Style;

/// Why data was lost. There is one standard output, whoever writes to it.
static LOST: OnceLock<String> = OnceLock::new();

/// The two streams, and how text on them looks.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    data: Style,
    talk: Style,
}

impl Output {
    #[must_use]
    pub fn new() -> Self {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty())
            || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let style = |is_terminal: bool, width: Option<u16>| Style {
            drawn: is_terminal,
            color: is_terminal && !plain,
            width: width.map_or(Style::PLAIN.width, usize::from),
        };
        let (data, talk) = (io::stdout().is_terminal(), io::stderr().is_terminal());
        // Asking for the width takes a system call.
        let width = (data || talk).then(terminal_size::terminal_size).flatten().map(|(w, _)| w.0);
        Self { data: style(data, width), talk: style(talk, width) }
    }

    pub fn no_color(&mut self) {
        self.data.color = false;
        self.talk.color = false;
    }

    /// How data on standard output looks.
    #[must_use]
    pub fn style(&self) -> Style {
        self.data
    }

    /// How talk on standard error looks.
    #[must_use]
    pub fn talk_style(&self) -> Style {
        self.talk
    }

    /// Writes data.
    pub fn print(&mut self, text: &str) {
        self.print_bytes(text.as_bytes());
    }

    /// Writes data that need not be text.
    pub fn print_bytes(&mut self, bytes: &[u8]) {
        let mut out = io::stdout().lock();
        match out.write_all(bytes).and_then(|()| out.flush()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                LOST.get_or_init(|| wb_engine::files::words(&error));
            }
            Ok(()) | Err(_) => {}
        }
    }

    /// Why some of the data could not be written, where that is so.
    #[must_use]
    pub fn lost(&self) -> Option<&'static str> {
        LOST.get().map(String::as_str)
    }

    /// Writes talk.
    pub fn say(&mut self, text: &str) {
        let mut out = io::stderr().lock();
        // Nobody is left to be told.
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }
}

impl Default for Output {
    fn default() -> Self {
        Self::new()
    }
}
