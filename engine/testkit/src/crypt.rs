//! Keys for tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use wb_crypt::{Cipher, KeyFile, KeyKind, KeyProvider, KeySource, Method, MethodKind, Random};

/// A method with a key that is this byte over and over.
#[must_use]
pub fn method(byte: u8) -> Method {
    let file = KeyFile::read(&[byte; 32]).expect("32 bytes are a key");
    let storage = format!("key_provider.key_file.k{byte}");
    let provider = Arc::new(KeyProvider { storage, kind: KeyKind::KeyFile(file) });
    Method {
        name: format!("method.aes_gcm.m{byte}"),
        kind: MethodKind::AesGcm { keys: KeySource::Provider(provider), aad: Vec::new() },
    }
}

/// A method that leaves everything as it is.
#[must_use]
pub fn unencrypted() -> Method {
    Method { name: "method.unencrypted.u".to_owned(), kind: MethodKind::Unencrypted }
}

/// These methods, and randomness that is none, but never the same in one process.
#[must_use]
pub fn cipher(methods: Vec<Method>) -> Cipher {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let fill = |bytes: &mut [u8]| {
        for chunk in bytes.chunks_mut(8) {
            let next = NEXT.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            chunk.copy_from_slice(&next.to_le_bytes()[..chunk.len()]);
        }
    };
    Cipher::new(methods, Random::new(fill))
}
