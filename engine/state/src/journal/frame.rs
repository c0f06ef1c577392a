//! Records as bytes.
//!
//! A frame is `length` (of the payload), `crc32c` (of all that follows), `rest` (bytes from this frame's start to the
//! end of its batch), each 4 bytes, little end first; `chain`, 16 bytes: the first half of the BLAKE3 of the previous
//! frame's chain and this payload; and the payload, one record in CBOR. The checksum finds a torn write, the chain a
//! record that was put in, taken out or moved.
//!
//! Unused space after the last frame is zeroes: it is reserved before it is needed.

use std::io;

use ciborium::value::Value;

use super::record::{FORMAT, Journal, JournalError, Record, Tail};

/// What a journal begins with.
pub const MAGIC: &[u8; 8] = b"wbjrnl\r\n";

/// A batch ends when it is longer than this. It bounds what a torn tail can be.
pub const MAX_BATCH: usize = 1 << 20;

const HEAD: usize = 28;
const CHAIN: usize = 16;

/// Records that are written together. Their bytes are appended at the place where the last batch ended.
#[derive(Clone, Debug)]
pub struct Batch {
    chain: [u8; CHAIN],
    bytes: Vec<u8>,
    starts: Vec<usize>,
}

impl Batch {
    /// The batch that a journal begins with.
    #[must_use]
    pub fn first() -> Self {
        Self { chain: [0; CHAIN], bytes: Vec::new(), starts: Vec::new() }
    }

    /// Adds a record; gives its size in bytes.
    pub fn push(&mut self, record: &Record) -> usize {
        let start = self.bytes.len();
        self.starts.push(start);
        self.bytes.resize(start + HEAD, 0);
        ciborium::into_writer(record, &mut self.bytes).expect("writing to memory does not fail");
        let (head, payload) = self.bytes[start..].split_at_mut(HEAD);
        self.chain = next_chain(&self.chain, payload);
        head[12..].copy_from_slice(&self.chain);
        let len = u32::try_from(payload.len()).expect("a record is far shorter than 4 GiB");
        head[..4].copy_from_slice(&len.to_le_bytes());
        self.bytes.len() - start
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

/// Reads a journal: its records up to the first bytes that are none.
///
/// # Errors
/// Where it is not a journal, or holds what this version does not know.
pub fn decode(bytes: &[u8]) -> Result<Journal, JournalError> {
    if is_zero(bytes) {
        return Err(JournalError::Blank);
    }
    let Some(body) = bytes.strip_prefix(MAGIC) else {
        // Of the very first write, only a part may have arrived.
        let torn = bytes.iter().zip(MAGIC).all(|(b, m)| b == m || *b == 0);
        return Err(if torn { JournalError::Blank } else { JournalError::NoJournal });
    };
    let mut frames = Frames { body, at: 0, chain: [0; CHAIN], batch_end: 0 };
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
