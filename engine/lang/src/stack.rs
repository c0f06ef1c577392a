//! The modules of a stack: the root module and what it calls, directly or not.
//!
//! A [`Stack`] grows: [`Stack::needs`] names the calls whose source is known and whose module is not there yet, whoever
//! reads files gives them with [`Stack::supply`], until nothing is needed any more. [`Stack::finish`] then works out which
//! provider configuration each resource uses. Instances do not exist here: one [`Node`] stands for all instances of a
//! module, and nodes of the same folder share their [`Module`].

mod early;
mod providers;

use std::collections::HashMap;
use std::sync::Arc;

use wb_core::addr::{ModulePath, ModuleSource};
use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::source::Span;
use wb_core::value::Value;
use wb_core::version::Constraints;

use crate::config::{CallId, Id, Module};
use crate::host::Host;

pub use early::evaluate_early;
pub use providers::{KeyScope, ProviderUse};

/// Names a module of a stack. The root is number 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(pub u32);

impl NodeId {
    pub const ROOT: Self = Self(0);

    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One module of the configuration.
#[derive(Clone, Debug)]
pub struct Node {
    pub path: ModulePath,
    pub module: Arc<Module>,
    /// Its folder, as `path.module` gives it.
    pub dir: Arc<str>,
    /// The call that it is the module of.
    pub parent: Option<(NodeId, CallId)>,
    children: Vec<Child>,
    /// By resource.
    uses: Vec<ProviderUse>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Child {
    Wanted,
    /// Asked for; or it could not be had, which was reported.
    Asked,
    Here(NodeId),
}

/// All modules of a configuration.
#[derive(Clone, Debug)]
pub struct Stack {
    nodes: Vec<Node>,
}

/// The values of root variables that were given, whoever gave them. The last one given counts.
#[derive(Clone, Default, Debug)]
pub struct Given(HashMap<Arc<str>, GivenValue>);

/// The value given for a variable, before it is converted to the variable's type.
#[derive(Clone, Debug)]
pub struct GivenValue {
    pub value: Value,
    /// Where it is written, in a file or on the command line.
    pub span: Option<Span>,
    /// Who gave it, for messages: `the environment variable TF_VAR_size`.
    pub from: Arc<str>,
}

/// A call whose module is wanted.
#[derive(Clone, Debug)]
pub struct Need {
    pub node: NodeId,
    pub call: CallId,
    /// Of the module that is wanted.
    pub path: ModulePath,
    pub source: ModuleSource,
    /// The source as it is written.
    pub written: Arc<str>,
    pub version: Option<Constraints>,
    /// The folder of the calling module.
    pub caller_dir: Arc<str>,
    /// The source argument.
    pub span: Span,
}

impl Given {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub fn insert(&mut self, name: impl Into<Arc<str>>, value: GivenValue) {
        self.0.insert(name.into(), value);
    }

    #[must_use]
    pub fn get(&self, name: &str) -> Option<&GivenValue> {
        self.0.get(name)
    }

    /// In no order.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &GivenValue)> {
        self.0.iter()
    }
}

impl Node {
    fn new(path: ModulePath, module: Arc<Module>, dir: Arc<str>) -> Self {
        let children = vec![Child::Wanted; module.calls.len()];
        Self { path, module, dir, parent: None, children, uses: Vec::new() }
    }

    /// The module that a call is of; nothing where it could not be had.
    #[must_use]
    pub fn child(&self, call: CallId) -> Option<NodeId> {
        match self.children[call.index()] {
            Child::Here(node) => Some(node),
            Child::Wanted | Child::Asked => None,
        }
    }

    /// The provider configuration that a resource uses. To be asked once the stack is finished.
    #[must_use]
    pub fn provider_use(&self, resource: crate::config::ResourceId) -> &ProviderUse {
        &self.uses[resource.index()]
    }
}

impl std::ops::Index<NodeId> for Stack {
    type Output = Node;

    fn index(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }
}

impl Stack {
    /// A stack of the root module alone, so far.
    #[must_use]
    pub fn new(root: Arc<Module>, dir: impl Into<Arc<str>>) -> Self {
        Self { nodes: vec![Node::new(ModulePath::ROOT, root, dir.into())] }
    }

    #[must_use]
    pub fn root(&self) -> &Node {
        &self.nodes[0]
    }

    /// Callers before what they call.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (NodeId, &Node)> {
        self.nodes.iter().enumerate().map(|(i, node)| (node_id(i), node))
    }

    /// The module at a path.
    #[must_use]
    pub fn find(&self, path: &ModulePath) -> Option<NodeId> {
        path.names().iter().try_fold(NodeId::ROOT, |at, name| {
            let node = &self[at];
            node.child(node.module.calls.find(name)?)
        })
    }

    /// The calls that want a module and whose source can be told. Each is named once.
    pub fn needs(&mut self, given: &Given, host: &dyn Host, diags: &mut Diagnostics) -> Vec<Need> {
        let mut needs = Vec::new();
        for at in 0..self.nodes.len() {
            for call in self.nodes[at].module.calls.ids() {
                if self.nodes[at].children[call.index()] == Child::Wanted {
                    self.nodes[at].children[call.index()] = Child::Asked;
                    needs.extend(self.need(node_id(at), call, given, host, diags));
                }
            }
        }
        needs
    }

    fn need(
        &self,
        node: NodeId,
        call: CallId,
        given: &Given,
        host: &dyn Host,
        diags: &mut Diagnostics,
    ) -> Option<Need> {
        let caller = &self[node];
        let declared = &caller.module.calls[call];
        let source = declared.source.as_ref()?;
        let span = source.span();
        let written = early::text(self, node, source, "source", given, host, diags);
        // What is wrong with both is said of both.
        let version = self.version(node, declared.version.as_ref(), given, host, diags);
        let Some(written) = written? else {
            let detail = "The source of a module cannot be null.";
            diags.push(Diagnostic::error("Invalid module source", detail).at(span));
            return None;
        };
        let version = version?;
        let parsed = match (&version, ModuleSource::parse(&written)) {
            (Some(_), Ok(ModuleSource::Local(_) | ModuleSource::Remote(_)) | Err(_)) => {
                ModuleSource::parse_registry(&written)
            }
            (_, parsed) => parsed,
        };
        match parsed {
            Ok(source) => Some(Need {
                node,
                call,
                path: caller.path.child(&declared.name),
                source,
                written,
                version,
                caller_dir: Arc::clone(&caller.dir),
                span,
            }),
            Err(error) => {
                let (summary, help) = match &version {
                    None => (
                        "Invalid module source address",
                        "A folder of this project is written with \"./\" or \"../\" in front.",
                    ),
                    Some(_) => (
                        "Invalid registry module source address",
                        "Only modules of a registry have versions: remove the argument \"version\", or name a module as NAMESPACE/NAME/PROVIDER.",
                    ),
                };
                diags.push(Diagnostic::error(summary, format!("{error}.")).at(span).help(help));
                None
            }
        }
    }

    /// The constraints that a call has; `None` where they cannot be told, which is reported.
    fn version(
        &self,
        node: NodeId,
        version: Option<&wb_hcl::Expression>,
        given: &Given,
        host: &dyn Host,
        diags: &mut Diagnostics,
    ) -> Option<Option<Constraints>> {
        let Some(version) = version else { return Some(None) };
        let text = early::text(self, node, version, "version", given, host, diags)?;
        match text.as_deref().map(Constraints::parse).transpose() {
            Ok(constraints) => Some(constraints),
            Err(error) => {
                let detail = format!("This is no version constraint: {error}.");
                diags.push(
                    Diagnostic::error("Invalid version constraint", detail).at(version.span()),
                );
                None
            }
        }
    }

    /// Gives the module of a call. A module that is in the way of its own call is refused: it would never end.
    pub fn supply(
        &mut self,
        need: &Need,
        module: Arc<Module>,
        dir: impl Into<Arc<str>>,
        diags: &mut Diagnostics,
    ) {
        let dir = dir.into();
        if let Some(first) = self.callers(need.node).find(|at| self[*at].dir == dir) {
            diags.push(self.endless(need, first, &dir));
            return;
        }
        let id = node_id(self.nodes.len());
        let mut node = Node::new(need.path.clone(), module, dir);
        node.parent = Some((need.node, need.call));
        self.nodes.push(node);
        self.nodes[need.node.index()].children[need.call.index()] = Child::Here(id);
    }

    /// A module and those that call it, up to the root.
    pub fn callers(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(Some(node), |at| self[*at].parent.map(|(caller, _)| caller))
    }

    fn endless(&self, need: &Need, first: NodeId, dir: &str) -> Diagnostic {
        let folder = if dir == "." { "the root module".to_owned() } else { format!("{dir:?}") };
        let detail = if first == need.node {
            format!("The module in {folder} calls itself, so that it would be loaded without end.")
        } else {
            format!(
                "The module in {folder} calls itself through other modules, so that it would be loaded without end."
            )
        };
        let mut problem = Diagnostic::error("Module calls itself", detail).at(need.span);
        let mut at = need.node;
        while at != first {
            let Some((caller, call)) = self[at].parent else { break };
            problem = problem.label(self[caller].module.calls[call].span, "called from here");
            at = caller;
        }
        problem.help("Remove this call, or let it use a module that does not lead back here.")
    }

    /// Works out what provider configuration each resource uses. To be called once, when nothing is needed any more.
    pub fn finish(&mut self, diags: &mut Diagnostics) {
        for at in 0..self.nodes.len() {
            self.nodes[at].uses = providers::of_node(self, node_id(at), diags);
        }
    }
}

fn node_id(index: usize) -> NodeId {
    NodeId(u32::try_from(index).expect("a stack has fewer than 2^32 modules"))
}

#[cfg(test)]
pub(crate) mod testing {
    //! A stack of modules given as text, by folder.

    use super::*;
    use crate::config::{SourceFile, lower};
    use crate::host::{MemoryHost, Phase};
    use wb_core::source::SourceMap;

    /// Loads a stack whose files are named with their folders; files without one are the root module's.
    pub(crate) fn load(files: &[(&str, &str)], given: &Given) -> (SourceMap, Stack, Diagnostics) {
        let (mut sources, mut diags) = (SourceMap::new(), Diagnostics::new());
        let mut read = |dir: &str, diags: &mut Diagnostics| {
            let of = |name: &str| match name.rsplit_once('/') {
                Some((of, _)) => of.to_owned(),
                None => ".".to_owned(),
            };
            let here: Vec<(&str, &str)> =
                files.iter().filter(|(name, _)| of(name) == dir).copied().collect();
            let parsed: Vec<SourceFile> = crate::testing::parse(&here, &mut sources, diags);
            let (module, problems) = lower(&parsed);
            diags.append(problems);
            Arc::new(module)
        };
        let mut stack = Stack::new(read(".", &mut diags), ".");
        let host = MemoryHost::new(Phase::Plan);
        loop {
            let needs = stack.needs(given, &host, &mut diags);
            if needs.is_empty() {
                break;
            }
            for need in needs {
                let ModuleSource::Local(path) = &need.source else { panic!("only local modules") };
                let dir = match (&*need.caller_dir, path.trim_start_matches("./")) {
                    (_, "" | ".") => ".".to_owned(),
                    (".", path) => path.to_owned(),
                    (_, path) if path.starts_with("../") => path[3..].to_owned(),
                    (caller, path) => format!("{caller}/{path}"),
                };
                let module = read(&dir, &mut diags);
                stack.supply(&need, module, dir, &mut diags);
            }
        }
        stack.finish(&mut diags);
        (sources, stack, diags)
    }
}

#[cfg(test)]
mod tests {
    use super::testing::load;
    use super::*;
    use crate::testing::outline;
    use expect_test::expect;

    #[test]
    fn modules_are_found_through_their_calls() {
        let (_, stack, diags) = load(
            &[
                (
                    "main.tf",
                    "module \"a\" {\n  source = \"./m\"\n}\nmodule \"b\" {\n  source = \"./m\"\n}",
                ),
                ("m/main.tf", "module \"c\" {\n  source = \"./n\"\n}"),
                ("m/n/main.tf", ""),
            ],
            &Given::new(),
        );
        assert!(diags.is_empty(), "{diags:?}");
        let paths: Vec<String> = stack.iter().map(|(_, node)| node.path.to_string()).collect();
        assert_eq!(paths, ["", "module.a", "module.b", "module.a.module.c", "module.b.module.c"]);
        assert_eq!(stack.find(&stack.nodes[4].path), Some(NodeId(4)));
    }

    #[test]
    fn a_module_cannot_call_itself() {
        let (sources, _, diags) = load(
            &[
                ("main.tf", "module \"a\" {\n  source = \"./m\"\n}"),
                ("m/main.tf", "module \"b\" {\n  source = \"../n\"\n}"),
                ("n/main.tf", "module \"c\" {\n  source = \"../m\"\n}"),
            ],
            &Given::new(),
        );
        expect![[r#"
            error n/main.tf:2:12 <"../m"> Module calls itself | m/main.tf:1:1 called from here
        "#]]
        .assert_eq(&outline(&sources, &diags));
    }

    #[test]
    fn a_version_may_be_null_and_a_source_may_not() {
        let text = r#"
locals {
  none = null
}
module "a" {
  source  = "./m"
  version = local.none
}
module "b" {
  source = local.none
}"#;
        let (sources, stack, diags) = load(&[("main.tf", text), ("m/main.tf", "")], &Given::new());
        assert_eq!(stack.iter().len(), 2);
        expect![[r#"
            error main.tf:10:12 <local.none> Invalid module source
        "#]]
        .assert_eq(&outline(&sources, &diags));
    }

    #[test]
    fn sources_may_use_variables_and_locals() {
        let mut given = Given::new();
        let value = GivenValue { value: Value::from("m"), span: None, from: "a test".into() };
        given.insert("which", value);
        let (sources, stack, diags) = load(
            &[
                (
                    "main.tf",
                    r#"
variable "which" {}
locals {
  dir = "./${var.which}"
}
module "a" {
  source = local.dir
  next   = "${var.which}x"
}
resource "terraform_data" "x" {}
module "bad" {
  source = terraform_data.x.output
}"#,
                ),
                (
                    "m/main.tf",
                    "variable \"next\" {}\nmodule \"b\" {\n  source = \"./${var.next}\"\n}",
                ),
                ("m/mx/main.tf", ""),
            ],
            &given,
        );
        let paths: Vec<String> = stack.iter().map(|(_, node)| node.path.to_string()).collect();
        assert_eq!(paths, ["", "module.a", "module.a.module.b"]);
        expect![[r#"
            error main.tf:12:12 <terraform_data.x> Reference not allowed here
        "#]]
        .assert_eq(&outline(&sources, &diags));
    }
}
