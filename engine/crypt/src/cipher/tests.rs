use super::*;
use crate::{KeyFile, KeyKind, KeyProvider, Passphrase, Pbkdf2};

fn provider(name: &str, kind: KeyKind) -> KeySource {
    KeySource::Provider(Arc::new(KeyProvider { storage: format!("key_provider.{name}"), kind }))
}

/// Few iterations: what is tested is not how slow it is.
fn passphrase(name: &str, text: &str) -> Method {
    let pbkdf2 = Pbkdf2 { iterations: 10, ..Pbkdf2::new(Passphrase::Text(Secret::new(text))) };
    let keys = provider(&format!("pbkdf2.{name}"), KeyKind::Pbkdf2(pbkdf2));
    Method {
        name: format!("method.aes_gcm.{name}"),
        kind: MethodKind::AesGcm { keys, aad: Vec::new() },
    }
}

fn key_file(byte: u8) -> Method {
    let file = KeyFile::read(&[byte; 32]).unwrap();
    let keys = provider("key_file.f", KeyKind::KeyFile(file));
    Method { name: "method.aes_gcm.f".into(), kind: MethodKind::AesGcm { keys, aad: vec![1, 2] } }
}

fn unencrypted() -> Method {
    Method { name: "method.unencrypted.u".into(), kind: MethodKind::Unencrypted }
}

fn cipher(methods: Vec<Method>) -> Cipher {
    Cipher::new(methods, Random::counting())
}

const STATE: &[u8] = b"{\"version\": 4, \"serial\": 7}";

fn sealed(cipher: &Cipher) -> Vec<u8> {
    let clear = Clear { serial: 7, lineage: "e7a0".into() };
    cipher.seal(STATE.to_vec(), Some(clear)).unwrap()
}

#[test]
fn what_is_sealed_is_opened_with_the_same_key_alone() {
    for (one, other) in [
        (passphrase("a", "one long passphrase"), passphrase("a", "another passphrase")),
        (key_file(1), key_file(2)),
    ] {
        let bytes = sealed(&cipher(vec![one.clone()]));
        let opened = cipher(vec![one.clone()]).open(bytes.clone()).unwrap();
        assert_eq!((opened.bytes.as_slice(), opened.change), (STATE, None));
        assert_eq!(opened.clear.unwrap().serial, 7);
        let error = cipher(vec![other]).open(bytes.clone()).unwrap_err();
        assert!(matches!(&error, CryptError::Closed(tries) if tries[0].1 == KeyError::Wrong));
        assert_eq!(Cipher::none().open(bytes).unwrap_err(), CryptError::NotConfigured);
    }
}

#[test]
fn a_fallback_opens_and_says_what_the_next_writing_changes() {
    let (old, new) =
        (passphrase("a", "one long passphrase"), passphrase("b", "another passphrase"));
    let bytes = sealed(&cipher(vec![old.clone()]));
    let change = |methods: Vec<Method>, bytes: &[u8]| {
        cipher(methods).open(bytes.to_vec()).map(|opened| opened.change)
    };
    assert_eq!(change(vec![new.clone(), old.clone()], &bytes), Ok(Some(Change::Rekey)));
    assert_eq!(change(vec![unencrypted(), old.clone()], &bytes), Ok(Some(Change::Decrypt)));
    assert_eq!(change(vec![new.clone(), unencrypted()], STATE), Ok(Some(Change::Encrypt)));
    assert_eq!(change(vec![unencrypted()], STATE), Ok(None));
    assert_eq!(change(vec![new.clone(), old], STATE), Err(CryptError::Plain));
    // Another name is another place to look at.
    let error = change(vec![new], &bytes).unwrap_err();
    assert_eq!(
        error.to_string(),
        "it is encrypted, and nothing that is configured opens it: method.aes_gcm.b: nothing is kept in it for \
         key_provider.pbkdf2.b"
    );
    assert!(error.help().contains("encrypted_metadata_alias"));
}

#[test]
fn no_byte_changes_unnoticed() {
    for method in [passphrase("a", "one long passphrase"), key_file(1)] {
        // Whoever takes what is not encrypted must not take this for such, either.
        let cipher = cipher(vec![method, unencrypted()]);
        let bytes = sealed(&cipher);
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut flipped = bytes.clone();
                flipped[at] ^= 1 << bit;
                let Ok(opened) = cipher.open(flipped.clone()) else { continue };
                // What is in the clear is compared with what is inside by whoever can read that.
                let is_seen = opened
                    .clear
                    .as_ref()
                    .is_none_or(|clear| (clear.serial, clear.lineage.as_str()) != (7, "e7a0"));
                assert!(is_seen, "byte {at}, bit {bit}");
                assert!(opened.bytes == STATE || opened.bytes == flipped);
            }
        }
    }
}

#[test]
fn a_process_seals_with_one_key_and_never_with_one_nonce() {
    let cipher = cipher(vec![key_file(1)]);
    let (one, two) = (sealed(&cipher), sealed(&cipher));
    let (one, two) = (Envelope::read(&one).unwrap(), Envelope::read(&two).unwrap());
    assert_eq!(one.meta, two.meta);
    assert_ne!(one.data[..NONCE], two.data[..NONCE]);
}

#[test]
fn a_chain_has_the_metadata_of_all() {
    let file = provider("key_file.f", KeyKind::KeyFile(KeyFile::read(&[1; 32]).unwrap()));
    let pbkdf2 = Pbkdf2 { iterations: 10, ..Pbkdf2::new(Passphrase::Chain(Box::new(file))) };
    let keys = provider("pbkdf2.p", KeyKind::Pbkdf2(pbkdf2));
    let method = Method { name: "m".into(), kind: MethodKind::AesGcm { keys, aad: Vec::new() } };
    let bytes = sealed(&cipher(vec![method.clone()]));
    let names: Vec<String> = Envelope::read(&bytes).unwrap().meta.into_keys().collect();
    assert_eq!(names, ["key_provider.key_file.f", "key_provider.pbkdf2.p"]);
    assert_eq!(cipher(vec![method]).open(bytes).unwrap().bytes, STATE);
}

#[test]
fn a_journal_is_opened_record_by_record() {
    let one = cipher(vec![passphrase("a", "one long passphrase")]);
    let (head, key) = one.new_journal().unwrap().unwrap();
    let records = [key.seal(0, b"header"), key.seal(1, b"one"), key.seal(2, b"one")];
    assert_ne!(records[1], records[2]);
    let again = cipher(vec![passphrase("a", "one long passphrase")]);
    let key = again.journal(&head, |key| key.open(0, &records[0]).is_some()).unwrap();
    assert_eq!(key.open(1, &records[1]).unwrap(), b"one");
    assert_eq!(key.open(2, &records[1]), None);
    let other = cipher(vec![passphrase("a", "another passphrase")]);
    let error = other.journal(&head, |key| key.open(0, &records[0]).is_some()).unwrap_err();
    assert!(matches!(error, CryptError::Closed(_)));
    assert!(Cipher::none().new_journal().unwrap().is_none());
    assert_eq!(one.plain_journal(), Err(CryptError::Plain));
    assert_eq!(Cipher::none().plain_journal(), Ok(()));
}

#[test]
fn nothing_shows_a_key() {
    let cipher = cipher(vec![passphrase("a", "one long passphrase")]);
    sealed(&cipher);
    let shown = format!("{cipher:?}");
    // As text, or as the numbers of its bytes.
    assert!(!shown.contains("one long") && !shown.contains("111, 110, 101"), "{shown}");
}
