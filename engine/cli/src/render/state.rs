//! What is in a state, as text.

use std::fmt::Write as _;

use wb_core::addr::{AbsInstance, DeposedKey, ProviderConfig};
use wb_core::provider::Catalog;
use wb_state::{Instance, Object, State, Status};

use super::Style;
use super::delta::{self, Compare, Delta, Sign};
use super::values::Values;
use crate::stored;

/// Everything: `show`.
#[must_use]
pub fn state(state: &State, catalog: &Catalog, style: Style) -> String {
    if state.is_empty() {
        return "The state is empty. No resources are represented.\n".to_owned();
    }
    let mut out = String::new();
    for (address, resource, instance) in state.instances() {
        out.push_str(&self::instance(&address, &resource.provider, instance, catalog, style));
        out.push('\n');
    }
    if state.outputs.is_empty() {
        out.truncate(out.trim_end_matches('\n').len() + 1);
        return out;
    }
    out.push_str("Outputs:\n\n");
    let mut values = Values::plain(&mut out, style.paint());
    for (name, output) in &state.outputs {
        let delta = Delta::whole(Sign::Same, &stored::output(output));
        values.entry(name, false, 0, &delta, 0, false);
    }
    out
}

/// One instance with all its objects, as the language would have it: `state show`.
#[must_use]
pub fn instance(
    address: &AbsInstance,
    provider: &ProviderConfig,
    instance: &Instance,
    catalog: &Catalog,
    style: Style,
) -> String {
    let mut out = String::new();
    if let Some(current) = &instance.current {
        object((address, None), provider, current, catalog, style, &mut out);
    }
    for (key, deposed) in instance.all_deposed() {
        if !out.is_empty() {
            out.push('\n');
        }
        object((address, Some(*key)), provider, deposed, catalog, style, &mut out);
    }
    out
}

fn object(
    (address, deposed): (&AbsInstance, Option<DeposedKey>),
    provider: &ProviderConfig,
    object: &Object,
    catalog: &Catalog,
    style: Style,
    out: &mut String,
) {
    let paint = style.paint();
    let resource = &address.resource.resource;
    let mut head = format!("# {address}:");
    // Writing to a string cannot fail.
    let _ = match deposed {
        Some(key) => write!(head, " (deposed object {key})"),
        None if object.status == Status::Tainted => write!(head, " (tainted)"),
        None => Ok(()),
    };
    let _ = writeln!(out, "{}", paint.dim(head));
    let _ = write!(out, "{} \"{}\" \"{}\" ", resource.mode.block(), resource.kind, resource.name);
    let provider = &provider.provider;
    let (value, _) = stored::object(catalog, provider, resource, object);
    let by_schema = catalog.with_schema(provider, resource.mode, &resource.kind, |schema| {
        value
            .ty()
            .conforms_to(schema.block.ty())
            .then(|| delta::block(&schema.block, &value, &value, Compare::PLAIN))
    });
    let block = by_schema.flatten().unwrap_or_else(|| delta::without_schema(&value, &value));
    Values::plain(out, paint).block(&block, 0);
    out.push('\n');
}

/// Addresses, one a line: `state list`.
#[must_use]
pub fn list<'a>(addresses: impl IntoIterator<Item = &'a AbsInstance>) -> String {
    let mut out = String::new();
    for address in addresses {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{address}");
    }
    out
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use expect_test::expect;
    use wb_state::{AttrPath, Attributes, Output, RawJson};

    use super::*;
    use crate::testing;

    fn raw(text: &str) -> RawJson {
        RawJson::new(text).unwrap()
    }

    fn stored(json: &str) -> Object {
        Object { attributes: Attributes::Json(raw(json)), ..Object::default() }
    }

    fn fixture() -> State {
        let mut state = State::default();
        let provider = ProviderConfig::root(testing::provider());
        let dynamic = r#"{"id":"i","input":{"value":{"a":null,"b c":"x\ny"},"type":["object",{"a":"string","b c":"string"}]},"output":null,"triggers_replace":null}"#;
        let mut first = Instance::default();
        first.current = Some(Arc::new(Object { status: Status::Tainted, ..stored(dynamic) }));
        first.set_deposed(DeposedKey::from_random(7), Some(Arc::new(stored(dynamic))));
        state.set_instance(&testing::instance("terraform_data.a[\"k\"]"), &provider, first);
        let (sensitive, _) = AttrPath::read_list(r#"[[{"type":"get_attr","value":"name"}]]"#);
        let json = r#"{"id":"n","labels":{"a":"1"},"name":"s","ranges":[],"users":null,"zones":null,"by":{},"only":null,"rule":[{"port":1,"key":"s"}],"some":[]}"#;
        let mut net = Instance::default();
        net.current = Some(Arc::new(Object { sensitive, ..stored(json) }));
        state.set_instance(&testing::instance("module.m.test_net.n"), &provider, net);
        let output = |value, kind, sensitive| Output {
            value: raw(value),
            kind: raw(kind),
            sensitive,
            deprecated: None,
        };
        state.outputs.insert("a".into(), output("[1]", "[\"tuple\",[\"number\"]]", false));
        state.outputs.insert("hidden".into(), output("\"s\"", "\"string\"", true));
        state
    }

    #[test]
    fn a_state_reads_like_a_stack() {
        let shown = state(&fixture(), &testing::catalog(), Style::PLAIN);
        expect![[r##"
            # terraform_data.a["k"]: (tainted)
            resource "terraform_data" "a" {
                id    = "i"
                input = {
                    a     = null
                    "b c" = <<-EOT
                        x
                        y
                    EOT
                }
            }

            # terraform_data.a["k"]: (deposed object 00000007)
            resource "terraform_data" "a" {
                id    = "i"
                input = {
                    a     = null
                    "b c" = <<-EOT
                        x
                        y
                    EOT
                }
            }

            # module.m.test_net.n:
            resource "test_net" "n" {
                by     = {}
                id     = "n"
                labels = {
                    a = "1"
                }
                name   = (sensitive value)
                ranges = []
                rule   = [
                    {
                        key  = "s"
                        port = 1
                    },
                ]
                some   = []
            }

            Outputs:

            a = [
                1,
            ]
            hidden = (sensitive value)
        "##]]
        .assert_eq(&shown);
        assert!(state(&State::default(), &testing::catalog(), Style::PLAIN).contains("is empty"));
    }

    #[test]
    fn a_list_has_an_address_a_line() {
        let state = fixture();
        let addresses: Vec<AbsInstance> =
            state.instances().map(|(address, _, _)| address).collect();
        assert_eq!(list(&addresses), "terraform_data.a[\"k\"]\nmodule.m.test_net.n\n");
    }
}
