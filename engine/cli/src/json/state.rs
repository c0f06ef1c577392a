//! A state: `show -json`.

use std::io;
use std::sync::Arc;

use wb_core::addr::{AbsInstance, DeposedKey, Provider};
use wb_core::json::encode_type;
use wb_core::provider::Catalog;
use wb_state::{Object, Output, State, Status};

use super::address::parts;
use super::modules::Node;
use super::out::Out;
use super::{STATE_FORMAT, checks, values};
use crate::stored;

/// Writes a state. `version` is the version of Terraform that its file names.
///
/// # Errors
/// Where it cannot be written.
pub fn state(
    state: &State,
    version: &str,
    catalog: &Catalog,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    let mut out = Out::new(to);
    write(&mut out, state, version, catalog, true);
    out.finish()
}

/// The same as a member of a plan, which has its checks elsewhere.
pub(crate) fn write(
    out: &mut Out<'_>,
    state: &State,
    version: &str,
    catalog: &Catalog,
    with_checks: bool,
) {
    out.object(|out| {
        out.key("format_version").string(STATE_FORMAT);
        if state.is_empty() {
            return;
        }
        out.key("terraform_version").string(version);
        out.key("values").object(|out| {
            if !state.outputs.is_empty() {
                out.key("outputs").object(|out| {
                    for (name, value) in &state.outputs {
                        output(out.key(name), value);
                    }
                });
            }
            let root = tree(state);
            out.key("root_module");
            root.write(None, out, &|out, item| object(out, item, catalog));
        });
        if with_checks && !state.checks.is_empty() {
            checks::of_state(out.key("checks"), &state.checks);
        }
    });
}

struct Item<'s> {
    address: AbsInstance,
    deposed: Option<DeposedKey>,
    provider: &'s Provider,
    object: &'s Arc<Object>,
}

fn tree(state: &State) -> Node<Item<'_>> {
    let mut root = Node::default();
    for (address, resource, instance) in state.instances() {
        let current = instance.current.iter().map(|object| (None, object));
        let deposed = instance.all_deposed().iter().map(|(key, object)| (Some(*key), object));
        for (deposed, object) in current.chain(deposed) {
            let provider = &resource.provider.provider;
            let item = Item { address: address.clone(), deposed, provider, object };
            root.insert(address.module(), item);
        }
    }
    root
}

fn output(out: &mut Out<'_>, output: &Output) {
    let value = stored::output(output);
    out.object(|out| {
        out.key("sensitive").plain(output.sensitive);
        values::known(out.key("value"), &value);
        out.key("type").raw(&encode_type(value.ty()));
    });
}

fn object(out: &mut Out<'_>, item: &Item<'_>, catalog: &Catalog) {
    let resource = &item.address.resource.resource;
    let (value, version) = stored::object(catalog, item.provider, resource, item.object);
    out.object(|out| {
        out.key("address").display(&item.address);
        parts(out, &item.address);
        out.key("provider_name").display(item.provider);
        out.key("schema_version").plain(version);
        values::known(out.key("values"), &value);
        values::sensitive(out.key("sensitive_values"), &value);
        if !item.object.dependencies.is_empty() {
            out.key("depends_on").strings(item.object.dependencies.iter());
        }
        out.flag("tainted", item.object.status == Status::Tainted);
        if let Some(key) = item.deposed {
            out.key("deposed_key").display(key);
        }
    });
}
