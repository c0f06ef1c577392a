//! `wb state replace-provider`: resources get another provider.

use std::sync::Arc;

use wb_core::addr::{AbsResource, ObjectAddr, Provider, ProviderInstance};
use wb_core::diag::Diagnostic;
use wb_state::{Edit, State};

use crate::args::{Arguments, Command, Flag, Matches, Takes, shared};
use crate::prompt::Prompt;
use crate::session::{Outcome, Session, Status, Stop};

pub(in crate::commands) static COMMAND: Command = Command {
    name: "state replace-provider",
    about: "Give resources in the state another provider.",
    details: "Providers are written as sources: hashicorp/random, or with their host.",
    arguments: Arguments::exactly(2, "FROM TO"),
    flags: &[
        Flag::new("auto-approve", Takes::Switch, "Do not ask."),
        shared::LOCK,
        shared::LOCK_TIMEOUT,
        shared::STATE,
        shared::BACKUP,
        shared::IGNORE_REMOTE_VERSION,
    ],
    run,
};

fn run(session: &mut Session, matches: &Matches) -> Outcome {
    let [from, to] = matches.arguments() else { return Ok(Status::ERROR) };
    let (from, to) = (provider(from)?, provider(to)?);
    let approved = matches.switch("auto-approve");
    let mut state = session.state(matches)?;
    session.locked(&mut state, "state-replace-provider", |session, state, loaded| {
        let found = resources(&loaded.snapshot.state, &from);
        if found.is_empty() {
            session.output.print("No matching resources found.\n");
            return Ok(Status::SUCCESS);
        }
        let mut text = format!(
            "wb will perform the following actions:\n\n  ~ Updating provider:\n    - {from}\n    + {to}\n\nChanging {} resources:\n\n",
            found.len()
        );
        found.iter().for_each(|address| text.push_str(&format!("  {address}\n")));
        text.push('\n');
        session.output.print(&text);
        if !approved && !confirm(session) {
            session.output.print("Cancelled replacing providers.\n");
            return Ok(Status::SUCCESS);
        }
        let edits = edits(&loaded.snapshot.state, &found, &to);
        let info = state.info(format!("state replace-provider {from} {to}"));
        state.edit(&loaded, edits, &info).map_err(|problem| *problem)?;
        let count = found.len();
        session.output.print(&format!("Successfully replaced provider for {count} resources.\n"));
        Ok(Status::SUCCESS)
    })
}

fn confirm(session: &mut Session) -> bool {
    let question = "Do you want to make these changes?\nOnly 'yes' will be accepted to continue.\n\nEnter a value: ";
    let answer = Prompt { output: &mut session.output }.line(question);
    session.output.print("\n");
    answer.as_deref() == Some("yes")
}

fn provider(text: &str) -> Result<Provider, Stop> {
    Provider::parse(text).map_err(|error| {
        Diagnostic::error(error.summary(), format!("{text:?} is no provider's source: {error}."))
            .into()
    })
}

fn resources(state: &State, provider: &Provider) -> Vec<AbsResource> {
    let uses = state.resources.iter().filter(|(_, r)| r.provider.provider == *provider);
    uses.map(|(address, _)| address.clone()).collect()
}

fn edits(state: &State, resources: &[AbsResource], to: &Provider) -> Vec<Edit> {
    let of = |(address, object): (ObjectAddr, &Arc<wb_state::Object>)| {
        let before = state.provider(&address.instance)?;
        let mut provider: ProviderInstance = before;
        provider.config.provider = to.clone();
        Some(Edit::Put { address, provider, object: Arc::clone(object) })
    };
    let is_meant = |address: &ObjectAddr| resources.contains(&address.instance.resource);
    state.objects().filter(|(address, _)| is_meant(address)).filter_map(of).collect()
}
