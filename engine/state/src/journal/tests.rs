//! Journals: bytes, and what folding makes of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use wb_core::addr::{AbsInstance, DeposedKey, ObjectAddr, ProviderInstance};

use super::*;
use crate::{
    Attributes, Digest, Edit, Intent, IntentAction, Object, OpenWhat, RawJson, RunId, Snapshot,
    State,
};

fn header(snapshot: &Snapshot) -> Header {
    Header {
        format: 1,
        writer: "0.1.0".into(),
        lineage: snapshot.lineage.to_string(),
        workspace: "default".into(),
        base_serial: snapshot.serial,
        base_digest: Digest([7; 32]),
        run: RunId(0xab),
        epoch: 0,
        started: "2026-01-01T00:00:00Z".into(),
        who: "me@here".into(),
        command: "apply".into(),
        plan: None,
    }
}

fn instance(name: &str) -> AbsInstance {
    AbsInstance::parse(name).unwrap()
}

fn current(name: &str) -> ObjectAddr {
    ObjectAddr::current(instance(name))
}

fn provider() -> ProviderInstance {
    ProviderInstance::parse("provider[\"x\"]").unwrap()
}

fn object(id: u64) -> Arc<Object> {
    let attributes = Attributes::Json(RawJson::new(format!("{{\"id\":{id}}}")).unwrap());
    Arc::new(Object { attributes, ..Object::default() })
}

fn put(name: &str, id: u64) -> Edit {
    Edit::Put { address: current(name), provider: provider(), object: object(id) }
}

fn intent(name: &str) -> Box<Intent> {
    Box::new(Intent {
        action: IntentAction::Create,
        address: current(name),
        provider: provider(),
        schema_version: 0,
        token: format!("token-{name}"),
        prior: None,
        config: RawJson::new("{\"a\":[1,null]}").unwrap(),
        unknown: Vec::new(),
        provider_config: RawJson::empty_object(),
        target: BTreeMap::from([("region".into(), "eu".into())]),
        dependencies: Arc::new([]),
        needs: Arc::new([]),
        create_before_destroy: false,
        deposes: None,
        absent_before: true,
        sensitive: Vec::new(),
        provisions: false,
    })
}

fn started(step: u64, name: &str) -> Record {
    Record::Started { step, intent: intent(name) }
}

fn result(step: u64, effect: Edit) -> Record {
    Record::Result(Box::new(StepResult {
        step,
        before: Vec::new(),
        effect: Some(effect),
        error: None,
        closes: Vec::new(),
    }))
}

fn journal(snapshot: &Snapshot, records: Vec<Record>) -> Journal {
    Journal { header: header(snapshot), records, tail: Tail::Clean }
}

fn bytes(journal: &Journal, batches: &[usize]) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    let mut batch = Batch::first();
    batch.push(&Record::Header(Box::new(journal.header.clone())));
    out.extend(batch.take());
    for (i, record) in journal.records.iter().enumerate() {
        batch.push(record);
        if batches.contains(&i) {
            out.extend(batch.take());
        }
    }
    out.extend(batch.take());
    out
}

fn show(snapshot: &Snapshot) -> String {
    let mut lines: Vec<String> = Vec::new();
    for (addr, object) in snapshot.state.objects() {
        let Attributes::Json(raw) = &object.attributes else { panic!("flat") };
        lines.push(format!("{addr} {raw:?}"));
    }
    for open in &snapshot.open {
        let what = match &open.what {
            OpenWhat::Uncertain(_) => "uncertain".to_owned(),
            OpenWhat::Late(l) => match &l.object {
                Some(o) => format!("late {:?}", o.attributes),
                None => "late, gone".to_owned(),
            },
        };
        lines.push(format!("{}: {} {what}", open.id.step, open.address()));
    }
    lines.join("\n")
}

fn empty() -> Snapshot {
    Snapshot::empty("l", "1.16.0")
}

fn with(edits: &[Edit]) -> Snapshot {
    let mut snapshot = empty();
    for edit in edits {
        edit.apply(&mut snapshot.state).unwrap();
    }
    snapshot
}

#[test]
fn a_journal_reads_as_it_was_written() {
    let journal = journal(
        &empty(),
        vec![
            Record::Planned(vec![Planned { step: 1, after: vec![], intent: *intent("t.a") }]),
            started(1, "t.a"),
            result(1, put("t.a[\"x\"]", 1)),
            Record::Uncertain { step: 2, why: "cancelled".into() },
            Record::Changed { edits: vec![Edit::Outputs(BTreeMap::new())], closes: vec![] },
            Record::End { complete: true },
        ],
    );
    let mut bytes = bytes(&journal, &[1]);
    bytes.extend([0; 5000]);
    assert_eq!(decode(&bytes).unwrap(), journal);
    assert!(journal.has_ended());
}

#[test]
fn other_files_and_later_forms_are_refused() {
    assert_eq!(decode(b"something else"), Err(JournalError::NoJournal));
    assert_eq!(decode(&[0; 100]), Err(JournalError::Blank));
    assert_eq!(decode(MAGIC), Err(JournalError::Blank));
    let mut later = journal(&empty(), vec![]);
    later.header.format = 2;
    let error = decode(&bytes(&later, &[])).unwrap_err();
    assert_eq!(error.to_string(), "the journal has form 2: it needs wb 0.1.0 or newer");
}

#[test]
fn an_unknown_kind_names_the_version_that_is_needed() {
    let mut raw = bytes(&journal(&empty(), vec![]), &[]);
    // A frame as the next version would write it, chained on by hand.
    let mut payload = Vec::new();
    ciborium::into_writer(&BTreeMap::from([("paused", 1)]), &mut payload).unwrap();
    raw.extend(frame_after(&raw, &payload));
    let error = decode(&raw).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the journal holds a record of kind \"paused\": it needs wb 0.1.0 or newer"
    );
}

/// The frame of a payload that follows the one frame of `journal`.
fn frame_after(journal: &[u8], payload: &[u8]) -> Vec<u8> {
    let before = &journal[MAGIC.len() + 12..MAGIC.len() + 28];
    let mut hasher = blake3::Hasher::new();
    hasher.update(before);
    hasher.update(payload);
    let mut rest = u32::try_from(payload.len() + 28).unwrap().to_le_bytes().to_vec();
    rest.extend(&hasher.finalize().as_bytes()[..16]);
    rest.extend(payload);
    let mut crc = !0u32;
    for byte in &rest {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0x82f6_3b78 } else { crc >> 1 };
        }
    }
    let mut out = u32::try_from(payload.len()).unwrap().to_le_bytes().to_vec();
    out.extend((!crc).to_le_bytes());
    out.extend(rest);
    out
}

#[test]
fn a_torn_last_batch_is_told_from_a_hole_in_the_middle() {
    let journal = journal(
        &empty(),
        vec![
            started(1, "t.a"),
            started(2, "t.b"),
            result(1, put("t.a", 1)),
            result(2, put("t.b", 2)),
        ],
    );
    let whole = bytes(&journal, &[1]);
    let last = whole.len() - 10;
    let mut torn = whole.clone();
    torn[last] ^= 1;
    assert!(matches!(decode(&torn).unwrap().tail, Tail::Torn { .. }));
    assert_eq!(decode(&torn).unwrap().records.len(), 3);
    let mut hole = whole.clone();
    hole[400] ^= 1;
    let hole = decode(&hole).unwrap();
    assert!(matches!(hole.tail, Tail::Damaged { .. }), "{:?}", hole.tail);
}

#[test]
fn a_damaged_tail_makes_uncertain_what_it_may_hide() {
    let planned =
        |step, after: &[u64], name| Planned { step, after: after.to_vec(), intent: *intent(name) };
    let plan = Record::Planned(vec![
        planned(1, &[], "t.a"),
        planned(2, &[1], "t.b"),
        planned(3, &[2], "t.c"),
    ]);
    let records = vec![plan, started(1, "t.a"), result(1, put("t.a", 1))];
    let fold_with = |tail| {
        let mut snapshot = empty();
        let journal = Journal { tail, ..journal(&snapshot, records.clone()) };
        fold(&mut snapshot, Base::Same, &journal).unwrap();
        show(&snapshot)
    };
    assert_eq!(fold_with(Tail::Clean), "t.a {\"id\":1}");
    assert_eq!(fold_with(Tail::Torn { offset: 9 }), "t.a {\"id\":1}\n2: t.b uncertain");
    assert_eq!(
        fold_with(Tail::Damaged { offset: 9 }),
        "t.a {\"id\":1}\n2: t.b uncertain\n3: t.c uncertain"
    );
}

#[test]
fn a_step_without_result_is_open_and_never_an_instance() {
    let mut snapshot = empty();
    let begun =
        journal(&snapshot, vec![started(1, "t.a"), started(2, "t.b"), result(2, put("t.b", 2))]);
    let report = fold(&mut snapshot, Base::Same, &begun).unwrap();
    assert_eq!(report.uncertain.len(), 1);
    assert_eq!(show(&snapshot), "t.b {\"id\":2}\n1: t.a uncertain");
    let again = fold(&mut snapshot, Base::Same, &begun).unwrap();
    assert_eq!((again.folded, show(&snapshot).lines().count()), (0, 2));
}

#[test]
fn what_the_user_forgot_does_not_come_back() {
    let mut snapshot = empty();
    let begun = journal(&snapshot, vec![started(1, "t.a")]);
    fold(&mut snapshot, Base::Same, &begun).unwrap();
    snapshot.open.clear();
    fold(&mut snapshot, Base::Same, &begun).unwrap();
    assert_eq!(show(&snapshot), "");
}

#[test]
fn a_later_run_settles_what_an_earlier_one_left() {
    let mut snapshot = empty();
    let dead = journal(&snapshot, vec![started(1, "t.a")]);
    fold(&mut snapshot, Base::Same, &dead).unwrap();
    let id = snapshot.open[0].id;
    let mut next =
        journal(&snapshot, vec![Record::Changed { edits: vec![put("t.a", 5)], closes: vec![id] }]);
    next.header.run = RunId(0xcd);
    fold(&mut snapshot, Base::Same, &next).unwrap();
    assert_eq!(show(&snapshot), "t.a {\"id\":5}");
}

#[test]
fn on_a_newer_base_only_what_still_fits_applies() {
    let base = with(&[put("t.same", 1), put("t.other", 1), put("t.equal", 1), put("t.gone", 1)]);
    let remove = |name| Edit::Remove { address: current(name) };
    let records = vec![
        result(1, put("t.same", 2)),
        result(2, put("t.other", 2)),
        result(3, put("t.equal", 2)),
        result(4, remove("t.gone")),
        result(5, put("t.new", 2)),
        Record::Changed { edits: vec![put("t.other", 3)], closes: vec![] },
    ];
    let journal = journal(&base, records);
    let mut newer = base.clone();
    for edit in [put("t.other", 9), put("t.equal", 2), put("t.gone", 9)] {
        edit.apply(&mut newer.state).unwrap();
    }
    let mut folded = newer.clone();
    let report = fold(&mut folded, Base::Older(&base.state), &journal).unwrap();
    expect_test::expect![[r#"
        t.equal {"id":2}
        t.gone {"id":9}
        t.new {"id":2}
        t.other {"id":9}
        t.same {"id":2}
        2: t.other late Json({"id":2})
        4: t.gone late, gone"#]]
    .assert_eq(&show(&folded));
    assert_eq!((report.late.len(), report.dropped), (2, 1));
    let mut gone = newer.clone();
    fold(&mut gone, Base::Gone, &journal).unwrap();
    assert_eq!(show(&gone).matches("late").count(), 4);
}

#[test]
fn a_replacement_goes_on_where_a_commit_has_cut_it() {
    let base = with(&[put("t.a", 1)]);
    let key = DeposedKey::from_random(1);
    let replace = Record::Result(Box::new(StepResult {
        step: 1,
        before: vec![Edit::Depose { address: instance("t.a"), key }],
        effect: Some(put("t.a", 2)),
        error: None,
        closes: vec![],
    }));
    let old = ObjectAddr { instance: instance("t.a"), deposed: Some(key) };
    let records = vec![
        started(1, "t.a"),
        replace,
        started(2, "t.a"),
        result(2, Edit::Remove { address: old }),
    ];
    let mut snapshot = base.clone();
    fold(&mut snapshot, Base::Same, &journal(&base, records[..3].to_vec())).unwrap();
    assert_eq!(
        show(&snapshot),
        "t.a {\"id\":2}\nt.a (deposed object 00000001) {\"id\":1}\n2: t.a uncertain"
    );
    fold(&mut snapshot, Base::Older(&base.state), &journal(&base, records)).unwrap();
    assert_eq!(show(&snapshot), "t.a {\"id\":2}");
}

#[test]
fn another_lineage_is_refused() {
    let mut other = Snapshot::empty("m", "1.16.0");
    let journal = journal(&empty(), vec![]);
    assert!(matches!(fold(&mut other, Base::Same, &journal), Err(FoldError::Lineage { .. })));
}

/// A run over a few instances: each step begins, and most end.
fn runs() -> impl Strategy<Value = Vec<Record>> {
    let step = (0usize..4, 0u64..100, 0u8..4);
    prop::collection::vec(step, 0..12).prop_map(|steps| {
        let mut records = Vec::new();
        let names = ["t.a", "t.b", "t.c", "module.m[0].t.a"];
        for (step, (name, id, how)) in (1..).zip(steps) {
            records.push(started(step, names[name]));
            match how {
                0 => {}
                1 => records.push(result(step, Edit::Remove { address: current(names[name]) })),
                _ => records.push(result(step, put(names[name], id))),
            }
        }
        records
    })
}

/// Every object that a result recorded is in the state or open, unless a later result is about the same instance; every
/// step without result is open.
fn nothing_is_lost(snapshot: &Snapshot, records: &[Record]) -> Result<(), TestCaseError> {
    let mut last: BTreeMap<String, Option<Arc<Object>>> = BTreeMap::new();
    let mut begun: BTreeMap<u64, ()> = BTreeMap::new();
    for record in records {
        match record {
            Record::Started { step, .. } => {
                begun.insert(*step, ());
            }
            Record::Result(r) => {
                begun.remove(&r.step);
                match &r.effect {
                    Some(Edit::Put { address, object, .. }) => {
                        last.insert(address.to_string(), Some(Arc::clone(object)));
                    }
                    Some(Edit::Remove { address }) => {
                        last.insert(address.to_string(), None);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    for step in begun.keys() {
        prop_assert!(snapshot.open.iter().any(|o| o.id.step == *step), "step {step} is lost");
    }
    for (addr, object) in &last {
        let addr = ObjectAddr::parse(addr).unwrap();
        let there = snapshot.state.object(&addr);
        let late = |want: &Option<Arc<Object>>| {
            snapshot.open.iter().any(|o| {
                *o.address() == addr
                    && matches!(&o.what, OpenWhat::Late(l) if l.object.as_deref() == want.as_deref())
            })
        };
        let in_state = there.map(|o| &**o) == object.as_deref();
        prop_assert!(in_state || late(object), "{addr} is lost:\n{}", show(snapshot));
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_prefix_of_a_journal_loses_nothing(records in runs(), cut in 0usize..30, newer in 0usize..3) {
        let base = with(&[put("t.a", 100), put("t.b", 101)]);
        let cut = cut.min(records.len());
        let mut current = base.clone();
        let mut base_of = Base::Same;
        if newer > 0 {
            put("t.a", 200).apply(&mut current.state).unwrap();
            put("t.c", 201).apply(&mut current.state).unwrap();
            base_of = if newer == 1 { Base::Older(&base.state) } else { Base::Gone };
        }
        let mut once = current.clone();
        fold(&mut once, base_of, &journal(&base, records[..cut].to_vec())).unwrap();
        nothing_is_lost(&once, &records[..cut])?;
        // Folding the same again changes nothing.
        let mut twice = once.clone();
        let report = fold(&mut twice, Base::Older(&base.state), &journal(&base, records[..cut].to_vec())).unwrap();
        prop_assert_eq!(report.folded, 0);
        prop_assert_eq!(&twice, &once);
        // The rest on top of the prefix is as good as the whole at once.
        if newer < 2 {
            let mut rest = once.clone();
            fold(&mut rest, Base::Older(&base.state), &journal(&base, records.clone())).unwrap();
            nothing_is_lost(&rest, &records)?;
            let mut whole = current.clone();
            fold(&mut whole, base_of, &journal(&base, records.clone())).unwrap();
            prop_assert_eq!(&rest.state, &whole.state);
        }
    }

    #[test]
    fn the_order_of_independent_records_does_not_matter(ids in prop::collection::vec(0u64..50, 4), seed in 0usize..24) {
        let names = ["t.a", "t.b", "t.c", "module.m[0].t.a"];
        let records: Vec<Record> =
            names.iter().zip(&ids).zip(1..).map(|((n, id), step)| result(step, put(n, *id))).collect();
        let mut shuffled = Vec::new();
        let mut left = records.clone();
        let mut seed = seed;
        while !left.is_empty() {
            let at = seed % left.len();
            seed /= left.len().max(2);
            shuffled.push(left.remove(at));
        }
        let fold_of = |records| {
            let mut snapshot = with(&[put("t.a", 100)]);
            let journal = journal(&snapshot, records);
            fold(&mut snapshot, Base::Same, &journal).unwrap();
            snapshot
        };
        prop_assert_eq!(fold_of(records), fold_of(shuffled));
    }

    #[test]
    fn any_cut_of_the_bytes_gives_a_prefix(records in runs(), cut in 0usize..4000, zeroes in 0usize..20) {
        let journal = journal(&empty(), records);
        let whole = bytes(&journal, &[2, 5]);
        let mut cut_off = whole[..cut.min(whole.len())].to_vec();
        cut_off.extend(vec![0; zeroes]);
        match decode(&cut_off) {
            Ok(read) => prop_assert_eq!(&read.records[..], &journal.records[..read.records.len()]),
            Err(e) => prop_assert_eq!(e, JournalError::Blank),
        }
    }

    #[test]
    fn no_bytes_panic(mut junk in prop::collection::vec(any::<u8>(), 0..200), at in 0usize..300, flip in any::<u8>()) {
        let mut whole = bytes(&journal(&empty(), vec![started(1, "t.a")]), &[]);
        let at = at.min(whole.len() - 1);
        whole[at] = flip;
        let _ = decode(&whole);
        let mut with_magic = MAGIC.to_vec();
        with_magic.append(&mut junk);
        let _ = decode(&with_magic);
    }
}

#[test]
fn a_state_of_any_size_folds_in_one_pass() {
    let mut records = Vec::new();
    for i in 0..2_000u64 {
        records.push(started(i, &format!("t.a[{i}]")));
        records.push(result(i, put(&format!("t.a[{i}]"), i)));
    }
    let mut snapshot = empty();
    let journal = journal(&snapshot, records);
    let report = fold(&mut snapshot, Base::Older(&State::default()), &journal).unwrap();
    assert_eq!((report.folded, snapshot.state.object_count()), (4_000, 2_000));
}

/// Turns bits around: enough to see what is sealed, and with what number.
#[derive(Debug)]
struct Turned;

impl Seal for Turned {
    fn seal(&self, number: u64, record: &[u8]) -> Vec<u8> {
        number.to_le_bytes().iter().chain(record).map(|b| !b).collect()
    }

    fn open(&self, number: u64, sealed: &[u8]) -> Option<Vec<u8>> {
        let turned: Vec<u8> = sealed.iter().map(|b| !b).collect();
        turned.strip_prefix(&number.to_le_bytes()).map(<[u8]>::to_vec)
    }
}

#[test]
fn a_sealed_journal_shows_its_head_alone() {
    let journal = journal(&empty(), vec![started(1, "t.secret"), result(1, put("t.secret", 1))]);
    let mut batch = Batch::sealed(b"the head", Arc::new(Turned));
    batch.push(&Record::Header(Box::new(journal.header.clone())));
    let first = batch.take();
    for record in &journal.records {
        batch.push(record);
    }
    let file = [&SEALED_MAGIC[..], &first, &batch.take(), &[0; 40]].concat();
    assert!(!file.windows(6).any(|w| w == b"secret"));
    let (head, record) = sealed_head(&file).unwrap();
    assert_eq!(head, b"the head");
    assert!(Turned.open(0, record).is_some());
    assert_eq!(decode_sealed(&file, &Turned).unwrap(), journal);
    assert_eq!(decode(&file), Err(JournalError::NoJournal));
    // Until the header has arrived whole, nothing has begun.
    for cut in 0..SEALED_MAGIC.len() + first.len() {
        let torn = [&file[..cut], &[0; 9]].concat();
        assert_eq!(sealed_head(&torn), None, "{cut}");
        assert_eq!(decode(&torn), Err(JournalError::Blank), "{cut}");
    }
    // A record that was put in the place of another is no record.
    let mut moved = Batch::sealed(b"the head", Arc::new(Turned));
    moved.push(&Record::Header(Box::new(journal.header.clone())));
    moved.number_next(5);
    moved.push(&journal.records[0]);
    let file = [&SEALED_MAGIC[..], &moved.take()].concat();
    assert_eq!(decode_sealed(&file, &Turned), Err(JournalError::Seal { number: 1 }));
}
