//! `ephemeralasnull`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "ephemeralasnull",
    "`ephemeralasnull` gives the value with everything ephemeral in it replaced by null, so that the rest can be kept.",
    &[Param::new("value", Kind::Any, "").anything()],
    Returns::By(|args| Ok(args[0].ty())),
    Body::Plain(|args| Ok(without_ephemeral(&args[0]))),
)
.may_be_null();

fn without_ephemeral(value: &Value) -> Value {
    let kept = value.marks().without(MarkKinds::EPHEMERAL);
    let inner = value.unmarked();
    let ty = inner.ty();
    let bare = match inner.view() {
        // What is not known yet may be ephemeral inside, so nothing is promised of it.
        View::Unknown(_) => Value::unknown(ty),
        _ if value.marks().is_ephemeral() => Value::null(ty),
        _ if !value.deep_mark_kinds().intersects(MarkKinds::EPHEMERAL)
            && value.is_wholly_known() =>
        {
            return value.clone();
        }
        View::List(elements) => Value::list(element(ty), elements.iter().map(without_ephemeral)),
        View::Set(elements) => Value::set(element(ty), elements.iter().map(without_ephemeral)),
        View::Tuple(elements) => Value::tuple(elements.iter().map(without_ephemeral)),
        View::Map(map) => {
            Value::map(element(ty), map.iter().map(|(key, value)| (key, without_ephemeral(value))))
        }
        View::Object(object) => Value::object_of(
            object.shape(),
            object.values().iter().map(without_ephemeral).collect(),
        ),
        _ => inner.clone(),
    };
    bare.with_marks(&kept)
}

fn element(ty: Type) -> Type {
    ty.element().unwrap_or(Type::DYNAMIC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_ephemeral_is_lost() {
        let both = Marks::EPHEMERAL.union(&Marks::SENSITIVE);
        let value = Value::object([
            ("a", Value::from("x").with_marks(&both)),
            (
                "b",
                Value::list(Type::NUMBER, [1.into(), Value::from(2).with_marks(&Marks::EPHEMERAL)]),
            ),
            ("c", Value::TRUE),
        ]);
        let expected = Value::object([
            ("a", Value::null(Type::STRING).with_marks(&Marks::SENSITIVE)),
            ("b", Value::list(Type::NUMBER, [1.into(), Value::null(Type::NUMBER)])),
            ("c", Value::TRUE),
        ]);
        assert_eq!(without_ephemeral(&value), expected);
        let unknown = Value::unknown(Type::STRING).with_marks(&Marks::EPHEMERAL);
        assert_eq!(without_ephemeral(&unknown), Value::unknown(Type::STRING));
    }
}
