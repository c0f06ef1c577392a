//! Splats: the same steps for every element of a sequence.

use wb_core::source::Span;
use wb_core::ty::{Type, TypeKind};
use wb_core::value::Value;
use wb_hcl::{Expr, ExprId};

use super::Evaluator;

impl<'t> Evaluator<'_, '_, 't> {
    pub(super) fn splat(
        &mut self,
        source: Expr<'t>,
        each: Expr<'t>,
        item: ExprId,
        whole: Expr<'t>,
    ) -> Value {
        let before = self.env.errors();
        let value = self.expr(source);
        if self.env.errors() > before {
            return Value::DYNAMIC;
        }
        let ty = value.ty();
        let is_sequence = ty.is_tuple() || ty.is_list() || ty.is_set();
        if value.is_null() {
            if !is_sequence {
                // No object is no objects.
                return Value::tuple([]).with_marks(value.marks());
            }
            let detail =
                "Splat expressions (with the * symbol) cannot be applied to null sequences.";
            self.error_in("Splat of null value", detail, source, whole.span());
            return Value::DYNAMIC;
        }
        if ty == Type::DYNAMIC {
            return Value::DYNAMIC.with_marks(value.marks());
        }
        if is_sequence {
            return self.splat_sequence(&value, each, item, whole);
        }
        // Whether an unknown object turns out to be none or one element is not known yet.
        let is_open = !value.is_known() && value.range().could_be_null();
        let alone = Value::tuple([value.clone()]).with_marks(value.marks());
        let result = self.splat_sequence(&alone, each, item, whole);
        if is_open { Value::DYNAMIC.with_marks(value.marks()) } else { result }
    }

    fn splat_sequence(
        &mut self,
        sequence: &Value,
        each: Expr<'t>,
        item: ExprId,
        whole: Expr<'t>,
    ) -> Value {
        let marks = sequence.marks();
        let Some(elements) = sequence.unmarked().as_elements() else {
            return self.splat_unknown(sequence, each, item).with_marks(marks);
        };
        let before = self.env.errors();
        let mut values = Vec::with_capacity(elements.len());
        for element in elements {
            values.push(self.with_item(item, element.clone(), each));
            if self.env.errors() > before {
                return Value::DYNAMIC.with_marks(marks);
            }
        }
        let result = match sequence.ty().kind() {
            TypeKind::List(element) | TypeKind::Set(element) if values.is_empty() => {
                let nothing = self.with_item(item, Value::unknown(element), each);
                Value::list(nothing.ty(), [])
            }
            TypeKind::List(_) | TypeKind::Set(_) => match Value::try_list(Type::DYNAMIC, values) {
                Ok(list) => list,
                Err(_) => return self.nested_splat(each, whole.span()),
            },
            _ => Value::tuple(values),
        };
        self.admit(result.with_marks(marks), whole.span())
    }

    fn nested_splat(&mut self, each: Expr<'t>, within: Span) -> Value {
        let detail = "The second level of splat expression produced elements of different types, so it isn't possible \
                      to construct a valid list to represent the top-level result.\n\nConsider using a for expression \
                      instead, to produce a tuple-typed result which can therefore have non-homogenous element types.";
        self.error_in("Invalid nested splat expressions", detail, each, within);
        Value::DYNAMIC
    }

    /// What can be told of the result where the elements are not known.
    fn splat_unknown(&mut self, sequence: &Value, each: Expr<'t>, item: ExprId) -> Value {
        match sequence.ty().kind() {
            TypeKind::List(element) | TypeKind::Set(element) => {
                let value = self.with_item(item, Value::unknown(element), each);
                let (min, max) = sequence.length_bounds();
                let list = Value::unknown(Type::list(value.ty())).refine().not_null();
                let list = if sequence.ty().is_collection() {
                    list.length_min(min).length_max(max)
                } else {
                    list
                };
                list.build().expect("the bounds are in order")
            }
            TypeKind::Tuple(tuple) => {
                let types: Vec<Type> = tuple
                    .iter()
                    .map(|ty| self.with_item(item, Value::unknown(ty), each).ty())
                    .collect();
                Value::unknown(Type::tuple(types)).refine_not_null()
            }
            _ => Value::DYNAMIC,
        }
    }

    fn with_item(&mut self, item: ExprId, value: Value, each: Expr<'t>) -> Value {
        self.items.push((item, value));
        let result = self.expr(each);
        self.items.pop();
        result
    }
}
