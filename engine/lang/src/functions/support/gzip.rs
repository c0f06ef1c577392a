//! gzip. The bytes are not those that Terraform writes: every compressor finds other repetitions.

use std::io::{Read as _, Write as _};

use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};

use super::super::fault::Fault;
use crate::eval::Env;

pub(in super::super) fn compress(bytes: &[u8]) -> Vec<u8> {
    /// That the file system is not known, so that the same text is the same on every machine.
    const UNKNOWN_SYSTEM: u8 = 255;
    let header = GzBuilder::new().operating_system(UNKNOWN_SYSTEM);
    let mut encoder: GzEncoder<Vec<u8>> = header.write(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("writing to memory cannot fail");
    encoder.finish().expect("writing to memory cannot fail")
}

/// Stops as soon as more comes out than the evaluation may make.
pub(in super::super) fn decompress(bytes: &[u8], env: &mut Env<'_>) -> Result<Vec<u8>, Fault> {
    let mut decoder = MultiGzDecoder::new(bytes);
    let mut result = Vec::new();
    let mut buffer = [0; 16 << 10];
    loop {
        let read = decoder.read(&mut buffer);
        match read.map_err(|error| Fault::new(format!("failed to gunzip bytestream: {error}")))? {
            0 => return Ok(result),
            count => {
                env.charge(count)?;
                result.extend_from_slice(&buffer[..count]);
            }
        }
    }
}
