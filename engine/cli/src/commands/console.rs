//! `wb console`: one expression after the other.

use std::io::{self, BufRead as _, IsTerminal as _};
use std::sync::Arc;

use wb_core::diag::Diagnostics;
use wb_core::source::SourceMap;
use wb_engine::console::Console;
use wb_lang::eval::console::{Answer, format_type, format_value};
use wb_lang::host::Phase;

use crate::args::{Arguments, Command, Matches, shared};
use crate::session::{Outcome, Session, Status};
use crate::stack::Values;
use crate::{json, providers};

pub(super) static COMMAND: Command = Command {
    name: "console",
    about: "Try expressions of the language.",
    details: "Expressions may refer to everything in the root module; resources are worth what the state says of them. Nothing is changed.\n\nWhere input is no terminal, every line is an expression; the value of the last one is printed, and the first error ends it. With -json, every line is answered by a line: an object with type and value, or with error.",
    arguments: Arguments::NONE,
    flags: &[shared::JSON, shared::STATE, shared::VAR, shared::VAR_FILE, shared::INPUT],
    run,
};

fn run(session: &mut Session, matches: &Matches) -> Outcome {
    let machine = session.machine(Phase::Console)?;
    let mut loading = session.load(matches, &machine, Values::Asked);
    session.require(&mut loading)?;
    let (mut state, _) = session.state_of(matches, &mut loading, &machine)?;
    let loaded = state.load().map_err(|problem| *problem)?;
    let Some(stack) = loading.stack.take() else { return Ok(Status::ERROR) };
    let (_, catalog) = providers::all();
    let console = Console::new(&stack, &loading.given, &machine, &catalog, &loaded.snapshot.state);
    let mut dialog = Dialog { session, console, sources: loading.sources };
    if matches.switch("json") {
        Ok(dialog.lines())
    } else if io::stdin().is_terminal() {
        Ok(dialog.talk())
    } else {
        Ok(dialog.piped())
    }
}

struct Dialog<'s, 'c> {
    session: &'s mut Session,
    console: Console<'c>,
    sources: SourceMap,
}

const INPUT: &str = "<console-input>";

impl Dialog<'_, '_> {
    fn answer(&mut self, line: &str, diags: &mut Diagnostics) -> Option<Answer> {
        let text: Arc<str> = line.into();
        let id = self.sources.add(INPUT, Arc::clone(&text));
        let (expression, problems) = wb_hcl::parse_expression(id, text);
        diags.append(problems);
        if diags.has_errors() {
            return None;
        }
        self.console.answer(expression.expr(), diags)
    }

    /// Every line is answered by a line.
    fn lines(&mut self) -> Status {
        for line in io::stdin().lock().lines() {
            let Ok(line) = line else { return Status::ERROR };
            let mut diags = Diagnostics::new();
            let answer = self.answer(&line, &mut diags);
            let mut text = Vec::new();
            // Writing to memory cannot fail.
            let _ = match answer {
                Some(answer) => json::console_answer(&answer, &mut text),
                None => json::console_error(&diags, &self.sources, &mut text),
            };
            self.session.output.print_bytes(&text);
        }
        Status::SUCCESS
    }

    /// As Terraform takes piped input.
    fn piped(&mut self) -> Status {
        let mut last = String::new();
        for line in io::stdin().lock().lines() {
            let Ok(line) = line else { return Status::ERROR };
            match self.reply(&line) {
                Reply::Text(text) => last = text,
                Reply::End => break,
                Reply::Wrong => return Status::ERROR,
            }
        }
        if !last.is_empty() {
            self.session.output.print(&format!("{last}\n"));
        }
        Status::SUCCESS
    }

    /// With a person. An expression goes on as long as it is not complete.
    fn talk(&mut self) -> Status {
        let mut input = io::stdin().lock();
        let mut pending = String::new();
        loop {
            self.session.output.print(if pending.is_empty() { "> " } else { ": " });
            let mut line = String::new();
            if !matches!(input.read_line(&mut line), Ok(read) if read > 0) {
                self.session.output.print("\n");
                return Status::SUCCESS;
            }
            pending.push_str(&line);
            let text = pending.trim_end_matches(['\n', '\r']).to_owned();
            if !line.trim().is_empty() && is_open(&text) {
                continue;
            }
            pending.clear();
            match self.reply(&text) {
                Reply::Text(text) if text.is_empty() => {}
                Reply::Text(text) => self.session.output.print(&format!("{text}\n")),
                Reply::End => return Status::SUCCESS,
                Reply::Wrong => {}
            }
        }
    }

    fn reply(&mut self, line: &str) -> Reply {
        match line.trim() {
            "" => return Reply::Text(String::new()),
            "exit" => return Reply::End,
            "help" => return Reply::Text(HELP.to_owned()),
            _ => {}
        }
        let mut diags = Diagnostics::new();
        let answer = self.answer(line, &mut diags);
        self.session.show(&diags, &self.sources);
        match answer {
            Some(Answer::Value(value)) => Reply::Text(format_value(&value)),
            Some(Answer::Type(ty)) => Reply::Text(format_type(ty)),
            None => Reply::Wrong,
        }
    }
}

enum Reply {
    Text(String),
    End,
    Wrong,
}

const HELP: &str = "The console evaluates expressions of the language: 1 + 2, upper(\"a\"), var.size, terraform_data.a.id.
Resources are worth what the state says of them, as the last apply left them.
An expression of several lines goes on until its brackets are closed.

To leave, type \"exit\", or press Control-D.";

/// Whether brackets, a template or a heredoc are still open.
fn is_open(text: &str) -> bool {
    use wb_hcl::lex::{Scanner, TokenKind};
    let mut scanner = Scanner::new(text);
    let mut depth = 0_i64;
    loop {
        match scanner.next_token().kind {
            TokenKind::Eof => return depth > 0,
            kind if kind.opens() => depth += 1,
            kind if kind.closes() => depth -= 1,
            _ => {}
        }
    }
}
