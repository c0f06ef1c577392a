//! Flags that say what a plan is about.

use wb_core::addr::{AbsInstance, InstanceKey, Target};
use wb_core::diag::Diagnostic;
use wb_plan::{Mode, Selection};

use crate::args::{Flag, Matches, Takes};
use crate::commands::parse_target;
use crate::session::Stop;

pub(crate) const DESTROY: Flag =
    Flag::new("destroy", Takes::Switch, "Destroy everything that the stack manages.");
pub(crate) const REFRESH_ONLY: Flag = Flag::new(
    "refresh-only",
    Takes::Switch,
    "Bring the state up to what exists, and do nothing else.",
);
pub(crate) const REFRESH: Flag = Flag::new(
    "refresh",
    Takes::Off,
    "Do not look whether objects were changed outside of wb. Faster, and the plan may be wrong.",
);
pub(crate) const REPLACE: Flag = Flag::new(
    "replace",
    Takes::Many("ADDRESS"),
    "Replace this resource instance, whether or not it has to be. May be given several times.",
);
pub(crate) const TARGET: Flag = Flag::new(
    "target",
    Takes::Many("ADDRESS"),
    "Limit the plan to this module, resource or instance and what it needs. May be given several times.",
);
pub(crate) const EXCLUDE: Flag = Flag::new(
    "exclude",
    Takes::Many("ADDRESS"),
    "Leave out this module, resource or instance and what needs it. May be given several times.",
);
pub(crate) const COMPACT_WARNINGS: Flag = Flag::new(
    "compact-warnings",
    Takes::Switch,
    "Show warnings by their summaries alone, where there are no errors.",
);
pub(crate) const PARALLELISM: Flag = Flag::new(
    "parallelism",
    Takes::Number,
    "How many operations there are at once, at most. 10 unless it is given.",
);
pub(crate) const NO_ROUNDS: Flag = Flag::new(
    "no-rounds",
    Takes::Switch,
    "What cannot be planned before something else is made is an error, instead of left to a further round.",
);

/// What kind of plan is wanted.
///
/// # Errors
/// Where flags exclude each other.
pub(crate) fn mode(matches: &Matches, default: Mode) -> Result<Mode, Stop> {
    let (destroy, refresh_only) = (matches.switch("destroy"), matches.switch("refresh-only"));
    let problem = |detail: &'static str| {
        Err(Diagnostic::error("Incompatible plan mode options", detail).into())
    };
    match (destroy || default == Mode::Destroy, refresh_only || default == Mode::RefreshOnly) {
        (true, true) => problem("The -destroy and -refresh-only options are mutually-exclusive."),
        (_, true) if !matches.unless_off("refresh") => problem(
            "It doesn't make sense to use -refresh-only at the same time as -refresh=false.",
        ),
        (_, true) if matches.all("replace").next().is_some() => problem(
            "A plan that only brings the state up to date replaces nothing: -replace cannot be used with it.",
        ),
        (true, false) => Ok(Mode::Destroy),
        (false, true) => Ok(Mode::RefreshOnly),
        (false, false) => Ok(Mode::Normal),
    }
}

/// What the plan is limited to.
///
/// # Errors
/// For what is no address.
pub(crate) fn selection(matches: &Matches) -> Result<Selection, Stop> {
    let targets = |flag| matches.all(flag).map(parse_target).collect::<Result<Vec<_>, _>>();
    let (targets, excludes) = (targets("target")?, targets("exclude")?);
    if !targets.is_empty() && !excludes.is_empty() {
        let detail = "The options -target and -exclude cannot be used together.";
        return Err(Diagnostic::error("Invalid combination of arguments", detail).into());
    }
    let replace = matches.all("replace").map(instance).collect::<Result<Vec<_>, _>>()?;
    Ok(Selection { targets, excludes, replace })
}

fn instance(text: &str) -> Result<AbsInstance, Stop> {
    match parse_target(text)? {
        Target::Instance(instance) => Ok(instance),
        Target::Resource(resource) => Ok(resource.instance(InstanceKey::None)),
        Target::Module(_) => {
            let detail = format!("{text:?} is a module; -replace takes a resource instance.");
            Err(Diagnostic::error("Invalid force-replace address", detail).into())
        }
    }
}
