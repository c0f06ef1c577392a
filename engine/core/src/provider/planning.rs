//! Planning by what the schema says, which is enough for most types.
//!
//! - An attribute that the user leaves out has its default, or is for the provider to decide: unknown in a new object,
//!   in an existing one as it was, unless it is volatile and something changes.
//! - A change of an attribute marked so needs a new object, also one deep inside nested blocks.

use super::{PlanAsk, Planned};
use crate::path::{Path, Step};
use crate::schema::{Attribute, Block, NestedAttributes, NestedBlock, Nesting, Schema, Shape};
use crate::value::{Value, View};

/// Predicts an object from its schema alone.
#[must_use]
pub fn plan_by_schema(schema: &Schema, ask: &PlanAsk<'_>) -> Planned {
    let fields = Fields::of(&schema.block);
    let prior = (!ask.is_create()).then_some(ask.prior);
    let fill = |proposed: &Value, open| {
        let filled = fields.fill(ask.config, proposed, prior, open);
        filled.unwrap_or_else(|| proposed.clone())
    };
    let settled = fill(ask.proposed, Volatile::Stays);
    let value = match prior {
        Some(prior) if settled == *prior => settled,
        Some(_) => fill(&settled, Volatile::IsOpen),
        None => settled,
    };
    let mut replace = Vec::new();
    if let Some(prior) = prior {
        fields.find_replacing(prior, &value, &mut Path::new(), &mut replace);
    }
    Planned { value, replace, private: ask.private.to_vec() }
}

/// What becomes of volatile attributes of objects that exist.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Volatile {
    Stays,
    IsOpen,
}

/// What an object's attributes are described by: a block, or the attributes of a nested attribute.
#[derive(Clone, Copy)]
struct Fields<'a> {
    attributes: &'a [Attribute],
    blocks: &'a [NestedBlock],
}

/// One of them.
enum Field<'a> {
    Attribute(&'a Attribute),
    Block(&'a NestedBlock),
}

impl<'a> Fields<'a> {
    fn of(block: &'a Block) -> Self {
        Self { attributes: block.attributes(), blocks: block.blocks() }
    }

    fn of_nested(nested: &'a NestedAttributes) -> Self {
        Self { attributes: nested.attributes(), blocks: &[] }
    }

    fn find(self, name: &str) -> Option<Field<'a>> {
        if let Ok(at) = self.attributes.binary_search_by(|a| (*a.name).cmp(name)) {
            return Some(Field::Attribute(&self.attributes[at]));
        }
        let at = self.blocks.binary_search_by(|b| (*b.name).cmp(name)).ok()?;
        Some(Field::Block(&self.blocks[at]))
    }

    /// Whether a change anywhere in it may need a new object.
    fn may_replace(self) -> bool {
        self.attributes
            .iter()
            .any(|a| a.replace || a.as_nested().is_some_and(|n| Self::of_nested(n).may_replace()))
            || self.blocks.iter().any(|b| Self::of(&b.block).may_replace())
    }

    /// The proposed object, with what the user left out filled in; nothing where there is nothing to fill in, which is so for nearly
    /// all objects that exist. `config` is the same object as the user wrote it, `prior` as it was, where it was.
    fn fill(
        self,
        config: &Value,
        proposed: &Value,
        prior: Option<&Value>,
        open: Volatile,
    ) -> Option<Value> {
        let object = proposed.as_object()?;
        let mut filled: Option<Vec<Value>> = None;
        for (at, (name, value)) in object.iter().enumerate() {
            let config = config.attribute(name);
            let prior = prior.and_then(|p| p.attribute(name));
            let other = match self.find(name) {
                Some(Field::Attribute(a)) => fill_attribute(a, config, value, prior, open),
                Some(Field::Block(b)) => {
                    let fields = Self::of(&b.block);
                    fields.fill_each(b.nesting, config.unwrap_or(value), value, prior, open)
                }
                None => None,
            };
            if let Some(other) = other {
                filled.get_or_insert_with(|| object.values().to_vec())[at] = other;
            }
        }
        filled.map(|values| Value::object_of(object.shape(), values))
    }

    /// [`Fields::fill`] for every object in a value of a nesting.
    fn fill_each(
        self,
        nesting: Nesting,
        config: &Value,
        value: &Value,
        prior: Option<&Value>,
        open: Volatile,
    ) -> Option<Value> {
        if matches!(nesting, Nesting::Single | Nesting::Group) {
            return self.fill(config, value, prior.filter(|p| !p.is_null()), open);
        }
        // An element has its like at the same position or key. What is not in the configuration is as it is proposed.
        let at = |i: usize, v: &Value| {
            let like = |of: &Value| of.as_elements()?.get(i).cloned();
            let config = like(config).unwrap_or_else(|| v.clone());
            self.fill(&config, v, prior.and_then(like).as_ref(), open)
        };
        let under = |key: &str, v: &Value| {
            let like = |of: &Value| match of.view() {
                View::Map(map) => map.get(key).cloned(),
                View::Object(object) => object.get(key).cloned(),
                _ => None,
            };
            let config = like(config).unwrap_or_else(|| v.clone());
            self.fill(&config, v, prior.and_then(like).as_ref(), open)
        };
        let element = value.ty().element();
        match (value.view(), element) {
            (View::List(elements), Some(ty)) => {
                let filled = elements.iter().enumerate().map(|(i, v)| at(i, v));
                any_filled(elements, filled.collect()).map(|all| Value::list(ty, all))
            }
            (View::Tuple(elements), _) => {
                let filled = elements.iter().enumerate().map(|(i, v)| at(i, v));
                any_filled(elements, filled.collect()).map(Value::tuple)
            }
            // Elements of a set have no name to find their like by: one that was there as it is stays, any other is new.
            (View::Set(elements), Some(ty)) => {
                let filled = elements.iter().map(|v| match prior {
                    Some(prior) if prior.holds(v) => None,
                    _ => self.fill(v, v, None, open),
                });
                any_filled(elements, filled.collect()).map(|all| Value::set(ty, all))
            }
            (View::Map(map), Some(ty)) => {
                let values: Vec<Value> = map.values().cloned().collect();
                let filled = map.iter().map(|(key, v)| under(key, v)).collect();
                any_filled(&values, filled).map(|all| Value::map(ty, map.keys().zip(all)))
            }
            (View::Object(object), _) => {
                let filled = object.iter().map(|(key, v)| under(key, v)).collect();
                any_filled(object.values(), filled)
                    .map(|all| Value::object(object.shape().names().zip(all)))
            }
            _ => None,
        }
    }

    /// Adds the paths at which a change needs a new object.
    fn find_replacing(self, prior: &Value, planned: &Value, path: &mut Path, out: &mut Vec<Path>) {
        let (Some(before), Some(after)) = (prior.as_object(), planned.as_object()) else {
            if prior != planned && self.may_replace() {
                out.push(path.clone());
            }
            return;
        };
        for ((name, before), (_, after)) in before.iter().zip(after.iter()) {
            if before == after {
                continue;
            }
            path.push_attr(name);
            match self.find(name) {
                Some(Field::Attribute(a)) if a.replace => out.push(path.clone()),
                Some(Field::Attribute(a)) => {
                    if let Some(nested) = a.as_nested() {
                        let fields = Self::of_nested(nested);
                        fields.find_replacing_in_each(nested.nesting, before, after, path, out);
                    }
                }
                Some(Field::Block(b)) => {
                    let fields = Self::of(&b.block);
                    fields.find_replacing_in_each(b.nesting, before, after, path, out);
                }
                None => {}
            }
            path.pop();
        }
    }

    fn find_replacing_in_each(
        self,
        nesting: Nesting,
        before: &Value,
        after: &Value,
        path: &mut Path,
        out: &mut Vec<Path>,
    ) {
        if !self.may_replace() {
            return;
        }
        let is_single = matches!(nesting, Nesting::Single | Nesting::Group);
        if is_single {
            self.find_replacing(before, after, path, out);
            return;
        }
        let of_one_length = match (before.view(), after.view()) {
            (View::List(a) | View::Tuple(a), View::List(b) | View::Tuple(b)) => a.len() == b.len(),
            (View::Map(a), View::Map(b)) => a.keys().eq(b.keys()),
            _ => false,
        };
        // Where elements come or go, or cannot be told apart, the whole of them has changed.
        if !of_one_length {
            out.push(path.clone());
            return;
        }
        match (before.view(), after.view()) {
            (View::Map(a), View::Map(b)) => {
                for ((key, a), b) in a.iter().zip(b.values()) {
                    path.push_key(key);
                    self.find_replacing(a, b, path, out);
                    path.pop();
                }
            }
            _ => {
                let pairs = before.as_elements().into_iter().flatten();
                for (i, (a, b)) in pairs.zip(after.as_elements().into_iter().flatten()).enumerate()
                {
                    path.push(Step::Index(Value::from(i)));
                    self.find_replacing(a, b, path, out);
                    path.pop();
                }
            }
        }
    }
}

/// The elements with those that were filled in; nothing where none was.
fn any_filled(elements: &[Value], filled: Vec<Option<Value>>) -> Option<Vec<Value>> {
    if filled.iter().all(Option::is_none) {
        return None;
    }
    let each = elements.iter().zip(filled);
    Some(each.map(|(element, filled)| filled.unwrap_or_else(|| element.clone())).collect())
}

/// What an attribute has in place of what is proposed, where that is something else.
fn fill_attribute(
    attribute: &Attribute,
    config: Option<&Value>,
    value: &Value,
    prior: Option<&Value>,
    open: Volatile,
) -> Option<Value> {
    let is_left_out = config.is_none_or(Value::is_null);
    if is_left_out && attribute.write_only {
        return (!value.is_null()).then(|| Value::null(attribute.ty()));
    }
    if is_left_out && let Some(default) = &attribute.default {
        return (value != default).then(|| default.clone());
    }
    if is_left_out && attribute.settable.computed {
        let is_open = prior.is_none() || (attribute.volatile && open == Volatile::IsOpen);
        return is_open.then(|| Value::unknown(attribute.ty()));
    }
    match &attribute.shape {
        Shape::Nested(nested) => {
            let fields = Fields::of_nested(nested);
            fields.fill_each(nested.nesting, config.unwrap_or(value), value, prior, open)
        }
        Shape::Plain(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Settable;
    use crate::time::Moment;
    use crate::ty::Type;
    use expect_test::{Expect, expect};

    fn schema() -> Schema {
        let text = |name: &'static str, settable| Attribute::new(name, Type::STRING, settable);
        let rule = Block::new(
            vec![
                text("key", Settable::REQUIRED).replace(),
                text("note", Settable::OPTIONAL),
                text("rule_id", Settable::COMPUTED),
            ],
            vec![],
        );
        let tag =
            Block::new(vec![text("k", Settable::REQUIRED), text("at", Settable::COMPUTED)], vec![]);
        let block = Block::new(
            vec![
                text("name", Settable::REQUIRED).replace(),
                text("size", Settable::OPTIONAL).default("small"),
                text("zone", Settable::OPTIONAL_COMPUTED),
                text("id", Settable::COMPUTED),
                text("etag", Settable::COMPUTED).volatile(),
            ],
            vec![
                NestedBlock::new("rule", Nesting::List, rule),
                NestedBlock::new("tag", Nesting::Set, tag),
            ],
        );
        Schema::new(0, block)
    }

    fn object(schema: &Schema, changes: &[(&str, Value)]) -> Value {
        let empty = schema.block.empty_value();
        let have = empty.as_object().unwrap().iter().map(|(n, v)| (n, v.clone()));
        Value::object(have.chain(changes.iter().map(|(n, v)| (*n, v.clone()))))
    }

    fn rule(key: &str, note: Option<&str>, id: Option<&str>) -> Value {
        let text = |t: Option<&str>| t.map_or(Value::null(Type::STRING), Value::from);
        Value::object([("key", key.into()), ("note", text(note)), ("rule_id", text(id))])
    }

    fn tag(k: &str, at: Option<&str>) -> Value {
        let at = at.map_or(Value::null(Type::STRING), Value::from);
        Value::object([("k", k.into()), ("at", at)])
    }

    fn check(prior: &Value, config: &Value, proposed: &Value, expect: &Expect) {
        let provider = Value::empty_object();
        let (private, now) = (&[][..], Moment::EPOCH);
        let ask = PlanAsk { provider: &provider, prior, config, proposed, private, now };
        let planned = plan_by_schema(&schema(), &ask);
        assert_eq!(planned.value.ty(), schema().block.ty());
        let replace: Vec<String> = planned.replace.iter().map(Path::to_string).collect();
        expect.assert_eq(&format!("{:?}\nreplace {replace:?}\n", planned.value));
    }

    fn prior() -> Value {
        object(
            &schema(),
            &[
                ("name", "n".into()),
                ("size", "small".into()),
                ("zone", "z".into()),
                ("id", "i".into()),
                ("etag", "e".into()),
                ("rule", Value::list(Type::DYNAMIC, [rule("a", None, Some("r"))])),
                ("tag", Value::set(Type::DYNAMIC, [tag("x", Some("t"))])),
            ],
        )
    }

    /// The prior object with some attributes changed, and the configuration for it.
    fn change(changes: &[(&str, Value)]) -> (Value, Value) {
        let prior = prior();
        let all = || prior.as_object().unwrap().iter().map(|(n, v)| (n, v.clone()));
        let proposed = Value::object(all().chain(changes.iter().map(|(n, v)| (*n, v.clone()))));
        let left_out = ["size", "zone", "id", "etag"].map(|n| (n, Value::null(Type::STRING)));
        let all = || proposed.as_object().unwrap().iter().map(|(n, v)| (n, v.clone()));
        (Value::object(all().chain(left_out)), proposed.clone())
    }

    #[test]
    fn a_new_object_leaves_open_what_the_user_left_out() {
        let schema = schema();
        let config = object(
            &schema,
            &[
                ("name", "n".into()),
                ("rule", Value::list(Type::DYNAMIC, [rule("a", None, None)])),
                ("tag", Value::set(Type::DYNAMIC, [tag("x", None)])),
            ],
        );
        let prior = Value::null(schema.block.ty());
        check(
            &prior,
            &config,
            &config,
            &expect![[r#"
                {"etag": ?string, "id": ?string, "name": "n", "rule": list[{"key": "a", "note": null(string), "rule_id": ?string}], "size": "small", "tag": set[{"at": ?string, "k": "x"}], "zone": ?string}
                replace []
            "#]],
        );
    }

    #[test]
    fn nothing_is_open_where_nothing_changes() {
        let (config, proposed) = change(&[]);
        check(
            &prior(),
            &config,
            &proposed,
            &expect![[r#"
                {"etag": "e", "id": "i", "name": "n", "rule": list[{"key": "a", "note": null(string), "rule_id": "r"}], "size": "small", "tag": set[{"at": "t", "k": "x"}], "zone": "z"}
                replace []
            "#]],
        );
    }

    #[test]
    fn a_change_opens_what_is_volatile_and_elements_that_are_new() {
        let rules = [rule("a", Some("new"), Some("r")), rule("b", None, None)];
        let tags = [tag("x", Some("t")), tag("y", None)];
        let (config, proposed) = change(&[
            ("size", "small".into()),
            ("rule", Value::list(Type::DYNAMIC, rules)),
            ("tag", Value::set(Type::DYNAMIC, tags)),
        ]);
        check(
            &prior(),
            &config,
            &proposed,
            &expect![[r#"
                {"etag": ?string, "id": "i", "name": "n", "rule": list[{"key": "a", "note": "new", "rule_id": "r"}, {"key": "b", "note": null(string), "rule_id": ?string}], "size": "small", "tag": set[{"at": "t", "k": "x"}, {"at": ?string, "k": "y"}], "zone": "z"}
                replace [".rule"]
            "#]],
        );
    }

    #[test]
    fn changes_that_need_a_new_object_are_found_at_any_depth() {
        let rules = [rule("b", None, Some("r"))];
        let (config, proposed) = change(&[
            ("name", Value::unknown(Type::STRING)),
            ("rule", Value::list(Type::DYNAMIC, rules)),
        ]);
        check(
            &prior(),
            &config,
            &proposed,
            &expect![[r#"
                {"etag": ?string, "id": "i", "name": ?string, "rule": list[{"key": "b", "note": null(string), "rule_id": "r"}], "size": "small", "tag": set[{"at": "t", "k": "x"}], "zone": "z"}
                replace [".name", ".rule[0].key"]
            "#]],
        );
    }
}
