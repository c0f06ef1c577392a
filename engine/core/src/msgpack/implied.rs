//! The type that MessagePack has without being told.

use crate::text::Name;
use crate::ty::Type;

use super::MsgpackError;
use super::read::{Reader, Token};

type Result<T> = std::result::Result<T, MsgpackError>;

/// The type of the value that the bytes hold: arrays are tuples, maps objects; nil and extensions have no type.
///
/// # Errors
/// When the bytes are not MessagePack, nest too deep, or have maps with keys that are no text.
pub fn implied_type(bytes: &[u8]) -> Result<Type> {
    let mut reader = Reader::new(bytes);
    let ty = read_type(&mut reader)?;
    if !reader.is_done() {
        return Err(MsgpackError::new("extra bytes after msgpack value"));
    }
    Ok(ty)
}

fn read_type(reader: &mut Reader<'_>) -> Result<Type> {
    Ok(match reader.token()? {
        Token::Nil | Token::Extension(..) => Type::DYNAMIC,
        Token::Bool(_) => Type::BOOL,
        Token::Int(_) | Token::Uint(_) | Token::Float(_) => Type::NUMBER,
        Token::Text(_) => Type::STRING,
        Token::Binary(_) => return Err(MsgpackError::new("unsupported msgpack code for bytes")),
        Token::Array(len) => {
            reader.enter()?;
            let elements = (0..len).map(|_| read_type(reader)).collect::<Result<Vec<_>>>()?;
            reader.leave();
            Type::tuple(elements)
        }
        Token::Map(len) => {
            reader.enter()?;
            let mut attributes = Vec::with_capacity(len);
            for _ in 0..len {
                let key = reader.text()?;
                let key = key.ok_or_else(|| MsgpackError::new("all keys must be strings"))?;
                attributes.push((Name::new(key), read_type(reader)?));
            }
            reader.leave();
            Type::object(attributes)
        }
    })
}
