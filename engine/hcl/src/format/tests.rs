use expect_test::{Expect, expect};
use wb_core::source::FileId;

use crate::source::SourceText;

fn formatted(bytes: &[u8]) -> Vec<u8> {
    let source = SourceText::new(bytes.to_vec());
    super::format(FileId::from_index(0), &source).expect("the text is valid")
}

/// Checks the layout, and that laying out what is laid out changes nothing.
fn check(text: &str, want: &Expect) {
    let once = formatted(text.as_bytes());
    assert_eq!(formatted(&once), once, "the canonical layout is its own");
    want.assert_eq(&String::from_utf8(once).unwrap());
}

#[test]
fn equals_signs_and_comments_are_aligned_with_their_neighbours() {
    check(
        "a=1 # x\nbcd = [1,2]  # y\n\nfoo{\nx=-1\nyy=  {\nz = !b[0]\n}\n}",
        &expect![[r#"
        a   = 1      # x
        bcd = [1, 2] # y

        foo {
          x = -1
          yy = {
            z = !b[0]
          }
        }"#]],
    );
}

#[test]
fn old_forms_are_rewritten() {
    check(
        "resource a /* x */ b {\n  c = \"${d}\"\n  e = \"${f}${g}\"\n  h = \"${\n1 +\n2}\"\n}\n",
        &expect![[r#"
        resource "a" "b" {
          c = d
          e = "${f}${g}"
          h = (1 +
          2)
        }
    "#]],
    );
    check(
        "variable \"v\" {\n  type = \"list\"\n}\nvariable \"w\" {\n  type = set\n}\n",
        &expect![[r#"
        variable "v" {
          type = list(string)
        }
        variable "w" {
          type = set(any)
        }
    "#]],
    );
}

#[test]
fn bytes_of_comments_are_kept() {
    assert_eq!(formatted(b"a=1 # caf\xe9\nbc = 2 // x\n"), b"a  = 1 # caf\xe9\nbc = 2 // x\n");
}
