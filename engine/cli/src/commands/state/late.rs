//! `wb state late`: steps of earlier runs that nobody but the user can settle.

use wb_core::diag::Diagnostic;
use wb_state::{Edit, IntentAction, OpenId, OpenStep, OpenWhat, State};

use crate::args::{Arguments, Command, Matches, shared};
use crate::session::{Outcome, Session, Status, Stop};

pub(in crate::commands) static COMMAND: Command = Command {
    name: "state late",
    about: "List or settle steps of earlier runs whose outcome did not get into the state.",
    details: "Without arguments it lists them. \"adopt ID\" puts what a step has done into the state; \"forget ID\" settles a step without that: an object that it has made stays as it is, and nothing knows of it any more.",
    arguments: Arguments::between(0, 2, "[adopt|forget ID]"),
    flags: &[shared::LOCK, shared::LOCK_TIMEOUT, shared::STATE, shared::BACKUP],
    run,
};

fn run(session: &mut Session, matches: &Matches) -> Outcome {
    let mut state = session.state(matches)?;
    let [verb, id] = matches.arguments() else {
        if let Some(verb) = matches.argument(0) {
            return Err(Diagnostic::error(
                "Missing step",
                format!("Which step is to be settled? \"{verb}\" takes its ID."),
            )
            .into());
        }
        let loaded = state.load().map_err(|problem| *problem)?;
        session.output.print(&list(&loaded.snapshot.open));
        return Ok(Status::SUCCESS);
    };
    let adopts = match verb.as_str() {
        "adopt" => true,
        "forget" => false,
        other => return Err(unknown_verb(other)),
    };
    let id = OpenId::parse(id).ok_or_else(|| no_such(id))?;
    session.locked(&mut state, "state-late", |session, state, loaded| {
        let open = loaded.snapshot.open.iter().find(|open| open.id == id);
        let open = open.ok_or_else(|| no_such(&id.to_string()))?;
        let address = open.address().clone();
        let edits = if adopts { adopted(open, &loaded.snapshot.state)? } else { Vec::new() };
        let info = state.info(format!("state late {verb} {id}"));
        state.close(&loaded, edits, vec![id], &info).map_err(|problem| *problem)?;
        let done = if adopts {
            "is in the state as the step left it"
        } else {
            "is not waited for any more"
        };
        session.output.print(&format!("{address} {done}.\n"));
        Ok(Status::SUCCESS)
    })
}

fn list(open: &[OpenStep]) -> String {
    if open.is_empty() {
        return "Every step of every run is settled.\n".to_owned();
    }
    let line = |step: &OpenStep| {
        format!(
            "{}  {}  {} {}\n    {}\n",
            step.id,
            step.since,
            what(step),
            step.address(),
            step.why
        )
    };
    open.iter().map(line).collect()
}

fn what(step: &OpenStep) -> &'static str {
    match &step.what {
        OpenWhat::Late(late) if late.object.is_some() => "made or changed",
        OpenWhat::Late(_) => "destroyed",
        OpenWhat::Uncertain(intent) => match intent.action {
            IntentAction::Create => "uncertain: create",
            IntentAction::Update => "uncertain: change",
            IntentAction::Delete => "uncertain: destroy",
        },
    }
}

/// What a late result makes of the state.
fn adopted(open: &OpenStep, state: &State) -> Result<Vec<Edit>, Stop> {
    let refused = |detail: String, help: &str| {
        Stop::from(Diagnostic::error("The step cannot be adopted", detail).help(help))
    };
    let address = open.address().clone();
    let OpenWhat::Late(late) = &open.what else {
        let detail = format!("What came of the step {} at {address} is not known.", open.id);
        return Err(refused(
            detail,
            "Look whether the object exists. If it does, forget the step, and import the object.",
        ));
    };
    let Some(object) = &late.object else { return Ok(vec![Edit::Remove { address }]) };
    if state.object(&address).is_some() {
        let detail = format!("The state has another object at {address}.");
        return Err(refused(
            detail,
            "Move that one away with \"wb state mv\", or let the state forget it with \"wb state rm\".",
        ));
    }
    Ok(vec![Edit::Put { address, provider: late.provider.clone(), object: object.clone() }])
}

fn no_such(id: &str) -> Stop {
    Diagnostic::error("No such step", format!("There is no open step {id:?}."))
        .help("\"wb state late\" lists them.")
        .into()
}

fn unknown_verb(verb: &str) -> Stop {
    Diagnostic::error(
        "Unknown subcommand",
        format!("\"wb state late\" has no {verb:?}: it adopts or forgets a step."),
    )
    .help(
        "To destroy an object that a step has made, adopt it, and destroy it with the next apply.",
    )
    .into()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use wb_core::addr::{ObjectAddr, ProviderInstance};
    use wb_state::{Late, Object, RunId};

    use super::*;

    fn late(object: Option<Object>) -> OpenStep {
        OpenStep {
            id: OpenId { run: RunId(1), step: 2 },
            since: "2026-01-01T00:00:00Z".to_owned(),
            why: "Somebody else wrote.".to_owned(),
            what: OpenWhat::Late(Box::new(Late {
                address: ObjectAddr::parse("t.a").unwrap(),
                provider: ProviderInstance::parse("provider[\"x\"]").unwrap(),
                object: object.map(Arc::new),
            })),
        }
    }

    #[test]
    fn a_late_result_is_adopted_where_there_is_room() {
        let mut state = State::default();
        let made = late(Some(Object::default()));
        let edits = adopted(&made, &state).unwrap();
        edits[0].apply(&mut state).unwrap();
        assert_eq!(state.object_count(), 1);
        assert!(adopted(&made, &state).is_err());
        let gone = adopted(&late(None), &state).unwrap();
        gone[0].apply(&mut state).unwrap();
        assert!(state.is_empty());
    }

    #[test]
    fn every_step_is_listed_with_its_reason() {
        expect_test::expect![[r#"
            0000000000000001.2  2026-01-01T00:00:00Z  destroyed t.a
                Somebody else wrote.
            0000000000000001.2  2026-01-01T00:00:00Z  made or changed t.a
                Somebody else wrote.
        "#]]
        .assert_eq(&list(&[late(None), late(Some(Object::default()))]));
        assert_eq!(list(&[]), "Every step of every run is settled.\n");
    }
}
