//! Every function there is.

use super::spec::Function;

/// The functions of these modules.
macro_rules! functions {
    ($($module:ident)*) => {
        static TABLE: &[Function] = &[$(super::$module::FUNCTION),*];
    };
}

functions! {
    abs abspath alltrue anytrue assumeequal assumelistlength assumelistlengthmax assumelistlengthmin
    assumemaplength assumemaplengthmax assumemaplengthmin assumenotnull assumesetlength
    assumesetlengthmax assumesetlengthmin assumestringprefix base64decode base64encode base64gunzip
    base64gzip base64sha256 base64sha512 basename bcrypt can ceil chomp chunklist cidrcontains
    cidrhost cidrnetmask cidrsubnet cidrsubnets coalesce coalescelist compact concat contains
    convert csvdecode dirname distinct element endswith ephemeralasnull file filebase64
    filebase64sha256 filebase64sha512 fileexists filemd5 fileset filesha1 filesha256 filesha512
    flatten floor format formatdate formatlist indent index issensitive join jsondecode jsonencode
    keys length list log lookup lower map matchkeys max md5 merge min nonsensitive one parseint
    pathexpand plantimestamp pow range regex regexall replace reverse rsadecrypt sensitive
    setintersection setproduct setsubtract setunion sha1 sha256 sha512 signum slice sort split
    startswith strcontains strrev substr sum templatefile templatestring textdecodebase64
    textencodebase64 timeadd timecmp timestamp title tobool tolist tomap tonumber toset tostring
    transpose trim trimprefix trimspace trimsuffix r#try r#type upper urldecode urlencode uuid
    uuidv5 values yamldecode yamlencode zipmap
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
