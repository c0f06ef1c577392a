//! Records as bytes.
//!
//! A frame is `length` (of the payload), `crc32c` (of all that follows), `rest` (bytes from this frame's start to the
//! end of its batch), each 4 bytes, little end first; `chain`, 16 bytes: the first half of the BLAKE3 of the previous
//! frame's chain and this payload; and the payload, one record in CBOR. The checksum finds a torn write, the chain a
//! record that was put in, taken out or moved.
//!
//! Unused space after the last frame is zeroes: it is reserved before it is needed.
//!
//! A sealed journal begins with another magic number and a frame more, which tells those who have the key how to find it;
//! the payload of every other frame is sealed. Who seals is not known here ([`Seal`]).

use std::fmt::Debug;
use std::io;
use std::sync::Arc;

use ciborium::value::Value;

use super::record::{FORMAT, Journal, JournalError, Record, Tail};

/// What a journal begins with.
pub const MAGIC: &[u8; 8] = b"wbjrnl\r\n";

/// What a sealed journal begins with.
pub const SEALED_MAGIC: &[u8; 8] = b"wbjrnls\n";

/// A batch ends when it is longer than this. It bounds what a torn tail can be.
pub const MAX_BATCH: usize = 1 << 20;

const HEAD: usize = 28;
const CHAIN: usize = 16;

/// Hides records from whoever reads the bytes. Each is sealed with its number, the header's being 0, so that none can
/// be moved.
pub trait Seal: Send + Sync + Debug {
    fn seal(&self, number: u64, record: &[u8]) -> Vec<u8>;
    /// Nothing where it is not what was sealed.
    fn open(&self, number: u64, sealed: &[u8]) -> Option<Vec<u8>>;
}

/// Records that are written together. Their bytes are appended at the place where the last batch ended.
#[derive(Clone, Debug)]
pub struct Batch {
    chain: [u8; CHAIN],
    bytes: Vec<u8>,
    starts: Vec<usize>,
    seal: Option<Sealing>,
}

#[derive(Clone, Debug)]
struct Sealing {
    by: Arc<dyn Seal>,
    /// The number of the next record.
    next: u64,
}

impl Batch {
    /// The batch that a journal begins with.
    #[must_use]
    pub fn first() -> Self {
        Self { chain: [0; CHAIN], bytes: Vec::new(), starts: Vec::new(), seal: None }
    }

    /// The batch that a sealed journal begins with; `head` is for those who have the key.
    #[must_use]
    pub fn sealed(head: &[u8], by: Arc<dyn Seal>) -> Self {
        let mut batch = Self::first();
        batch.frame(|bytes| bytes.extend_from_slice(head));
        batch.seal = Some(Sealing { by, next: 0 });
        batch
    }

    /// Adds a record; gives its size in bytes.
    pub fn push(&mut self, record: &Record) -> usize {
        let write = |bytes: &mut Vec<u8>| {
            ciborium::into_writer(record, bytes).expect("writing to memory does not fail");
        };
        let Some(sealing) = &mut self.seal else { return self.frame(write) };
        let mut plain = Vec::new();
        write(&mut plain);
        let sealed = sealing.by.seal(sealing.next, &plain);
        sealing.next += 1;
        self.frame(|bytes| bytes.extend_from_slice(&sealed))
    }

    /// Adds a frame around a payload.
    fn frame(&mut self, payload: impl FnOnce(&mut Vec<u8>)) -> usize {
        let start = self.bytes.len();
        self.starts.push(start);
        self.bytes.resize(start + HEAD, 0);
        payload(&mut self.bytes);
        let (head, payload) = self.bytes[start..].split_at_mut(HEAD);
        self.chain = next_chain(&self.chain, payload);
        head[12..].copy_from_slice(&self.chain);
        let len = u32::try_from(payload.len()).expect("a record is far shorter than 4 GiB");
        head[..4].copy_from_slice(&len.to_le_bytes());
        self.bytes.len() - start
    }

    /// Numbers the next record otherwise than it should be.
    #[cfg(test)]
    pub(super) fn number_next(&mut self, next: u64) {
        if let Some(sealing) = &mut self.seal {
            sealing.next = next;
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether it should be written before more is added.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.bytes.len() >= MAX_BATCH
    }

    /// The bytes to append; the batch is empty then and continues behind them.
    pub fn take(&mut self) -> Vec<u8> {
        let mut bytes = std::mem::take(&mut self.bytes);
        let mut end = bytes.len();
        let total = bytes.len();
        for start in std::mem::take(&mut self.starts).into_iter().rev() {
            let rest = u32::try_from(total - start).unwrap_or(u32::MAX);
            bytes[start + 8..start + 12].copy_from_slice(&rest.to_le_bytes());
            let crc = crc32c(&bytes[start + 8..end]);
            bytes[start + 4..start + 8].copy_from_slice(&crc.to_le_bytes());
            end = start;
        }
        bytes
    }
}

fn next_chain(chain: &[u8; CHAIN], payload: &[u8]) -> [u8; CHAIN] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(chain);
    hasher.update(payload);
    let mut next = [0; CHAIN];
    next.copy_from_slice(&hasher.finalize().as_bytes()[..CHAIN]);
    next
}

/// What a sealed journal says to those who have its key, and its first sealed record, to try a key on. Nothing where the
/// journal is not sealed, or nothing of it has arrived.
#[must_use]
pub fn sealed_head(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut frames = Frames::new(bytes.strip_prefix(SEALED_MAGIC)?);
    Some((frames.next()?, frames.next()?))
}

/// Reads a journal: its records up to the first bytes that are none.
///
/// # Errors
/// Where it is not a journal, or holds what this version does not know.
pub fn decode(bytes: &[u8]) -> Result<Journal, JournalError> {
    read(bytes, None)
}

/// Reads a sealed journal.
///
/// # Errors
/// As [`decode`], and where the key does not open a record.
pub fn decode_sealed(bytes: &[u8], seal: &dyn Seal) -> Result<Journal, JournalError> {
    read(bytes, Some(seal))
}

fn read(bytes: &[u8], seal: Option<&dyn Seal>) -> Result<Journal, JournalError> {
    if is_zero(bytes) {
        return Err(JournalError::Blank);
    }
    let magic = if seal.is_some() { SEALED_MAGIC } else { MAGIC };
    let Some(body) = bytes.strip_prefix(magic) else {
        // Of the very first write, only a part may have arrived.
        let torn = |magic: &[u8]| bytes.iter().zip(magic).all(|(b, m)| b == m || *b == 0);
        let torn = torn(MAGIC) || (torn(SEALED_MAGIC) && sealed_head(bytes).is_none());
        return Err(if torn { JournalError::Blank } else { JournalError::NoJournal });
    };
    let mut frames = Frames::new(body);
    if seal.is_some() && frames.next().is_none() {
        return Err(JournalError::Blank);
    }
    let record = |payload: &[u8], number: u64, writer: &str| match seal {
        None => record(payload, number, writer),
        Some(seal) => match seal.open(number, payload) {
            Some(payload) => record(&payload, number, writer),
            None => Err(JournalError::Seal { number }),
        },
    };
    let header = match frames.next().map(|payload| record(payload, 0, "an unknown version")) {
        Some(Ok(Record::Header(header))) => *header,
        Some(Ok(_)) => return Err(JournalError::NoJournal),
        Some(Err(e)) => return Err(e),
        // The header is durable before the first step begins.
        None => return Err(JournalError::Blank),
    };
    if header.format != FORMAT {
        return Err(JournalError::Form { format: header.format, writer: header.writer });
    }
    let mut records = Vec::new();
    while let Some(payload) = frames.next() {
        records.push(record(payload, records.len() as u64 + 1, &header.writer)?);
    }
    let tail = match frames.tail() {
        Tail::Torn { offset } => Tail::Torn { offset: offset + MAGIC.len() },
        Tail::Damaged { offset } => Tail::Damaged { offset: offset + MAGIC.len() },
        Tail::Clean => Tail::Clean,
    };
    Ok(Journal { header, records, tail })
}

fn record(payload: &[u8], number: u64, writer: &str) -> Result<Record, JournalError> {
    let decoded: Result<Record, ciborium::de::Error<io::Error>> = ciborium::from_reader(payload);
    decoded.map_err(|e| match kind(payload) {
        Some(kind) if !Record::KINDS.contains(&kind.as_str()) => {
            JournalError::Kind { kind, writer: writer.to_owned() }
        }
        _ => JournalError::Record { number, why: e.to_string(), writer: writer.to_owned() },
    })
}

/// The kind that a record says it is of.
fn kind(payload: &[u8]) -> Option<String> {
    match ciborium::from_reader::<Value, _>(payload).ok()? {
        Value::Text(kind) => Some(kind),
        Value::Map(members) => members.first()?.0.as_text().map(str::to_owned),
        _ => None,
    }
}

struct Frames<'a> {
    body: &'a [u8],
    at: usize,
    chain: [u8; CHAIN],
    /// Where the batch of the last good frame ends.
    batch_end: usize,
}

impl<'a> Frames<'a> {
    fn new(body: &'a [u8]) -> Self {
        Self { body, at: 0, chain: [0; CHAIN], batch_end: 0 }
    }

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = &self.body[self.at..];
        let len = u32_at(rest, 0)? as usize;
        let end = HEAD.checked_add(len)?;
        let frame = rest.get(..end)?;
        if len == 0 || crc32c(&frame[8..]) != u32_at(frame, 4)? {
            return None;
        }
        let payload = &frame[HEAD..];
        let chain = next_chain(&self.chain, payload);
        if chain != frame[12..HEAD] {
            return None;
        }
        self.chain = chain;
        self.batch_end = self.at + u32_at(frame, 8)? as usize;
        self.at += end;
        Some(payload)
    }

    /// What there is where no frame begins.
    fn tail(&self) -> Tail {
        let rest = &self.body[self.at..];
        let Some(last) = rest.iter().rposition(|b| *b != 0) else { return Tail::Clean };
        let offset = self.at;
        // The batch's length is known from its first frames, or must be believed of the bad one.
        let in_batch = self.at < self.batch_end;
        let length = if in_batch {
            self.batch_end - self.at
        } else {
            u32_at(rest, 8).map_or(0, |n| n as usize)
        };
        if last < length && length <= 2 * MAX_BATCH {
            Tail::Torn { offset }
        } else {
            Tail::Damaged { offset }
        }
    }
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at + 4)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().all(|b| *b == 0)
}

/// CRC-32C (Castagnoli), RFC 3720 appendix B.4.
fn crc32c(bytes: &[u8]) -> u32 {
    let mut crc = !0u32;
    for byte in bytes {
        crc = (crc >> 8) ^ CRC_TABLE[usize::from(crc.to_le_bytes()[0] ^ byte)];
    }
    !crc
}

const CRC_TABLE: [u32; 256] = {
    let mut table = [0u32; 256];
    let mut i = 0;
    while i < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "i is below 256")]
        let mut crc = i as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0x82f6_3b78 } else { crc >> 1 };
            bit += 1;
        }
        table[i] = crc;
        i += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_standard_one() {
        // RFC 3720, B.4: 32 bytes of zeroes; and the usual check value.
        assert_eq!(crc32c(&[0; 32]), 0x8a91_36aa);
        assert_eq!(crc32c(b"123456789"), 0xe306_9283);
    }
}
