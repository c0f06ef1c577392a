//! Unknown values: what is known of them as a small map in an extension.

use crate::number::Number;
use crate::refine::{Bound, MAX_LENGTH, Refine, Refinement, safe_prefix};
use crate::ty::Type;
use crate::value::Value;

use super::encode::write_number;
use super::read::{Reader, Token};
use super::{MsgpackError, REFINED, REFINEMENT_LIMIT, decode, write};

/// The keys of the map.
const IS_NULL: i64 = 1;
const PREFIX: i64 = 2;
const NUMBER_MIN: i64 = 3;
const NUMBER_MAX: i64 = 4;
const LENGTH_MIN: i64 = 5;
const LENGTH_MAX: i64 = 6;

/// Longer prefixes are cut, so that the whole stays below the limit.
const PREFIX_LIMIT: usize = 256;

pub(super) fn write_unknown(known: &Refinement, out: &mut Vec<u8>) {
    let mut count = 0;
    let mut entries = Vec::new();
    let mut entry = |key, write_entry: &dyn Fn(&mut Vec<u8>)| {
        count += 1;
        write::int(key, &mut entries);
        write_entry(&mut entries);
    };
    if known.is_not_null() {
        entry(IS_NULL, &|out| write::bool(false, out));
    }
    if !known.prefix().is_empty() {
        entry(PREFIX, &|out| write::string(&shortened(known.prefix()), out));
    }
    if let Some(bound) = known.min() {
        entry(NUMBER_MIN, &|out| write_bound(bound, out));
    }
    if let Some(bound) = known.max() {
        entry(NUMBER_MAX, &|out| write_bound(bound, out));
    }
    // Lengths fit, as none is above the largest.
    let length = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
    if known.min_length() != 0 {
        entry(LENGTH_MIN, &|out| write::int(length(known.min_length()), out));
    }
    if known.max_length() != MAX_LENGTH {
        entry(LENGTH_MAX, &|out| write::int(length(known.max_length()), out));
    }
    let mut body = Vec::new();
    write::map(count, &mut body);
    body.append(&mut entries);
    if count == 0 || body.len() > REFINEMENT_LIMIT {
        return write::extension(0, &[0], out);
    }
    write::extension(REFINED, &body, out);
}

fn write_bound(bound: &Bound, out: &mut Vec<u8>) {
    write::array(2, out);
    write_number(&bound.number, out);
    write::bool(bound.inclusive, out);
}

fn shortened(prefix: &str) -> String {
    if prefix.len() <= PREFIX_LIMIT {
        return prefix.to_owned();
    }
    safe_prefix(&prefix[..prefix.floor_char_boundary(PREFIX_LIMIT - 1)])
}

/// The unknown value of type `ty` that an extension describes. An extension of at most one byte says nothing.
pub(super) fn read_unknown(kind: u8, body: &[u8], ty: Type) -> Result<Value, MsgpackError> {
    if body.len() <= 1 {
        return Ok(Value::unknown(ty));
    }
    if kind != REFINED {
        let message = format!("unsupported extension type 0x{kind:02x} with len {}", body.len());
        return Err(MsgpackError::new(message));
    }
    if body.len() > REFINEMENT_LIMIT {
        return Err(MsgpackError::new("oversize unknown value refinement"));
    }
    let mut reader = Reader::new(body);
    let Token::Map(count) = reader.token()? else {
        return Err(broken("not a map"));
    };
    let mut refine = Value::unknown(ty).refine();
    for _ in 0..count {
        let Token::Int(key) = reader.token()? else {
            return Err(broken("non-integer key in map"));
        };
        refine = read_entry(key, &mut reader, ty, refine)?;
    }
    refine.build().map_err(|e| broken(&e.to_string()))
}

fn read_entry(
    key: i64,
    reader: &mut Reader<'_>,
    ty: Type,
    refine: Refine,
) -> Result<Refine, MsgpackError> {
    let is_open = ty == Type::DYNAMIC;
    match key {
        IS_NULL => match reader.token()? {
            Token::Bool(true) => Ok(refine.null()),
            Token::Bool(false) => Ok(refine.not_null()),
            _ => Err(broken("null refinement is not boolean")),
        },
        PREFIX if ty == Type::STRING || is_open => {
            let prefix = reader.text()?;
            prefix
                .map(|prefix| refine.exact_prefix(prefix))
                .ok_or_else(|| broken("string prefix refinement is not valid text"))
        }
        NUMBER_MIN | NUMBER_MAX if ty == Type::NUMBER || is_open => {
            let Bound { number, inclusive } = read_bound(reader)?;
            Ok(if key == NUMBER_MIN {
                refine.number_min(number, inclusive)
            } else {
                refine.number_max(number, inclusive)
            })
        }
        LENGTH_MIN | LENGTH_MAX if ty.is_collection() || is_open => {
            let Token::Int(length) = reader.token()? else {
                return Err(broken("length bound refinement must be an integer"));
            };
            let length = usize::try_from(length)
                .map_err(|_| broken("length bound refinement must not be negative"))?;
            let is_min = key == LENGTH_MIN;
            Ok(if is_min { refine.length_min(length) } else { refine.length_max(length) })
        }
        PREFIX | NUMBER_MIN | NUMBER_MAX | LENGTH_MIN | LENGTH_MAX => {
            Err(broken(&format!("refinement for a value of another type than {ty}")))
        }
        // A later version may know more: what it says is passed over.
        _ => decode::skip(reader).map(|()| refine),
    }
}

fn read_bound(reader: &mut Reader<'_>) -> Result<Bound, MsgpackError> {
    let error = || broken("number bound refinement must be [number, bool] array");
    if reader.token()? != Token::Array(2) {
        return Err(error());
    }
    let number: Number = decode::to_number(reader.token()?).map_err(|_| error())?;
    match reader.token()? {
        Token::Bool(inclusive) => Ok(Bound { number, inclusive }),
        _ => Err(error()),
    }
}

fn broken(what: &str) -> MsgpackError {
    MsgpackError::new(format!("failed to decode msgpack extension body: {what}"))
}
