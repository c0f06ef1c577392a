//! The page: written, and read again for what Terraform said.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::Said;

const HEAD: &str = "# Diagnostics, side by side

What wb and Terraform say about the same mistakes, off a terminal. On one, wb draws excerpts with lines.
`cargo xtask diagnostics` writes this page.
";
const OURS: &str = "**wb**";
const THEIRS: &str = "**Terraform ";

pub(super) fn text(all: &[Said], version: &str) -> String {
    let mut out = HEAD.to_owned();
    for (n, said) in all.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "\n## {}. {}", n + 1, said.case.title);
        for (name, text) in said.case.files {
            let _ = write!(out, "\n`{name}`\n\n````hcl\n{}\n````\n", text.trim_end());
        }
        let _ = write!(out, "\n{OURS}\n\n````text\n{}\n````\n", plain(&said.wb));
        let _ =
            write!(out, "\n{THEIRS}{version}**\n\n````text\n{}\n````\n", plain(&said.terraform));
    }
    out
}

/// Without blanks at the ends of lines.
fn plain(text: &str) -> String {
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// What Terraform said, by the title of the case.
pub(super) fn terraform_texts(page: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for section in page.split("\n## ").skip(1) {
        let title = section.lines().next().and_then(|line| line.split_once(". "));
        let Some((_, title)) = title else { continue };
        let Some((_, theirs)) = section.rsplit_once(THEIRS) else { continue };
        let text = theirs.split_once("````text\n").and_then(|(_, rest)| rest.split_once("\n````"));
        if let Some((text, _)) = text {
            found.insert(title.to_owned(), text.to_owned());
        }
    }
    found
}

pub(super) fn terraform_version(page: &Path) -> Option<String> {
    let text = fs::read_to_string(page).ok()?;
    let (_, rest) = text.split_once(THEIRS)?;
    Some(rest.split_once("**")?.0.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::cases::CASES;
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let said =
            |case| Said { case, wb: "ours".to_owned(), terraform: "theirs\n\nmore".to_owned() };
        let page = text(&[said(&CASES[0]), said(&CASES[1])], "1.2.3");
        let texts = terraform_texts(&page);
        assert_eq!(texts.len(), 2);
        assert_eq!(texts[CASES[1].title], "theirs\n\nmore");
    }
}
