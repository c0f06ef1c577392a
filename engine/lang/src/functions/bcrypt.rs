//! `bcrypt`

use base64::alphabet::BCRYPT;
use base64::engine::{Engine as _, GeneralPurpose, general_purpose::NO_PAD};

use super::prelude::*;

pub(super) const FUNCTION: Function = Function::new(
    "bcrypt",
    "`bcrypt` gives a hash of a password in the form that password files have. It is another one each time, so it is \
     unknown until something is applied.",
    &[Param::new("str", Kind::String, "")],
    Returns::Always(Kind::String),
    Body::With(bcrypt),
)
.variadic(Param::new("cost", Kind::Number, "The power of two of how much work it is, 10 unless given."))
.impure();

const DEFAULT_COST: i64 = 10;
/// Less work than this is made the default; more is refused.
const LEAST_COST: i64 = 4;
const MOST_COST: i64 = 31;
/// More bytes have no influence on the hash.
const LONGEST: usize = 72;

fn bcrypt(args: &[Value], env: &mut Env<'_>) -> Outcome {
    if args.len() > 2 {
        return Err(Fault::new("bcrypt() takes no more than two arguments"));
    }
    let cost = args.get(1).map_or(Ok(DEFAULT_COST), whole)?;
    let cost = if cost < LEAST_COST { DEFAULT_COST } else { cost };
    if cost > MOST_COST {
        let message = format!("cost {cost} is outside allowed range ({LEAST_COST},{MOST_COST})");
        return Err(Fault::new(format!("error occurred generating password: {message}")));
    }
    let password = text(&args[0]);
    if password.len() > LONGEST {
        let message = "error occurred generating password: password length exceeds 72 bytes";
        return Err(Fault::new(message));
    }
    let mut salt = [0; 16];
    env.random(&mut salt);
    let mut key = password.as_bytes().to_vec();
    // As passwords end in C. Where there is no room for that, the password itself is cut off there.
    key.push(0);
    key.truncate(LONGEST);
    let work = u32::try_from(cost).expect("just seen to be small");
    let hash = ::bcrypt::bcrypt(work, salt, &key);
    let codec = GeneralPurpose::new(&BCRYPT, NO_PAD);
    // The last byte is left out, as always.
    let (salt, hash) = (codec.encode(salt), codec.encode(&hash[..23]));
    Ok(format!("$2a${cost:02}${salt}{hash}").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_recognize_the_hash() {
        let hash = super::super::testing::eval(r#"bcrypt("correct horse", 4)"#);
        let hash = hash.trim_matches('"');
        assert_eq!(::bcrypt::verify("correct horse", hash).ok(), Some(true));
        assert_eq!(::bcrypt::verify("battery staple", hash).ok(), Some(false));
    }

    #[test]
    fn costs_have_bounds() {
        check(
            r#"[substr(bcrypt("a"), 0, 7), substr(bcrypt("a", 4), 0, 7), length(bcrypt("a", 1))]"#,
            &expect![[r#"["$2a$10$", "$2a$04$", 60]"#]],
        );
        check(
            r#"bcrypt("a", 32)"#,
            &expect![[
                r#"Error in function call: Call to function "bcrypt" failed: error occurred generating password: cost 32 is outside allowed range (4,31). <bcrypt("a", 32)>"#
            ]],
        );
        check(
            r#"bcrypt("a", 4, 5)"#,
            &expect![[
                r#"Error in function call: Call to function "bcrypt" failed: bcrypt() takes no more than two arguments. <bcrypt("a", 4, 5)>"#
            ]],
        );
        check(
            r#"bcrypt(format("%80s", "a"), 4)"#,
            &expect![[
                r#"Error in function call: Call to function "bcrypt" failed: error occurred generating password: password length exceeds 72 bytes. <bcrypt(format("%80s", "a"), 4)>"#
            ]],
        );
    }
}
