//! Loading a stack as the flags and the environment say.

use std::path::PathBuf;

use wb_engine::Machine;
use wb_engine::load::{Extent, Install, Loading, Request, VariableFlag, Variables, load};
use wb_lang::host::Phase;
use wb_plan::PlanFile;

use crate::args::Matches;
use crate::prompt::Prompt;
use crate::session::{Problems, Session, Stop};

/// What is done about variables.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Values {
    /// Their values do not matter.
    Ignored,
    /// They are taken from everywhere, and nobody is asked for what is missing.
    Given,
    /// As `Given`; and a person is asked, if there is one.
    Asked,
}

/// Where a stack is.
#[derive(Clone, Copy)]
enum From<'a> {
    /// In the folder that the command works in, with more configuration in its root module.
    Folder {
        extra: Option<&'a str>,
    },
    Plan(&'a PlanFile),
}

impl Session {
    /// The machine, as the language sees it.
    ///
    /// # Errors
    /// As [`Session::ambience`].
    pub fn machine(&self, phase: Phase) -> Result<Machine, Stop> {
        let machine = Machine::new(phase, self.workspace(), self.ambience()?);
        Ok(machine.started_in(self.started_in()))
    }

    /// Loads the stack of the folder, without fetching anything.
    pub fn load(&mut self, matches: &Matches, machine: &Machine, values: Values) -> Loading {
        self.load_with(matches, machine, values, Install::No, Extent::All)
    }

    /// Loads the stack of the folder, with more configuration in its root module.
    pub fn load_extended(
        &mut self,
        matches: &Matches,
        machine: &Machine,
        values: Values,
        extra: Option<&str>,
    ) -> Loading {
        let from = From::Folder { extra };
        self.load_as(matches, machine, values, Install::No, Extent::All, from)
    }

    /// Loads the stack that a saved plan was made from.
    pub fn load_saved(&mut self, matches: &Matches, machine: &Machine, file: &PlanFile) -> Loading {
        self.load_as(matches, machine, Values::Given, Install::No, Extent::All, From::Plan(file))
    }

    /// Loads the root module alone.
    pub fn load_root(&mut self, matches: &Matches, machine: &Machine, values: Values) -> Loading {
        self.load_with(matches, machine, values, Install::No, Extent::Root)
    }

    /// Loads the stack of the folder.
    pub fn load_with(
        &mut self,
        matches: &Matches,
        machine: &Machine,
        values: Values,
        install: Install<'_>,
        extent: Extent,
    ) -> Loading {
        self.load_as(matches, machine, values, install, extent, From::Folder { extra: None })
    }

    fn load_as(
        &mut self,
        matches: &Matches,
        machine: &Machine,
        values: Values,
        install: Install<'_>,
        extent: Extent,
        from: From<'_>,
    ) -> Loading {
        let data_dir = self.data_dir();
        let environment = match values {
            Values::Ignored => Vec::new(),
            Values::Given | Values::Asked => self.environment.variables().collect(),
        };
        let may_ask = values == Values::Asked && self.may_ask(matches.unless_off("input"));
        let mut prompt = Prompt { output: &mut self.output };
        let variables = Variables {
            environment,
            flags: variable_flags(matches),
            ask: if may_ask { Some(&mut prompt) } else { None },
            wanted: values != Values::Ignored,
        };
        let data_dir = data_dir.path();
        let (extra, kept) = match from {
            From::Folder { extra } => (extra, None),
            From::Plan(file) => (None, Some(file)),
        };
        let request = Request { root: ".", host: machine, data_dir, extent, extra, kept };
        load(request, variables, install)
    }

    /// The loaded stack, with its warnings shown; or everything that is wrong with it.
    ///
    /// # Errors
    /// Where something is.
    pub fn require(&mut self, loading: &mut Loading) -> Result<(), Stop> {
        if loading.diags.has_errors() || loading.stack.is_none() {
            let diags = std::mem::take(&mut loading.diags);
            let sources = std::mem::take(&mut loading.sources);
            return Err(Problems { diags, sources }.into());
        }
        let diags = std::mem::take(&mut loading.diags);
        self.show(&diags, &loading.sources);
        Ok(())
    }
}

/// `-var` and `-var-file`, in their order.
fn variable_flags(matches: &Matches) -> Vec<VariableFlag> {
    let flag = |(name, value): (&str, &str)| match name {
        "var" => Some(VariableFlag::Value(value.to_owned())),
        "var-file" => Some(VariableFlag::File(PathBuf::from(value))),
        _ => None,
    };
    matches.flags().filter_map(flag).collect()
}
