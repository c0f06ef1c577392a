//! From bytes to the words of MessagePack.

use super::MsgpackError;

type Result<T> = std::result::Result<T, MsgpackError>;

/// Reads bytes from front to back.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    depth: usize,
}

/// A value that is no container, or the start of one.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Token<'a> {
    Nil,
    Bool(bool),
    Int(i64),
    /// An integer above the range of `i64`.
    Uint(u64),
    Float(f64),
    /// Text, or bytes where a text is meant. Nothing says that it is UTF-8.
    Text(&'a [u8]),
    Binary(&'a [u8]),
    Array(usize),
    Map(usize),
    Extension(u8, &'a [u8]),
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, depth: 0 }
    }

    pub(super) fn is_done(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(super) fn token(&mut self) -> Result<Token<'a>> {
        let code = self.byte()?;
        Ok(match code {
            0x00..=0x7f => Token::Int(code.into()),
            0x80..=0x8f => self.container(Token::Map, (code & 0x0f).into())?,
            0x90..=0x9f => self.container(Token::Array, (code & 0x0f).into())?,
            0xa0..=0xbf => Token::Text(self.take((code & 0x1f).into())?),
            0xc0 => Token::Nil,
            0xc2 => Token::Bool(false),
            0xc3 => Token::Bool(true),
            0xc4..=0xc6 => {
                let len = self.length(code - 0xc4)?;
                Token::Binary(self.take(len)?)
            }
            0xc7..=0xc9 => {
                let len = self.length(code - 0xc7)?;
                self.extension(len)?
            }
            0xca => Token::Float(f32::from_be_bytes(self.array()?).into()),
            0xcb => Token::Float(f64::from_be_bytes(self.array()?)),
            0xcc..=0xcf => {
                let value = self.unsigned(code - 0xcc)?;
                i64::try_from(value).map_or(Token::Uint(value), Token::Int)
            }
            0xd0 => Token::Int(i8::from_be_bytes(self.array()?).into()),
            0xd1 => Token::Int(i16::from_be_bytes(self.array()?).into()),
            0xd2 => Token::Int(i32::from_be_bytes(self.array()?).into()),
            0xd3 => Token::Int(i64::from_be_bytes(self.array()?)),
            0xd4..=0xd8 => self.extension(1 << (code - 0xd4))?,
            0xd9..=0xdb => {
                let len = self.length(code - 0xd9)?;
                Token::Text(self.take(len)?)
            }
            0xdc | 0xdd => {
                let len = self.length(code - 0xdc + 1)?;
                self.container(Token::Array, len)?
            }
            0xde | 0xdf => {
                let len = self.length(code - 0xde + 1)?;
                self.container(Token::Map, len)?
            }
            0xe0..=0xff => Token::Int(i8::from_be_bytes([code]).into()),
            0xc1 => return Err(MsgpackError::new("unsupported msgpack code 0xc1")),
        })
    }

    /// A text.
    pub(super) fn text(&mut self) -> Result<Option<&'a str>> {
        match self.token()? {
            Token::Text(bytes) | Token::Binary(bytes) => Ok(std::str::from_utf8(bytes).ok()),
            _ => Ok(None),
        }
    }

    /// Enters a container that was begun. Every [`Reader::enter`] is followed by a [`Reader::leave`].
    pub(super) fn enter(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth > crate::ty::MAX_DEPTH {
            let message = format!("the value nests more than {} deep", crate::ty::MAX_DEPTH);
            return Err(MsgpackError::new(message));
        }
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// A container cannot have more elements than there are bytes left, so what is promised need not be believed.
    fn container(&self, make: fn(usize) -> Token<'a>, len: usize) -> Result<Token<'a>> {
        if len > self.bytes.len() { Err(end()) } else { Ok(make(len)) }
    }

    fn extension(&mut self, len: usize) -> Result<Token<'a>> {
        let kind = self.byte()?;
        Ok(Token::Extension(kind, self.take(len)?))
    }

    /// A length in 1, 2 or 4 bytes.
    fn length(&mut self, width: u8) -> Result<usize> {
        usize::try_from(self.unsigned(width)?).map_err(|_| end())
    }

    /// A number in 2^`width` bytes.
    fn unsigned(&mut self, width: u8) -> Result<u64> {
        Ok(match width {
            0 => self.byte()?.into(),
            1 => u16::from_be_bytes(self.array()?).into(),
            2 => u32::from_be_bytes(self.array()?).into(),
            _ => u64::from_be_bytes(self.array()?),
        })
    }

    fn byte(&mut self) -> Result<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (array, rest) = self.bytes.split_first_chunk().ok_or_else(end)?;
        self.bytes = rest;
        Ok(*array)
    }

    fn take(&mut self, len: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(len).ok_or_else(end)?;
        self.bytes = rest;
        Ok(taken)
    }
}

fn end() -> MsgpackError {
    MsgpackError::new("unexpected end of msgpack input")
}
