//! What an apply says while it works, one line for each event.

mod running;

use std::time::Duration;

use wb_core::addr::AbsInstance;
use wb_exec::{Doing, Event, ShownId};

use super::Style;
use super::clean::clean_line;

pub use running::{Running, Step};

/// `now`, `still` and `done` are what is said when a step starts, goes on and ends.
struct Words {
    now: &'static str,
    still: &'static str,
    done: &'static str,
}

fn words(doing: Doing) -> Words {
    let (now, still, done) = match doing {
        Doing::Create => ("Creating", "creating", "Creation"),
        Doing::Update => ("Modifying", "modifying", "Modifications"),
        Doing::Delete => ("Destroying", "destroying", "Destruction"),
        Doing::Read => ("Reading", "reading", "Read"),
        Doing::Import => ("Importing", "importing", "Import"),
        Doing::Forget => ("Removing from state", "removing from state", "Removal from state"),
        Doing::Open => ("Opening", "opening", "Opening"),
        Doing::Renew => ("Renewing", "renewing", "Renewal"),
        Doing::Close => ("Closing", "closing", "Closing"),
    };
    Words { now, still, done }
}

/// The line of an event, as the JSON form has it too.
#[must_use]
pub fn message(event: &Event) -> String {
    match event {
        Event::Started { address, doing, id } => {
            format!("{address}: {}...{}", words(*doing).now, bracketed(id.as_ref()))
        }
        Event::Done { address, doing, elapsed, id } => {
            let (done, after) = (words(*doing).done, duration(*elapsed));
            format!("{address}: {done} complete after {after}{}", bracketed(id.as_ref()))
        }
        Event::Failed { address, doing, elapsed } => {
            format!("{address}: {} errored after {}", words(*doing).done, duration(*elapsed))
        }
        Event::ProvisionStarted { address, kind } => {
            format!("{address}: Provisioning with '{kind}'...")
        }
        Event::ProvisionOutput { address, kind, line } => format!("{address}: ({kind}): {line}"),
        Event::ProvisionDone { address, kind } => {
            format!("{address}: ({kind}) Provisioning complete")
        }
        Event::ProvisionFailed { address, kind } => {
            format!("{address}: ({kind}) Provisioning errored")
        }
    }
}

/// The line of an event for people, without line feed. Nothing where there is nothing to see: that a provisioner is done shows in what
/// comes next.
#[must_use]
pub fn line(event: &Event, style: Style) -> Option<String> {
    let text = match event {
        Event::ProvisionDone { .. } => return None,
        Event::ProvisionOutput { address, kind, line } => format!("{address} ({kind}): {line}"),
        _ => message(event),
    };
    let text = clean_line(&text);
    Some(match (style.color, text.split_once(": ")) {
        (true, Some((address, rest))) => format!("{}: {rest}", style.paint().bold(address)),
        _ => text.into_owned(),
    })
}

/// `ADDRESS: Still creating... [10s elapsed]`
#[must_use]
pub fn still(
    address: &AbsInstance,
    doing: Doing,
    elapsed: Duration,
    id: Option<&ShownId>,
) -> String {
    let id = id.map_or_else(String::new, |id| format!("{}={}, ", id.key, id.value));
    format!("{address}: Still {}... [{id}{} elapsed]", words(doing).still, duration(elapsed))
}

/// `ADDRESS: Refreshing state... [id=i-0a1b]`
#[must_use]
pub fn refreshing(address: &AbsInstance, id: Option<&ShownId>) -> String {
    format!("{address}: Refreshing state...{}", bracketed(id))
}

/// What goes on, in small letters: `creating`.
pub(crate) fn going_on(doing: Doing) -> &'static str {
    words(doing).still
}

pub(crate) fn bracketed(id: Option<&ShownId>) -> String {
    id.map_or_else(String::new, |id| format!(" [{}={}]", id.key, id.value))
}

/// Whole seconds, as Terraform writes them: `5s`, `1m5s`, `1h0m5s`. Rounded, a half up.
fn duration(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs() + u64::from(elapsed.subsec_millis() >= 500);
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, seconds) => format!("{minutes}m{seconds}s"),
        (hours, minutes, seconds) => format!("{hours}h{minutes}m{seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use wb_core::addr::ObjectAddr;

    use super::*;

    #[test]
    fn lines_are_those_that_scripts_look_for() {
        let address = ObjectAddr::parse("module.m.t.a[0]").unwrap();
        let id = || Some(ShownId { key: "id", value: "i-1\u{1b}".to_owned() });
        let doing = Doing::Create;
        let line = |event| line(&event, Style::PLAIN).unwrap();
        assert_eq!(
            line(Event::Started { address: address.clone(), doing, id: None }),
            "module.m.t.a[0]: Creating..."
        );
        let elapsed = Duration::from_millis(499);
        assert_eq!(
            line(Event::Done { address: address.clone(), doing, elapsed, id: id() }),
            "module.m.t.a[0]: Creation complete after 0s [id=i-1\\x1b]"
        );
        assert_eq!(
            line(Event::ProvisionOutput {
                address: address.clone(),
                kind: "local-exec".into(),
                line: "hi".to_owned(),
            }),
            "module.m.t.a[0] (local-exec): hi"
        );
        assert_eq!(
            still(&address.instance, Doing::Delete, Duration::from_secs(70), None),
            "module.m.t.a[0]: Still destroying... [1m10s elapsed]"
        );
        assert_eq!(duration(Duration::from_secs(3605)), "1h0m5s");
    }
}
