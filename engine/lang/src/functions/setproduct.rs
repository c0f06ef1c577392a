//! `setproduct`

use wb_core::convert::{Safety, convert};
use wb_core::unify::unify;

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "setproduct",
    "`setproduct` gives every combination of one element from each of the sets or lists given, as tuples.",
    &[],
    Returns::By(result_type),
    Body::With(setproduct),
)
.variadic(Param::new("sets", Kind::Any, "").unknown().marked());

/// Of more elements, or more combinations, than this nothing is promised.
const MOST_IN_ARGUMENT: usize = 1024;
const MOST_COMBINATIONS: usize = 2048;

fn result_type(args: &[Value]) -> Result<Type, Fault> {
    if args.len() < 2 {
        return Err(Fault::new("at least two arguments are required"));
    }
    let types: Result<Vec<Type>, Fault> =
        args.iter().enumerate().map(|(at, arg)| element_type(arg.ty(), at)).collect();
    let tuple = Type::tuple(types?);
    let has_set = args.iter().any(|arg| arg.ty().is_set());
    Ok(if has_set { Type::set(tuple) } else { Type::list(tuple) })
}

fn element_type(ty: Type, at: usize) -> Result<Type, Fault> {
    match ty.kind() {
        TypeKind::Set(element) | TypeKind::List(element) => Ok(element),
        TypeKind::Tuple(tuple) if tuple.is_empty() => Ok(Type::DYNAMIC),
        TypeKind::Tuple(tuple) => match unify(tuple.iter(), Safety::Unsafe) {
            Some(unified) => Ok(unified.ty),
            None => Err(Fault::arg(at, "all elements must be of the same type")),
        },
        _ => Err(Fault::arg(at, "a set or a list is required")),
    }
}

fn setproduct(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let ty = result_type(args)?;
    let marks = args.iter().fold(Marks::NONE, |marks, arg| marks.union(arg.marks()));
    let args: Vec<&Value> = args.iter().map(Value::unmarked).collect();
    let has_length = |arg: &&Value| {
        let (least, most) = arg.length_bounds();
        arg.is_known() && (least == most || arg.ty().is_tuple())
    };
    if !args.iter().all(has_length) {
        return unknown_product(ty, &args).map(|product| product.with_marks(&marks));
    }
    let combinations = combine(ty, &args, env)?;
    let element = ty.element().unwrap_or(Type::DYNAMIC);
    let product = if ty.is_set() {
        Value::set(element, combinations)
    } else {
        Value::list(element, combinations)
    };
    Ok(product.with_marks(&marks))
}

/// The combinations, the last position changing the fastest.
fn combine(ty: Type, args: &[&Value], env: &mut Env<'_>) -> Result<Vec<Value>, Fault> {
    let types = ty.element().and_then(Type::as_tuple);
    let mut columns = Vec::with_capacity(args.len());
    for (at, arg) in args.iter().enumerate() {
        let want = types.and_then(|types| types.get(at)).unwrap_or(Type::DYNAMIC);
        let as_wanted = |element: &Value| {
            convert(element, want).map_err(|error| Fault::arg(at, error.to_string()))
        };
        let elements = arg.as_elements().unwrap_or_default().iter().map(as_wanted);
        columns.push(elements.collect::<Result<Vec<Value>, Fault>>()?);
    }
    let total = columns.iter().fold(1_usize, |n, column| n.saturating_mul(column.len()));
    let width = size_of::<Value>() * (args.len() + 2);
    env.charge(total.saturating_mul(width))?;
    let mut combinations = Vec::with_capacity(total);
    let mut positions = vec![0; columns.len()];
    for _ in 0..total {
        let tuple = columns.iter().zip(&positions).map(|(column, at)| column[*at].clone());
        combinations.push(Value::tuple(tuple));
        for (position, column) in positions.iter_mut().zip(&columns).rev() {
            *position += 1;
            if *position < column.len() {
                break;
            }
            *position = 0;
        }
    }
    Ok(combinations)
}

/// The product of sets of which not all lengths are known: at most as many combinations as the longest would make.
fn unknown_product(ty: Type, args: &[&Value]) -> Outcome {
    let unknown = Value::unknown(ty);
    let mut most = 1_usize;
    for arg in args {
        let length = match arg.ty().as_tuple() {
            Some(tuple) => tuple.len(),
            None => arg.range().max_length(),
        };
        most = most.saturating_mul(length);
        if length > MOST_IN_ARGUMENT || most > MOST_COMBINATIONS {
            return Ok(unknown);
        }
    }
    let refined = match most {
        0 => unknown.refine().not_null().length(0),
        _ => unknown.refine().not_null().length_min(1).length_max(most),
    };
    refined.build().map_err(|error| Fault::new(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_changes_fastest() {
        check(
            r#"setproduct(["a", "b"], [1, 2])"#,
            &expect![[r#"list[["a", 1], ["a", 2], ["b", 1], ["b", 2]]"#]],
        );
        check(
            r#"setproduct(toset(["a"]), [1, true])"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "sets" parameter: all elements must be of the same type. <[1, true]>"#
            ]],
        );
        check(r#"setproduct(["a"], [])"#, &expect!["list(tuple([string,any]))[]"]);
    }

    #[test]
    fn mistakes_and_bombs_are_refused() {
        check(
            r#"setproduct(["a"])"#,
            &expect![[
                r#"Error in function call: Call to function "setproduct" failed: at least two arguments are required. <setproduct(["a"])>"#
            ]],
        );
        check(
            r#"setproduct(["a", {}], [1])"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "sets" parameter: all elements must be of the same type. <["a", {}]>"#
            ]],
        );
        check(
            r#"setproduct("a", [1])"#,
            &expect![[
                r#"Invalid function argument: Invalid value for "sets" parameter: a set or a list is required. <"a">"#
            ]],
        );
        check(
            "setproduct(range(1000), range(1000), range(1000))",
            &expect![
                "Result too large: Evaluating this would take the expression over its limit of 128 MiB. Lists and strings that are repeated or multiplied in several steps grow beyond what any machine can hold. <setproduct(range(1000), range(1000), range(1000))>"
            ],
        );
    }
}
