//! Files in, files out.

use std::sync::Arc;

use wb_core::addr::{AbsInstance, ObjectAddr};

use super::{ReadErrorKind, Trust, head, read, write, write_plain};
use crate::{Attributes, Nonce, Object, RawJson, Snapshot, Status};

const TERRAFORM: &str = include_str!("../../tests/data/terraform-1.11.4.tfstate");

fn with(resources: &str) -> String {
    format!(
        "{{\"version\":4,\"terraform_version\":\"1.11.4\",\"serial\":3,\"lineage\":\"l\",\"outputs\":{{}},\
         \"resources\":[{resources}],\"check_results\":null}}"
    )
}

fn resource(name: &str, instances: &str) -> String {
    format!(
        "{{\"mode\":\"managed\",\"type\":\"t\",\"name\":\"{name}\",\"provider\":\"provider[\\\"x\\\"]\",\
         \"instances\":[{instances}]}}"
    )
}

fn snapshot(text: &str) -> Snapshot {
    read(text.as_bytes().to_vec()).unwrap().snapshot
}

#[test]
fn what_terraform_wrote_is_written_again_byte_for_byte() {
    let file = read(TERRAFORM.as_bytes().to_vec()).unwrap();
    assert!(matches!(file.trust, Trust::Foreign));
    assert_eq!(String::from_utf8(write_plain(&file.snapshot)).unwrap(), TERRAFORM);
}

#[test]
fn the_member_stands_at_the_end_and_covers_every_byte() {
    let written = write(&snapshot(TERRAFORM), Nonce(7)).unwrap();
    let text = String::from_utf8(written.bytes.clone()).unwrap();
    let plain = TERRAFORM.trim_end().trim_end_matches('}').trim_end();
    assert!(text.starts_with(plain));
    expect_test::expect![[r#"
        ,
          "wb": {
            "sum": "SUM",
            "nonce": "00000000000000000000000000000007",
            "deps": {},
            "open": [],
            "folded": {}
          }
        }
    "#]]
    .assert_eq(&text[plain.len()..].replace(&written.sum.to_string(), "SUM"));
    let again = read(written.bytes).unwrap();
    assert!(matches!(again.trust, Trust::Ours { sum, .. } if sum == written.sum));
    assert_eq!(write(&again.snapshot, Nonce(7)).unwrap().sum, written.sum);
}

#[test]
fn every_flipped_byte_is_noticed() {
    let file = with(&resource("a", "{\"schema_version\":0,\"attributes\":{\"id\":\"é<\"}}"));
    let bytes = write(&snapshot(&file), Nonce(1)).unwrap().bytes;
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << bit;
            let good =
                matches!(read(damaged).map(|f| f.trust), Ok(Trust::Ours { .. } | Trust::Foreign));
            assert!(!good, "byte {at}, bit {bit} of {}", String::from_utf8_lossy(&bytes));
        }
    }
    for len in 0..bytes.len() {
        let cut = read(bytes[..len].to_vec());
        assert!(!matches!(cut.map(|f| f.trust), Ok(Trust::Ours { .. } | Trust::Foreign)), "{len}");
    }
}

#[test]
fn what_belongs_together_comes_back() {
    let text = with(&resource(
        "a",
        "{\"index_key\":\"k\\\"<\",\"status\":\"tainted\",\"schema_version\":2,\"attributes\":{\"a\":[1e400,\"\\u003c\"]},\
          \"sensitive_attributes\":[[{\"type\":\"get_attr\",\"value\":\"a\"}]],\"private\":\"eA==\",\
          \"dependencies\":[\"t.b\",\"module.m.data.t.c\"],\"create_before_destroy\":true,\
          \"identity_schema_version\":1,\"identity\":{\"id\":\"x\"}},\
         {\"index_key\":\"k\\\"<\",\"deposed\":\"00000001\",\"schema_version\":0,\"attributes_flat\":{\"id\":\"1\"}}",
    ));
    let mut snapshot = snapshot(&text);
    let addr = AbsInstance::parse("t.a[\"k\\\"<\"]").unwrap();
    let object = snapshot.state.object(&ObjectAddr::current(addr.clone())).unwrap();
    assert_eq!(object.status, Status::Tainted);
    assert_eq!(object.private.as_ref().unwrap().bytes().unwrap(), b"x");
    let needs: Arc<[AbsInstance]> = Arc::new([AbsInstance::parse("t.b[0]").unwrap()]);
    let object = Object { needs: Some(needs), ..Object::clone(object) };
    let edit = crate::Edit::Put {
        address: ObjectAddr::current(addr.clone()),
        provider: snapshot.state.provider(&addr).unwrap(),
        object: Arc::new(object),
    };
    edit.apply(&mut snapshot.state).unwrap();
    let again = read(write(&snapshot, Nonce(1)).unwrap().bytes).unwrap().snapshot;
    assert_eq!(again, snapshot);
    assert_eq!(again.state.digest(), snapshot.state.digest());
}

#[test]
fn modules_are_ordered_as_text_in_files_and_by_depth_elsewhere() {
    let entry = |module: &str| {
        format!(
            "{{\"module\":\"{module}\",{}",
            resource("a", "{\"schema_version\":0}").split_at(1).1
        )
    };
    let text = with(&[entry("module.b"), entry("module.a.module.z"), entry("module.a")].join(","));
    let snapshot = snapshot(&text);
    let listed: Vec<String> = snapshot.state.instances().map(|(a, ..)| a.to_string()).collect();
    assert_eq!(listed, ["module.a.t.a", "module.b.t.a", "module.a.module.z.t.a"]);
    let written = String::from_utf8(write_plain(&snapshot)).unwrap();
    let place = |m: &str| written.find(&format!("\"module\": \"{m}\"")).unwrap();
    assert!(place("module.a") < place("module.a.module.z"));
    assert!(place("module.a.module.z") < place("module.b"));
}

#[test]
fn iterated_providers_are_named_by_instance() {
    let text = "{\"mode\":\"managed\",\"type\":\"t\",\"name\":\"a\",\"instances\":[\
                {\"index_key\":0,\"provider\":\"provider[\\\"x\\\"].by[\\\"eu\\\"]\",\"schema_version\":0,\"attributes\":{}}]}";
    let snapshot = snapshot(&with(text));
    let addr = AbsInstance::parse("t.a[0]").unwrap();
    assert_eq!(
        snapshot.state.provider(&addr).unwrap().to_string(),
        "provider[\"registry.terraform.io/hashicorp/x\"].by[\"eu\"]"
    );
    let written = String::from_utf8(write_plain(&snapshot)).unwrap();
    assert_eq!(written.matches("\"provider\":").count(), 1);
    assert_eq!(read(written.into_bytes()).unwrap().snapshot, snapshot);
}

#[test]
fn a_head_is_read_from_the_beginning_of_a_file() {
    let known = |text: &str| head(text.as_bytes()).ok().map(|head| (head.lineage, head.serial));
    let some = Some(("l".to_owned(), 1));
    let start = "{\"version\":4,\"serial\":1,\"lineage\":\"l\",\"outputs\":{},\"resources\":";
    assert_eq!(known(&format!("{start}[")), some);
    assert_eq!(known("{\"resources\":[{}],\"lineage\":\"l\",\"serial\":1,\"version\":4}"), some);
    for other in [
        "",
        "[]",
        "{\"version\":4,\"serial\":1,\"lineage\":\"l\",\"outputs\":{",
        "{\"version\":4,\"serial\":1,\"lineage\":\"l\"}",
        "{\"version\":4,\"serial\":1,\"lineage\":\"\",\"resources\":[]}",
        "{\"version\":3,\"serial\":1,\"lineage\":\"l\",\"resources\":[]}",
        "{\"version\":4,\"lineage\":\"l\",\"resources\":[],\"serial\":-1}",
    ] {
        assert_eq!(known(other), None, "{other}");
    }
}

#[test]
fn what_is_no_state_is_refused_with_its_place() {
    let deep = "[".repeat(3_000) + &"]".repeat(3_000);
    let head = "\"version\":4,\"serial\":1,\"lineage\":\"l\"";
    let cases = [
        (String::new(), "the file is empty"),
        (
            "null".into(),
            "the file is not a state in JSON: invalid type: null, expected an object (byte 3, line 1)",
        ),
        ("{}".into(), "the file does not say which format it has (no \"version\")"),
        (
            "{\"version\":3,\"terraform_version\":\"0.11.14\",\"modules\":[]}".into(),
            "the file has state format 3, and only format 4 is known; Terraform 0.11.14 wrote it",
        ),
        (
            "{\"version\":99,\"resources\":7}".into(),
            "the file has state format 99, and only format 4 is known",
        ),
        (
            "{\"serial\":1,\"lineage\":\"l\",\"encrypted_data\":\"x\"}".into(),
            "the state is encrypted",
        ),
        (
            "{\"version\":4,\n\"serial\":-1}".into(),
            "the file is not a state in JSON: invalid value: integer `-1`, expected u64 (byte 24, line 2)",
        ),
        (format!("{{{head}}}"), "the file is not a state in JSON: there is no list of resources"),
        (
            format!("{{{head},\"resources\":null}}"),
            "the file is not a state in JSON: there is no list of resources",
        ),
        ("{\"version\":4,\"serial\":1,\"resources\":[]}".into(), "the file has no lineage"),
        (
            format!("{{{head},\"resources\":[],\"extra\":1}}"),
            "no program that writes state files writes a member \"extra\"",
        ),
        (
            format!("{{{head},\"resources\":[]}} {{}}"),
            "the file is not a state in JSON: trailing characters (byte 54, line 1)",
        ),
        (
            with(&resource("a", "{\"schema_version\":0},{\"schema_version\":0}")),
            "t.a appears more than once (byte 130, line 1)",
        ),
        (
            with(&format!("{},{}", resource("a", "{}"), resource("a", "{}"))),
            "t.a appears more than once (byte 217, line 1)",
        ),
        (
            with(&resource("a", "{\"index_key\":1.5}")),
            "resource t.a has an instance with the key 1.5, which is none (byte 130, line 1)",
        ),
        (
            with(&resource("a", "{\"index_key\":-1}")),
            "resource t.a has an instance with the key -1, which is none (byte 130, line 1)",
        ),
        (
            with(&resource("a b", "{}")),
            "resource t.a b has a type or a name that none can have (byte 130, line 1)",
        ),
        (
            with(&resource("", "{}")),
            "resource t. has a type or a name that none can have (byte 130, line 1)",
        ),
        (
            with(&resource("a", "{\"deposed\":\"1\"}")),
            "instance t.a has a deposed object \"1\", which is no deposed key (byte 187, line 1)",
        ),
        (
            with(&resource("a", "{\"status\":\"uncertain\"}")),
            "instance t.a has the status \"uncertain\", which is not known (byte 130, line 1)",
        ),
        (
            with(&resource("a", "{\"dependencies\":[\"t.b[0]\"]}")),
            "Invalid address: A resource address is required. This instance key identifies a specific resource \
             instance, which is not expected here. (byte 193, line 1)",
        ),
        (
            with(&resource("a", "{}").replace("managed", "other")),
            "resource t.a has the mode \"other\", which is not known (byte 102, line 1)",
        ),
        (
            with(&resource("a", "{}").replace("provider[", "pro[")),
            "Invalid provider configuration address: Provider address must begin with \"provider.\", followed by a \
             provider type name. (byte 130, line 1)",
        ),
        (
            with(&resource("a", &format!("{{\"attributes\":{deep}}}"))),
            "values nest deeper than 2000 levels (byte 2184, line 1)",
        ),
    ];
    for (text, want) in cases {
        let got = read(text.clone().into_bytes()).unwrap_err();
        let short: String = text.chars().take(200).collect();
        assert_eq!(got.to_string(), want, "{short}");
        assert!(!got.help().is_empty());
    }
    let bad = read(b"{\n\xff}".to_vec()).unwrap_err();
    assert_eq!(bad.in_file(&"f"), "f:2:1: the file is not UTF-8");
    assert_eq!((bad.kind, bad.offset, bad.line), (ReadErrorKind::NotUtf8, Some(2), Some(2)));
}

#[test]
fn texts_that_another_program_laid_out_are_laid_out_anew() {
    let text = with(&resource("a", "{\"schema_version\":0,\"attributes\": { \"a\" :[ ] }}"));
    let written = String::from_utf8(write_plain(&snapshot(&text))).unwrap();
    assert!(
        written.contains("          \"attributes\": {\n            \"a\": []\n          },\n"),
        "{written}"
    );
    let object = Attributes::Json(RawJson::new("{\"a\":[]}").unwrap());
    let snapshot = snapshot(&written);
    assert_eq!(snapshot.state.objects().next().unwrap().1.attributes, object);
}
