//! Questions to a person, and answers.

use std::io::{self, BufRead as _};

use wb_engine::load::{Ask, Wanted};

use crate::output::Output;

/// Asks on the terminal.
#[derive(Debug)]
pub(crate) struct Prompt<'o> {
    pub(crate) output: &'o mut Output,
}

impl Prompt<'_> {
    /// Shows a question and reads one line; nothing at the end of input.
    pub(crate) fn line(&mut self, question: &str) -> Option<String> {
        self.output.print(question);
        let mut line = String::new();
        match io::stdin().lock().read_line(&mut line) {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(line.trim_end_matches(['\n', '\r']).to_owned()),
        }
    }
}

impl Ask for Prompt<'_> {
    fn ask(&mut self, wanted: &Wanted<'_>) -> Option<String> {
        let description = wanted.description.map_or_else(String::new, |text| {
            let lines = text.trim().lines().map(|line| format!("  {line}\n"));
            lines.collect()
        });
        let question = format!("var.{}\n{description}\n  Enter a value: ", wanted.name);
        let answer = if wanted.secret { hidden(self, &question) } else { self.line(&question) };
        self.output.print("\n");
        answer
    }
}

/// Asks for what must not be seen: the terminal does not echo it.
fn hidden(prompt: &mut Prompt<'_>, question: &str) -> Option<String> {
    use nix::sys::termios::{LocalFlags, SetArg, tcgetattr, tcsetattr};
    let Ok(before) = tcgetattr(io::stdin()) else { return prompt.line(question) };
    let mut silent = before.clone();
    silent.local_flags.remove(LocalFlags::ECHO);
    if tcsetattr(io::stdin(), SetArg::TCSANOW, &silent).is_err() {
        return prompt.line(question);
    }
    let answer = prompt.line(question);
    // A terminal that cannot be set back is one that has gone away.
    let _ = tcsetattr(io::stdin(), SetArg::TCSANOW, &before);
    prompt.output.print("\n");
    answer
}
