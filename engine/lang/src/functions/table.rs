//! Every function there is.

use super::spec::Function;

/// The functions of these modules.
macro_rules! functions {
    ($($module:ident)*) => {
        static TABLE: &[Function] = &[$(super::$module::FUNCTION),*];
    };
}

functions! {
    abs alltrue anytrue can ceil chomp chunklist coalesce coalescelist compact concat contains
    distinct element endswith ephemeralasnull flatten floor indent index issensitive join keys
    length list log lookup lower map matchkeys max merge min nonsensitive one parseint pow range
    regex regexall replace reverse sensitive setintersection setproduct setsubtract setunion signum
    slice sort split startswith strcontains strrev substr sum title tobool tolist tomap tonumber
    toset tostring transpose trim trimprefix trimspace trimsuffix r#try r#type upper values zipmap
}

/// All functions, sorted by name.
pub fn all() -> impl Iterator<Item = &'static Function> {
    TABLE.iter()
}

/// The function with this name, without namespace.
#[must_use]
pub fn find(name: &str) -> Option<&'static Function> {
    TABLE.binary_search_by(|function| function.name.cmp(name)).ok().map(|at| &TABLE[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_names_itself() {
        assert!(TABLE.is_sorted_by(|a, b| a.name < b.name));
        assert!(all().all(|function| find(function.name).is_some()));
    }
}
