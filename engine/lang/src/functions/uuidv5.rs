//! `uuidv5`

use super::prelude::*;

use super::support::{
    digest::{Digest, Sha1},
    uuids,
};

pub(super) const FUNCTION: Function = Function::new(
    "uuidv5",
    "`uuidv5` gives the identifier that belongs to a name in a namespace, always the same one.",
    &[
        Param::new("namespace", Kind::String, "`dns`, `url`, `oid`, `x500` or an identifier."),
        Param::new("name", Kind::String, ""),
    ],
    Returns::Always(Kind::String),
    Body::Plain(uuidv5),
);

fn uuidv5(args: &[Value]) -> Outcome {
    let namespace = namespace(text(&args[0]))?;
    let mut hasher = Sha1::new();
    hasher.update(namespace);
    hasher.update(text(&args[1]));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hasher.finalize()[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x50;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    Ok(uuids::format(&bytes).into())
}

fn namespace(name: &str) -> Result<[u8; 16], Fault> {
    let number = match name {
        "dns" => 0,
        "url" => 1,
        "oid" => 2,
        "x500" => 4,
        _ => {
            return uuids::parse(name).map_err(|why| {
                Fault::new(format!("uuidv5() doesn't support namespace {name} ({why})"))
            });
        }
    };
    let mut bytes = *b"\x6b\xa7\xb8\x10\x9d\xad\x11\xd1\x80\xb4\x00\xc0\x4f\xd4\x30\xc8";
    bytes[3] += number;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_identifiers() {
        check(
            r#"[uuidv5("dns", "tada"), uuidv5("url", "tada"), uuidv5("oid", "tada"), uuidv5("x500", "tada")]"#,
            &expect![[
                r#"["faa898db-9b9d-5b75-86a9-149e7bb8e3b8", "2c1ff6b4-211f-577e-94de-d978b0caa16e", "61eeea26-5176-5288-87fc-232d6ed30d2f", "7e12415e-f7c9-57c3-9e43-52dc9950d264"]"#
            ]],
        );
        check(
            r#"uuidv5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "tada")"#,
            &expect![[r#""faa898db-9b9d-5b75-86a9-149e7bb8e3b8""#]],
        );
        check(
            r#"uuidv5("tada", "tada")"#,
            &expect![[
                r#"Error in function call: Call to function "uuidv5" failed: uuidv5() doesn't support namespace tada (invalid UUID length: 4). <uuidv5("tada", "tada")>"#
            ]],
        );
    }
}
