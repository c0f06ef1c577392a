//! `flatten`

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "flatten",
    "`flatten` replaces every list, set or tuple among the elements of a list by its elements, however deep.",
    &[Param::new("list", Kind::Any, "").marked()],
    Returns::By(|_| Ok(Type::DYNAMIC)),
    Body::With(flatten),
);

fn flatten(args: &[Value], env: &mut Env<'_>) -> Outcome {
    let list = &args[0];
    let ty = list.ty();
    if !ty.is_list() && !ty.is_set() && !ty.is_tuple() {
        return Err(Fault::new("can only flatten lists, sets and tuples"));
    }
    let mut flat = Flat { elements: Vec::new(), marks: Marks::NONE, is_known: true };
    flat.add_all(list, env)?;
    let result = if flat.is_known { Value::tuple(flat.elements) } else { Value::DYNAMIC };
    Ok(result.with_marks(&flat.marks))
}

struct Flat {
    elements: Vec<Value>,
    /// Of the sequences that are no more.
    marks: Marks,
    /// Whether it is known which elements there are.
    is_known: bool,
}

impl Flat {
    fn add_all(&mut self, sequence: &Value, env: &mut Env<'_>) -> Result<(), Fault> {
        self.marks = self.marks.union(sequence.marks());
        let inner = sequence.unmarked();
        let Some(elements) = inner.as_elements() else {
            self.is_known = false;
            return Ok(());
        };
        // Unknown elements of a set may turn out to be one.
        if inner.ty().is_set() && !inner.is_wholly_known() && elements.len() > 1 {
            self.is_known = false;
            return Ok(());
        }
        env.charge(size_of_val(elements))?;
        for element in elements {
            let ty = element.ty();
            let is_sequence = ty.is_list() || ty.is_set() || ty.is_tuple();
            if *element == Value::DYNAMIC {
                self.is_known = false;
            }
            if is_sequence && !element.is_null() {
                self.add_all(element, env)?;
            } else {
                self.elements.push(element.clone());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_levels_go() {
        check(
            r#"flatten([["a", ["b"]], [], toset(["c"]), null, {d = []}])"#,
            &expect![[r#"["a", "b", "c", null(any), {"d": []}]"#]],
        );
        check(
            "flatten([sensitive([1]), [sensitive(2)]])",
            &expect!["[1, 2![Sensitive]]![Sensitive]"],
        );
        check(
            r#"flatten("a")"#,
            &expect![[
                r#"Error in function call: Call to function "flatten" failed: can only flatten lists, sets and tuples. <flatten("a")>"#
            ]],
        );
        check("flatten([])", &expect!["[]"]);
    }
}
