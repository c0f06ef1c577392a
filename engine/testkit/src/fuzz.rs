//! What must be true of any bytes, for the fuzzer (`fuzz/`) and for the corpus that it left, which every `cargo test` reads.
//!
//! A target takes bytes and panics where something that it is about does not hold; what the readers say of the bytes is
//! their affair. Where a form is guarded by a checksum, the target puts the right one around the bytes: a fuzzer that has
//! to guess it sees nothing of what is behind.

use std::io::Write as _;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use wb_core::addr;
use wb_core::diag::Diagnostics;
use wb_core::source::{FileId, SourceMap};
use wb_hcl::{SourceText, TokenKind, parse_config, parse_expression, parse_json, parse_template};
use wb_lang::host::{MemoryHost, Phase};
use wb_plan::PlanFile;
use wb_plan::file::{FORMAT, MAGIC};
use wb_state::journal::{self, Base, Batch, Header, Journal, Record};
use wb_state::{AttrPath, Digest, Nonce, RunId, Snapshot, v4};

/// A target by its name, which is that of its corpus too.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: [Target; 7] = [
    ("syntax", syntax),
    ("evaluate", evaluate),
    ("format", format),
    ("state", state),
    ("journal", journal),
    ("plan", plan),
    ("address", address),
];

/// Any text is read to the end, and every place that is named is in it.
pub fn syntax(bytes: &[u8]) {
    let file = FileId::from_index(0);
    let source = SourceText::new(bytes.to_vec());
    let text = Arc::clone(source.text());
    places_are_in(&text, &parse_config(file, &source).1);
    places_are_in(&text, &parse_json(file, &source).1);
    places_are_in(&text, &parse_expression(file, Arc::clone(&text)).1);
    places_are_in(&text, &parse_template(file, Arc::clone(&text)).1);
    let _ = wb_hcl::parse_traversal(file, text, true);
}

fn places_are_in(text: &Arc<str>, diags: &Diagnostics) {
    let mut map = SourceMap::new();
    let file = map.add("t", Arc::clone(text));
    for diagnostic in diags {
        let labels = diagnostic.labels.iter().map(|label| label.span);
        for span in diagnostic.subject.into_iter().chain(labels) {
            let _ = (map.place(span), map.file(file).slice(span));
        }
    }
}

/// Any expression has a value or a problem, within bounds.
pub fn evaluate(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (expression, diags) = parse_expression(FileId::from_index(0), text);
    if diags.has_errors() {
        return;
    }
    let host = MemoryHost::new(Phase::Console).file("greeting.tftpl", "Hello, ${name}!");
    let mut scope = crate::conform::evaluation::Surroundings { variables: Vec::new(), host };
    let mut diags = Diagnostics::default();
    let value = wb_lang::eval::Evaluation::new(&mut scope, &mut diags)
        .limit(1 << 20)
        .value(expression.expr());
    let places: Arc<str> = text.into();
    // Places may be in templates that functions read, too.
    let own = diags.iter().filter(|d| d.subject.is_some_and(|s| s.file.index() == 0)).cloned();
    places_are_in(&places, &own.collect());
    let _ = wb_lang::eval::console::format_value(&value);
}

/// What is laid out means the same as before, and is laid out for good.
pub fn format(bytes: &[u8]) {
    let file = FileId::from_index(0);
    let source = SourceText::new(bytes.to_vec());
    let Ok(first) = wb_hcl::format(file, &source) else { return };
    let source_again = SourceText::new(first.clone());
    let second = wb_hcl::format(file, &source_again).expect("what was laid out can be read");
    assert!(first == second, "laid out twice: {}", String::from_utf8_lossy(&second));
    // Old spellings are brought up to date; everywhere else the tokens stay.
    if !source.text().contains("type") && !source.text().contains("\"${") {
        assert_eq!(tokens(source.text()), tokens(source_again.text()));
    }
}

/// The tokens of a text but its line ends; labels may be quoted or not.
fn tokens(text: &str) -> Vec<&str> {
    use TokenKind::{CQuote, Comment, Newline, OQuote};
    let all = wb_hcl::lex::tokens(text).into_iter();
    let kept = all.filter(|token| !matches!(token.kind, Newline | Comment | OQuote | CQuote));
    kept.map(|token| text[token.start as usize..token.end as usize].trim()).collect()
}

/// What was read of a state file is written so that the same is read again.
pub fn state(bytes: &[u8]) {
    let Ok(file) = v4::read(bytes.to_vec()) else { return };
    let nonce = Nonce(1);
    let written = v4::write(&file.snapshot, nonce).expect("a state can be written");
    let again = v4::read(written.bytes).expect("what was written can be read");
    assert!(matches!(again.trust, v4::Trust::Ours { .. }));
    assert_eq!(again.snapshot.state.digest(), file.snapshot.state.digest());
    assert_eq!(again.snapshot.open, file.snapshot.open);
}

/// Any journal folds or is refused, and folding it again changes nothing. The bytes are a journal, and one record after
/// the other.
pub fn journal(bytes: &[u8]) {
    if let Ok(journal) = journal::decode(bytes) {
        fold(&journal);
    }
    let mut batch = Batch::first();
    batch.push(&Record::Header(Box::new(header())));
    let mut rest = bytes;
    while let Ok(record) = ciborium::from_reader::<Record, _>(&mut rest) {
        batch.push(&record);
    }
    let file = [journal::MAGIC, &*batch.take()].concat();
    let Ok(journal) = journal::decode(&file) else { return };
    fold(&journal);
    let _ = journal::decode(&file[..file.len() - file.len().min(3)]);
}

fn fold(journal: &Journal) {
    let mut snapshot = Snapshot::empty(&*journal.header.lineage, "1.16.0");
    if journal::fold(&mut snapshot, Base::Same, journal).is_err() {
        return;
    }
    let once = snapshot.clone();
    journal::fold(&mut snapshot, Base::Same, journal).expect("what was folded folds again");
    assert_eq!(snapshot, once);
    let written = v4::write(&once, Nonce(1)).expect("a state can be written");
    v4::read(written.bytes).expect("what was written can be read");
}

fn header() -> Header {
    Header {
        format: 1,
        writer: "0.1.0".into(),
        lineage: "l".into(),
        workspace: "default".into(),
        base_serial: 0,
        base_digest: Snapshot::empty("l", "").state.digest(),
        run: RunId(1),
        epoch: 0,
        started: "2026-01-01T00:00:00Z".into(),
        who: String::new(),
        command: "apply".into(),
        plan: None,
    }
}

/// Any plan file is read or refused, and what was read can be written. The bytes are a file, and what is deflated in one.
pub fn plan(bytes: &[u8]) {
    let _ = PlanFile::read(bytes);
    let mut body = DeflateEncoder::new(Vec::new(), Compression::none());
    body.write_all(bytes).expect("writing to memory does not fail");
    let body = body.finish().expect("writing to memory does not fail");
    let head = [&MAGIC[..], &FORMAT.to_le_bytes(), &Digest::of_bytes(&body).0].concat();
    if let Ok(file) = PlanFile::read(&[head, body].concat()) {
        let written = file.write().expect("what was read can be written");
        PlanFile::read(&written).expect("what was written can be read");
    }
}

/// An address that can be read is printed so that the same is read again.
pub fn address(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    macro_rules! same_again {
        ($($ty:ty),*) => {$(
            if let Ok(read) = <$ty>::parse(text) {
                let printed = read.to_string();
                assert_eq!(<$ty>::parse(&printed).as_ref(), Ok(&read), "{printed}");
            }
        )*};
    }
    same_again!(
        addr::AbsInstance,
        addr::AbsResource,
        addr::ConfigResource,
        addr::ModuleInstance,
        addr::ModulePath,
        addr::ObjectAddr,
        addr::Provider,
        addr::ProviderConfig,
        addr::ProviderInstance,
        addr::Target
    );
    let _ = addr::MoveEndpoint::parse(text);
    let _ = addr::RemoveEndpoint::parse(text);
    let _ = addr::ModuleSource::parse(text);
    let _ = wb_core::version::Version::parse(text);
    let _ = wb_core::version::Constraints::parse(text);
    let (paths, _) = AttrPath::read_list(text);
    assert_eq!(AttrPath::read_list(&AttrPath::write_list(&paths)).0, paths);
}
