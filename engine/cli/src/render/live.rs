//! Progress on a terminal: what was done scrolls by, what goes on stands below it with the time that it takes, and under that
//! how much is left.

use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use wb_core::addr::ObjectAddr;
use wb_exec::{Doing, Event};

use super::Style;
use super::clean::clean_line;
use super::progress::{self, line};

/// So many steps stand below; the others are counted.
const MOST_SHOWN: usize = 8;
const TICK: Duration = Duration::from_millis(120);

/// The lower part of a terminal, as long as an apply runs.
#[derive(Debug)]
pub struct Live {
    bars: MultiProgress,
    total: ProgressBar,
    style: Style,
    steps: usize,
    done: usize,
    failed: usize,
    running: Vec<Running>,
}

#[derive(Debug)]
struct Running {
    address: ObjectAddr,
    doing: Doing,
    /// Those beyond the first few have none.
    bar: Option<ProgressBar>,
}

impl Live {
    /// For a run of so many steps.
    #[must_use]
    pub fn new(steps: usize, style: Style, target: ProgressDrawTarget) -> Self {
        let bars = MultiProgress::with_draw_target(target);
        let total = bars.add(ProgressBar::new_spinner().with_style(template("{spinner} {msg}")));
        total.enable_steady_tick(TICK);
        let live = Self { bars, total, style, steps, done: 0, failed: 0, running: Vec::new() };
        live.count();
        live
    }

    pub fn event(&mut self, event: &Event) {
        match event {
            Event::Started { address, doing, .. } => self.start(address, *doing),
            Event::Done { address, doing, .. } => {
                self.done += 1;
                self.end(event, address, *doing);
            }
            Event::Failed { address, doing, .. } => {
                self.failed += 1;
                self.end(event, address, *doing);
            }
            Event::ProvisionStarted { .. }
            | Event::ProvisionOutput { .. }
            | Event::ProvisionDone { .. }
            | Event::ProvisionFailed { .. } => self.print(event),
        }
    }

    fn start(&mut self, address: &ObjectAddr, doing: Doing) {
        let shown = self.running.iter().filter(|step| step.bar.is_some()).count();
        let bar = (shown < MOST_SHOWN).then(|| {
            let style = template("{spinner} {msg} {elapsed}");
            let bar = ProgressBar::new_spinner().with_style(style);
            let bar = self.bars.insert_before(&self.total, bar);
            let text = format!("{address}: {}", progress::going_on(doing));
            bar.set_message(clean_line(&text).into_owned());
            bar.enable_steady_tick(TICK);
            bar
        });
        self.running.push(Running { address: address.clone(), doing, bar });
        self.count();
    }

    fn end(&mut self, event: &Event, address: &ObjectAddr, doing: Doing) {
        let at = self.running.iter().position(|s| s.doing == doing && s.address == *address);
        if let Some(bar) = at.and_then(|at| self.running.remove(at).bar) {
            bar.finish_and_clear();
            self.bars.remove(&bar);
        }
        self.print(event);
        self.count();
    }

    fn print(&self, event: &Event) {
        if let Some(line) = line(event, self.style) {
            // A terminal that takes no more text is no reason to stop.
            let _ = self.bars.println(line);
        }
    }

    fn count(&self) {
        let ended = self.done + self.failed;
        let left = self.steps.saturating_sub(ended + self.running.len());
        let failed =
            if self.failed > 0 { format!(", {} failed", self.failed) } else { String::new() };
        let text = format!(
            "{} of {} done{failed}, {} running, {left} left",
            self.done,
            self.steps,
            self.running.len()
        );
        self.total.set_message(text);
    }

    /// Clears the lower part.
    pub fn finish(self) {
        self.total.finish_and_clear();
        let _ = self.bars.clear();
    }
}

fn template(text: &str) -> ProgressStyle {
    ProgressStyle::with_template(text).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

#[cfg(test)]
mod tests {
    use indicatif::InMemoryTerm;

    use super::*;

    #[test]
    fn what_was_done_is_above_what_goes_on() {
        let terminal = InMemoryTerm::new(20, 80);
        let target = ProgressDrawTarget::term_like(Box::new(terminal.clone()));
        let mut live = Live::new(30, Style::PLAIN, target);
        let address = |n: usize| ObjectAddr::parse(&format!("t.a[{n}]")).unwrap();
        let doing = Doing::Create;
        for n in 0..10 {
            live.event(&Event::Started { address: address(n), doing, id: None });
        }
        let elapsed = Duration::from_secs(3);
        live.event(&Event::Done { address: address(9), doing, elapsed, id: None });
        live.event(&Event::Failed { address: address(1), doing, elapsed });
        live.total.tick();
        let shown = terminal.contents();
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[0], "t.a[9]: Creation complete after 3s");
        assert_eq!(lines[1], "t.a[1]: Creation errored after 3s");
        assert!(lines[2].contains(" t.a[0]: creating "), "{shown}");
        assert_eq!(lines.len(), 10, "{shown}");
        assert!(lines[9].ends_with(" 1 of 30 done, 1 failed, 8 running, 20 left"), "{shown}");
        live.finish();
        assert_eq!(terminal.contents().lines().count(), 2);
    }
}
