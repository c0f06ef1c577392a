//! Values in plans and states: what is known of them, and beside it, in the same shape, where they are unknown and where they
//! are sensitive.

use wb_core::ty::{Type, TypeKind};
use wb_core::value::{Value, View};

use super::out::Out;

/// What is known of a value. Unknown members are left out, unknown elements are null. Not for a value that is unknown as a whole.
pub(crate) fn known(out: &mut Out<'_>, value: &Value) {
    match value.view() {
        View::Marked(inner, _) => known(out, inner),
        View::Null(_) | View::Unknown(_) => out.null(),
        View::Bool(value) => out.plain(value),
        View::Number(number) if number.is_infinite() => out.null(),
        View::Number(number) => out.plain(number),
        View::String(text) => out.string(text),
        View::List(elements) | View::Set(elements) | View::Tuple(elements) => {
            out.array(|out| elements.iter().for_each(|element| known(out, element)));
        }
        View::Map(map) => known_members(out, map.iter()),
        View::Object(object) => known_members(out, object.iter()),
    }
}

fn known_members<'n, 'v>(out: &mut Out<'_>, members: impl Iterator<Item = (&'n str, &'v Value)>) {
    out.object(|out| {
        for (name, value) in members.filter(|(_, value)| value.is_known()) {
            known(out.key(name), value);
        }
    });
}

/// Where a value is unknown: true there, false at what is known. Members all of which are known primitives are left
/// out; elements are not, so that places agree.
pub(crate) fn unknown(out: &mut Out<'_>, value: &Value) {
    shape(out, value, Some(true), &|value| (!value.is_known()).then_some(true));
}

/// Where a value is sensitive, in the same way.
pub(crate) fn sensitive(out: &mut Out<'_>, value: &Value) {
    shape(out, value, None, &|value| value.marks().is_sensitive().then_some(true));
}

/// `whole` is what to say of an unknown value of a composite type; without it, its empty shape.
fn shape(
    out: &mut Out<'_>,
    value: &Value,
    whole: Option<bool>,
    answer: &dyn Fn(&Value) -> Option<bool>,
) {
    if let Some(answer) = answer(value) {
        return out.plain(answer);
    }
    match value.unmarked().view() {
        View::List(elements) | View::Set(elements) | View::Tuple(elements) => {
            out.array(|out| elements.iter().for_each(|element| shape(out, element, whole, answer)));
        }
        View::Map(map) => members(out, map.iter(), whole, answer),
        View::Object(object) => members(out, object.iter(), whole, answer),
        View::Unknown(_) => match (whole, value.ty().kind()) {
            (Some(whole), _) => out.plain(whole),
            (None, TypeKind::List(_) | TypeKind::Set(_) | TypeKind::Tuple(_)) => out.array(|_| {}),
            (None, TypeKind::Map(_) | TypeKind::Object(_)) => out.object(|_| {}),
            (None, _) => out.plain(false),
        },
        _ => out.plain(false),
    }
}

fn members<'n, 'v>(
    out: &mut Out<'_>,
    members: impl Iterator<Item = (&'n str, &'v Value)>,
    whole: Option<bool>,
    answer: &dyn Fn(&Value) -> Option<bool>,
) {
    let says_something =
        |value: &Value| answer(value).is_some() || !(value.is_null() || is_single(value.ty()));
    out.object(|out| {
        for (name, value) in members.filter(|(_, value)| says_something(value)) {
            shape(out.key(name), value, whole, answer);
        }
    });
}

/// Whether a value of this type has no parts.
fn is_single(ty: Type) -> bool {
    ty.is_primitive() || ty == Type::DYNAMIC
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::out::written;
    use super::*;
    use crate::testing;

    fn show(write: fn(&mut Out<'_>, &Value), value: &Value) -> String {
        let text = written(|to| {
            let mut out = Out::new(to);
            write(&mut out, value);
            out.finish()
        });
        text.trim_end().to_owned()
    }

    #[test]
    fn three_forms_of_one_shape() {
        let value = testing::value(&json!({
            "a": 1, "list": [1, {"$": "unknown"}, {"$sensitive": "s"}], "none": null,
            "nested": {"x": {"$": "unknown"}, "y": 2}, "same": {"z": 1}, "secret": {"$sensitive": {"q": 1}},
        }));
        assert_eq!(
            show(known, &value),
            r#"{"a":1,"list":[1,null,"s"],"nested":{"y":2},"none":null,"same":{"z":1},"secret":{"q":1}}"#
        );
        assert_eq!(
            show(unknown, &value),
            r#"{"list":[false,true,false],"nested":{"x":true},"same":{},"secret":{}}"#
        );
        assert_eq!(
            show(sensitive, &value),
            r#"{"list":[false,false,true],"nested":{},"same":{},"secret":true}"#
        );
    }

    #[test]
    fn an_unknown_whole_is_true_and_of_its_empty_shape() {
        for (ty, want) in [
            (Type::STRING, "false"),
            (Type::DYNAMIC, "false"),
            (Type::list(Type::STRING), "[]"),
            (Type::map(Type::STRING), "{}"),
        ] {
            assert_eq!(show(unknown, &Value::unknown(ty)), "true");
            assert_eq!(show(sensitive, &Value::unknown(ty)), want);
        }
        assert_eq!(show(sensitive, &Value::null(Type::list(Type::STRING))), "false");
    }
}
