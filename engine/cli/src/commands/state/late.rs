//! `wb state late`: steps of earlier runs that nobody but the user can settle.

use wb_core::addr::DeposedKey;
use wb_core::diag::Diagnostic;
use wb_state::{Edit, IntentAction, Late, OpenId, OpenStep, OpenWhat, State};

use crate::args::{Arguments, Command, Matches, shared};
use crate::session::{Outcome, Session, Status, Stop};

pub(in crate::commands) static COMMAND: Command = Command {
    name: "state late",
    about: "List or settle steps of earlier runs whose outcome did not get into the state.",
    details: "Without arguments it lists them. \"adopt ID\" puts what a step has done into the state; \"delete ID\" has the next apply destroy the object that it has made; \"forget ID\" settles a step without that: an object that it has made stays as it is, and nothing knows of it any more.",
    arguments: Arguments::between(0, 2, "[adopt|delete|forget ID]"),
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
    let verb = Verb::parse(verb).ok_or_else(|| unknown_verb(verb))?;
    let id = OpenId::parse(id).ok_or_else(|| no_such(id))?;
    session.locked(&mut state, "state-late", |session, state, loaded| {
        let open = loaded.snapshot.open.iter().find(|open| open.id == id);
        let open = open.ok_or_else(|| no_such(&id.to_string()))?;
        let address = open.address().clone();
        let edits = match verb {
            Verb::Adopt => adopted(open, &loaded.snapshot.state)?,
            Verb::Delete => deposed(open, &loaded.snapshot.state)?,
            Verb::Forget => Vec::new(),
        };
        let info = state.info(format!("state late {} {id}", verb.as_str()));
        state.close(&loaded, edits, vec![id], &info).map_err(|problem| *problem)?;
        let done = match verb {
            Verb::Adopt => "is in the state as the step left it",
            Verb::Delete => "is deposed, and destroyed by the next apply",
            Verb::Forget => "is not waited for any more",
        };
        session.output.print(&format!("{address} {done}.\n"));
        Ok(Status::SUCCESS)
    })
}

/// What settles a step.
#[derive(Clone, Copy)]
enum Verb {
    Adopt,
    Delete,
    Forget,
}

impl Verb {
    fn parse(text: &str) -> Option<Self> {
        [Self::Adopt, Self::Delete, Self::Forget].into_iter().find(|verb| verb.as_str() == text)
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Adopt => "adopt",
            Self::Delete => "delete",
            Self::Forget => "forget",
        }
    }
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
    let address = open.address().clone();
    let late = known(open)?;
    let Some(object) = &late.object else { return Ok(vec![Edit::Remove { address }]) };
    if state.object(&address).is_some() {
        let detail = format!("The state has another object at {address}.");
        return Err(refused(
            detail,
            "Delete the late one, or move that one away with \"wb state mv\", or let the state forget it with \"wb state rm\".",
        ));
    }
    Ok(vec![Edit::Put { address, provider: late.provider.clone(), object: object.clone() }])
}

/// Has the next apply destroy what a step has made: the object is set aside, as one that was replaced is.
fn deposed(open: &OpenStep, state: &State) -> Result<Vec<Edit>, Stop> {
    let late = known(open)?;
    let mut address = open.address().clone();
    let Some(object) = &late.object else {
        let detail = format!("The step {} has destroyed the object at {address}.", open.id);
        return Err(refused(detail, "Adopt the step: the state then knows that it is gone."));
    };
    // The same step gives the same key, so that who asks twice asks for one thing.
    let OpenId { run, step } = open.id;
    let first = u32::try_from((run.0 ^ step) & 0xffff_ffff).unwrap_or_default();
    for number in (0..=u32::MAX).map(|more| first.wrapping_add(more)) {
        address.deposed = Some(DeposedKey::from_random(number));
        if state.object(&address).is_none() {
            break;
        }
    }
    Ok(vec![Edit::Put { address, provider: late.provider.clone(), object: object.clone() }])
}

/// What a step has done, where that is known.
fn known(open: &OpenStep) -> Result<&Late, Stop> {
    match &open.what {
        OpenWhat::Late(late) => Ok(late),
        OpenWhat::Uncertain(_) => {
            let address = open.address();
            let detail = format!("What came of the step {} at {address} is not known.", open.id);
            Err(refused(
                detail,
                "Look whether the object exists. If it does, forget the step, and import the object.",
            ))
        }
    }
}

fn refused(detail: String, help: &str) -> Stop {
    Diagnostic::error("The step cannot be settled so", detail).help(help).into()
}

fn no_such(id: &str) -> Stop {
    Diagnostic::error("No such step", format!("There is no open step {id:?}."))
        .help("\"wb state late\" lists them.")
        .into()
}

fn unknown_verb(verb: &str) -> Stop {
    Diagnostic::error(
        "Unknown subcommand",
        format!("\"wb state late\" has no {verb:?}: it adopts, deletes or forgets a step."),
    )
    .into()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use wb_core::addr::{ObjectAddr, ProviderInstance};
    use wb_state::{Object, RunId};

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
    fn what_is_to_be_destroyed_is_set_aside_beside_what_is_there() {
        let mut state = State::default();
        let made = late(Some(Object::default()));
        for count in 1..=2 {
            deposed(&made, &state).unwrap()[0].apply(&mut state).unwrap();
            assert_eq!(state.object_count(), count);
        }
        assert!(state.instances().all(|(_, _, instance)| instance.current.is_none()));
        assert!(deposed(&late(None), &state).is_err());
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
