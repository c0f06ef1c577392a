//! Attributes that are written out and then lost, because the type that the value is converted to has no such
//! attribute. There is no use in that, so it is a mistake.

use wb_core::diag::{Diagnostic, Diagnostics};
use wb_core::ty::{ObjectType, Type, TypeKind};
use wb_hcl::{Expr, ExprKind, ObjectItem, suggest};

/// Warns of attributes in `expr` that a conversion to `ty` loses. Recursion goes as deep as the expression.
pub fn report(expr: Expr<'_>, ty: Type, diags: &mut Diagnostics) {
    match (expr.kind(), ty.kind()) {
        (ExprKind::Parens(inner), _) => report(inner, ty, diags),
        (ExprKind::Object(object), TypeKind::Object(wanted)) => {
            for item in object.items() {
                attribute(item, wanted, diags);
            }
        }
        (ExprKind::Object(object), TypeKind::Map(element)) => {
            object.items().for_each(|item| report(item.value(), element, diags));
        }
        (ExprKind::Tuple(elements), TypeKind::List(element) | TypeKind::Set(element)) => {
            elements.iter().for_each(|e| report(e, element, diags));
        }
        (ExprKind::Tuple(elements), TypeKind::Tuple(types)) => {
            elements.iter().zip(types.iter()).for_each(|(e, ty)| report(e, ty, diags));
        }
        _ => {}
    }
}

fn attribute(item: ObjectItem<'_>, wanted: ObjectType, diags: &mut Diagnostics) {
    let key = item.key();
    let Some(name) = key.as_bare_word().or_else(|| key.as_literal_string()) else { return };
    if let Some(ty) = wanted.get(name) {
        return report(item.value(), ty, diags);
    }
    let mut problem = Diagnostic::warning(
        "Object attribute is ignored",
        format!("The type has no attribute {name:?} here, so this value is not used."),
    )
    .at(key.span());
    if let Some(near) = suggest::nearest(name, wanted.shape().names()) {
        problem = problem.help(format!("Did you mean {near:?}?"));
    }
    diags.push(problem);
}
