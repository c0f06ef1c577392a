//! `data.terraform_remote_state`: the outputs of another stack, from its state.

use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use wb_core::path::Path;
use wb_core::provider::Problems;
use wb_core::ty::Type;
use wb_core::value::{Value, View};
use wb_crypt::Cipher;
use wb_plan::object::decode_output;
use wb_sdk::model::Model;
use wb_sdk::types::DataType;
use wb_sdk::{Context, ErrorKind, OpError};
use wb_state::State;
use wb_store::choice::{self, Choice};
use wb_store::{Disk, LocalStore, Options, Place, RealDisk, Store, StoreError, Workspaces};

use crate::Ambience;
use crate::state::{DEFAULT, FILE, FOLDER, is_workspace_name, terraform_version};

/// The outputs of another stack.
#[derive(Model)]
pub(super) struct RemoteState {
    /// The kind of backend that the other stack's state is in: `local`.
    #[attr(required)]
    backend: String,
    /// The backend's arguments, as its block has them. For `local`: `path`, which is `terraform.tfstate` unless said, and
    /// `workspace_dir`. Where there is no such file, and wb keeps the state of its folder in `.wb`, that is read.
    #[attr(optional)]
    config: Option<Value>,
    /// Outputs for which the state has none.
    #[attr(optional)]
    defaults: Option<Value>,
    /// The outputs of the other stack's root module. Those that are sensitive there are sensitive here.
    #[attr(computed)]
    outputs: Option<Value>,
    /// The workspace; the default one unless said.
    #[attr(optional)]
    workspace: Option<String>,
}

const INVALID: &str = "Invalid backend configuration";

impl DataType for RemoteState {
    const NAME: &'static str = "terraform_remote_state";

    fn validate(config: &Value) -> Problems {
        let mut problems = Problems::default();
        let at = |name: &str| Path::new().attr(name);
        let kind = config.attribute("backend").and_then(Value::as_str);
        if let Some(kind) = kind.filter(|kind| *kind != "local") {
            let detail = format!("The backend {kind:?} is not part of wb; \"local\" is.");
            problems.error(at("backend"), INVALID, detail);
            return problems;
        }
        if let Some(given) = config.attribute("config").filter(|given| given.is_known())
            && let Err(why) = arguments(given)
        {
            problems.error(at("config"), INVALID, format!("For the backend \"local\", {why}."));
        }
        if let Some(defaults) = config.attribute("defaults").filter(|given| given.is_known())
            && !defaults.is_null()
            && entries(defaults).is_none()
        {
            let detail = "An object is needed, whose attributes are outputs.";
            problems.error(at("defaults"), "Invalid default values", detail);
        }
        problems
    }

    async fn read(mut config: Self, context: Context) -> Result<Self, OpError> {
        let given = config.config.clone().unwrap_or_else(|| Value::null(Type::DYNAMIC));
        let local = arguments(&given).map_err(|why| {
            let detail = format!("For the backend \"local\", {why}.");
            OpError::new(ErrorKind::Invalid, INVALID, detail).at(Path::new().attr("config"))
        })?;
        let workspace = config.workspace.as_deref().filter(|name| !name.is_empty());
        let found =
            local.find(&context.work_dir, workspace.unwrap_or(DEFAULT)).map_err(|error| {
                OpError::new(ErrorKind::Invalid, "Failed to load state", format!("{error}."))
            })?;
        let Some(state) = found else {
            let detail = "There is no state of this workspace in this backend.";
            let error = OpError::new(ErrorKind::NotFound, "Unable to find remote state", detail);
            return Err(error.help("Apply the stack that it belongs to first."));
        };
        config.outputs = Some(outputs(&state, config.defaults.as_ref())?);
        Ok(config)
    }
}

/// The attributes of an object or a map.
fn entries(value: &Value) -> Option<Vec<(&str, &Value)>> {
    match value.view() {
        View::Object(object) => Some(object.iter().collect()),
        View::Map(map) => Some(map.iter().collect()),
        _ => None,
    }
}

/// The arguments of the backend `local`.
#[derive(Default)]
struct Local {
    path: Option<PathBuf>,
    workspace_dir: Option<PathBuf>,
}

fn arguments(given: &Value) -> Result<Local, String> {
    let mut local = Local::default();
    if given.is_null() {
        return Ok(local);
    }
    for (name, value) in entries(given).ok_or("an object is needed")? {
        let to = match name {
            "path" => &mut local.path,
            "workspace_dir" => &mut local.workspace_dir,
            _ => {
                return Err(format!(
                    "there is no argument {name:?}: it has path and workspace_dir"
                ));
            }
        };
        if !value.is_known() || value.is_null() {
            continue;
        }
        let text = wb_core::convert::convert(value, Type::STRING).ok();
        let text = text.as_ref().and_then(Value::as_str).map(str::to_owned);
        let text = text.ok_or_else(|| format!("{name} must be a string"))?;
        *to = (!text.is_empty()).then(|| PathBuf::from(text));
    }
    Ok(local)
}

impl Local {
    /// The state of a workspace; nothing where it has none.
    fn find(&self, work_dir: &FilePath, workspace: &str) -> Result<Option<State>, StoreError> {
        if !is_workspace_name(workspace) {
            return Ok(None);
        }
        let disk: Arc<dyn Disk> = Arc::new(RealDisk);
        let default = work_dir.join(self.path.as_deref().unwrap_or(FilePath::new(FILE)));
        let others = work_dir.join(self.workspace_dir.as_deref().unwrap_or(FilePath::new(FOLDER)));
        let folder = default.parent().unwrap_or(work_dir).to_path_buf();
        let files = Workspaces::Files { default, others };
        let mut places = vec![files.place(workspace)];
        if is_embedded(&*disk, &folder, workspace)? {
            places.push(Workspaces::Embedded(folder).place(workspace));
        }
        for place in places {
            let state = load(Arc::clone(&disk), place, workspace)?;
            if state.is_some() {
                return Ok(state);
            }
        }
        Ok(None)
    }
}

/// Whether wb keeps the state of the stack in a folder in a store of its own.
fn is_embedded(disk: &dyn Disk, folder: &FilePath, workspace: &str) -> Result<bool, StoreError> {
    let found = choice::probe(disk, folder, workspace)?;
    Ok(found.embedded.is_some() && matches!(choice::choose(&found), Ok(Choice::Embedded)))
}

fn load(disk: Arc<dyn Disk>, place: Place, workspace: &str) -> Result<Option<State>, StoreError> {
    let options = Options {
        place,
        workspace: workspace.to_owned(),
        lock: false,
        history: 0,
        lineage: None,
        terraform_version: terraform_version(),
        who: String::new(),
        cipher: Cipher::none(),
    };
    let loaded = LocalStore::new(disk, Box::new(Ambience::system()), options).load()?;
    let exists = loaded.verdict.is_some() || !loaded.runs.is_empty();
    Ok(exists.then_some(loaded.snapshot.state))
}

/// The outputs of a state over their defaults.
fn outputs(state: &State, defaults: Option<&Value>) -> Result<Value, OpError> {
    let defaults = defaults.and_then(entries).unwrap_or_default();
    let mut all: std::collections::BTreeMap<&str, Value> =
        defaults.into_iter().map(|(name, value)| (name, value.clone())).collect();
    for (name, output) in &state.outputs {
        let value = decode_output(output).map_err(|error| {
            let detail = format!("The output {name:?} of the state cannot be read: {error}.");
            OpError::new(ErrorKind::Invalid, "Failed to load state", detail)
        })?;
        all.insert(name, value);
    }
    Ok(Value::object(all))
}
