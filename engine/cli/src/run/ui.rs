//! What is shown while a run is at work, to people or to programs.

use std::io;
use std::time::{Duration, Instant};

use indicatif::ProgressDrawTarget;
use wb_core::diag::Diagnostics;
use wb_core::provider::Catalog;
use wb_core::source::SourceMap;
use wb_engine::Ambience;
use wb_engine::session::{Seen, Watch};
use wb_exec::Event;
use wb_lang::config::terraform_version;
use wb_plan::{Counts, Plan};
use wb_state::State;

use crate::args::Matches;
use crate::json::ui::{Lines, Operation};
use crate::output::Output;
use crate::render::live::Live;
use crate::render::progress::{Running, Step};
use crate::render::{self, progress};

/// Shows.
#[derive(Debug)]
pub(crate) struct Ui {
    json: bool,
    output: Output,
    ambience: Ambience,
    began: Instant,
    running: Running,
    /// The lower part of a terminal, while something is carried out.
    live: Option<Live>,
    /// Lines of events that are still to be written: many can come at once, and each write is a system call.
    kept: Vec<u8>,
}

/// More than this is not kept back.
const MOST_KEPT: usize = 16 * 1024;

impl Ui {
    pub(crate) fn new(matches: &Matches, output: Output, ambience: Ambience) -> Self {
        let (began, running) = (Instant::now(), Running::new());
        Self {
            json: matches.switch("json"),
            output,
            ambience,
            began,
            running,
            live: None,
            kept: Vec::new(),
        }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Writes lines for programs.
    fn lines(&self, write: impl FnOnce(&mut Lines<'_>) -> io::Result<()>) {
        let clock = || self.ambience.now().to_string();
        let mut text = Vec::new();
        // Writing to memory cannot fail.
        let _ = write(&mut Lines::new(&mut text, &clock));
        let mut output = self.output;
        output.print_bytes(&text);
    }

    fn print(&self, text: &str) {
        let mut output = self.output;
        output.print(text);
    }

    pub(crate) fn version(&self) {
        if self.json {
            let terraform = terraform_version().to_string();
            self.lines(|lines| lines.version(&terraform, env!("CARGO_PKG_VERSION")));
        }
    }

    /// Something is read before planning.
    pub(crate) fn seen(&mut self, seen: &Seen) {
        match (seen, self.json) {
            (Seen::Event(event), _) => self.show_event(event),
            (Seen::RefreshStarted { address, id }, true) => {
                self.lines(|lines| lines.refresh_started(address, id.as_ref()));
            }
            (Seen::RefreshDone { address, id }, true) => {
                self.lines(|lines| lines.refresh_done(address, id.as_ref()));
            }
            (Seen::RefreshStarted { address, id }, false) => {
                self.print(&format!("{}\n", progress::refreshing(address, id.as_ref())));
            }
            (Seen::RefreshDone { .. }, false) => {}
        }
    }

    /// So many steps are going to be carried out.
    pub(crate) fn begin(&mut self, steps: usize) {
        if !self.json && self.output.style().drawn && steps > 0 {
            self.live = Some(Live::new(steps, self.output.style(), ProgressDrawTarget::stdout()));
        }
    }

    /// They are, or will not be.
    pub(crate) fn end(&mut self) {
        self.write_kept();
        if let Some(live) = self.live.take() {
            live.finish();
        }
    }

    fn show_event(&mut self, event: &Event) {
        self.keep(event);
        self.write_kept();
    }

    /// Keeps an event's line until it is to be shown.
    fn keep(&mut self, event: &Event) {
        if self.json {
            let clock = || self.ambience.now().to_string();
            // Writing to memory cannot fail.
            let _ = Lines::new(&mut self.kept, &clock).event(event);
        } else if let Some(line) = progress::line(event, self.output.style()) {
            self.kept.extend_from_slice(line.as_bytes());
            self.kept.push(b'\n');
        }
        if self.kept.len() >= MOST_KEPT {
            self.write_kept();
        }
    }

    fn write_kept(&mut self) {
        if !self.kept.is_empty() {
            self.output.print_bytes(&self.kept);
            self.kept.clear();
        }
    }

    pub(crate) fn plan(&mut self, plan: &Plan, catalog: &Catalog, sources: &SourceMap) {
        if self.json {
            self.lines(|lines| lines.plan(plan));
        } else {
            let shown = render::plan::Shown { plan, catalog, sources };
            self.print(&render::plan::plan(shown, self.output.style()));
        }
    }

    pub(crate) fn diagnostics(&mut self, diags: &Diagnostics, sources: &SourceMap, compact: bool) {
        if diags.is_empty() {
            return;
        }
        if self.json {
            self.lines(|lines| lines.diagnostics(diags, sources));
            return;
        }
        let style = self.output.talk_style();
        let short = compact.then(|| render::diagnostics::compact_warnings(diags, sources, style));
        let text = short.flatten().unwrap_or_else(|| render::diagnostics(diags, sources, style));
        let mut output = self.output;
        output.say(&text);
    }

    /// What was done in the end.
    pub(crate) fn done(&mut self, done: &Counts, operation: Operation) {
        if self.json {
            self.lines(|lines| lines.done(done, operation));
            return;
        }
        let style = self.output.style();
        let line = match operation {
            Operation::Destroy => render::plan::summary::destroyed(done, style),
            Operation::Apply | Operation::Plan => render::plan::summary::applied(done, style),
        };
        self.print(&format!("\n{line}\n"));
    }

    pub(crate) fn outputs(&mut self, state: &State) {
        if self.json {
            self.lines(|lines| lines.outputs(state));
        } else if !state.outputs.is_empty() {
            let outputs = render::outputs::outputs(&state.outputs);
            self.print(&format!("\nOutputs:\n\n{outputs}"));
        }
    }

    /// That a step still goes on.
    fn still(&self, step: &Step, elapsed: Duration) {
        let (address, id) = (&step.address.instance, step.id.as_ref());
        if self.json {
            self.lines(|lines| lines.still(address, step.doing, elapsed, id));
        } else {
            self.print(&format!("{}\n", progress::still(address, step.doing, elapsed, id)));
        }
    }

    /// A line for people only.
    pub(crate) fn tell(&mut self, text: &str) {
        if !self.json {
            self.print(text);
        }
    }
}

impl Watch for Ui {
    fn event(&mut self, event: &Event) {
        self.running.event(event, self.began.elapsed());
        match &mut self.live {
            Some(live) => live.event(event),
            None => self.keep(event),
        }
    }

    fn idle(&mut self) {
        self.write_kept();
    }

    fn tick(&mut self) {
        let due = self.running.due(self.began.elapsed());
        // A terminal shows at any time what goes on.
        if self.live.is_none() {
            due.iter().for_each(|(step, elapsed)| self.still(step, *elapsed));
        }
    }
}
