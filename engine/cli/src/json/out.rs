//! Writes JSON, member by member.

use std::fmt::{Display, Write as _};
use std::io;

use wb_core::json::{Escape, encode_string};

/// A JSON text in the making. Commas are its business; that brackets close is its callers'.
pub(crate) struct Out<'w> {
    text: String,
    to: &'w mut dyn io::Write,
    /// Whether the next value follows another one.
    follows: bool,
    result: io::Result<()>,
}

/// So much is kept before it is passed on.
const FULL: usize = 64 * 1024;

impl<'w> Out<'w> {
    pub(crate) fn new(to: &'w mut dyn io::Write) -> Self {
        Self { text: String::with_capacity(1024), to, follows: false, result: Ok(()) }
    }

    /// Ends the text with a line feed and passes on what is left.
    pub(crate) fn finish(self) -> io::Result<()> {
        self.finish_line()?.flush()
    }

    /// The same where more lines come at once.
    pub(crate) fn finish_line(mut self) -> io::Result<&'w mut dyn io::Write> {
        self.text.push('\n');
        self.pass_on();
        self.result.map(|()| self.to)
    }

    fn pass_on(&mut self) {
        if self.result.is_ok() {
            self.result = self.to.write_all(self.text.as_bytes());
        }
        self.text.clear();
    }

    fn begin(&mut self) {
        if self.follows {
            self.text.push(',');
        }
        self.follows = true;
    }

    pub(crate) fn object(&mut self, members: impl FnOnce(&mut Self)) {
        self.begin();
        self.text.push('{');
        self.follows = false;
        members(self);
        self.text.push('}');
        self.follows = true;
        if self.text.len() > FULL {
            self.pass_on();
        }
    }

    pub(crate) fn array(&mut self, elements: impl FnOnce(&mut Self)) {
        self.begin();
        self.text.push('[');
        self.follows = false;
        elements(self);
        self.text.push(']');
        self.follows = true;
    }

    /// The name of a member; its value comes next.
    pub(crate) fn key(&mut self, name: &str) -> &mut Self {
        self.begin();
        encode_string(name, Escape::Html, &mut self.text);
        self.text.push(':');
        self.follows = false;
        self
    }

    pub(crate) fn string(&mut self, text: &str) {
        self.begin();
        encode_string(text, Escape::Html, &mut self.text);
    }

    /// Something as it prints, as a string.
    pub(crate) fn display(&mut self, what: impl Display) {
        self.string(&what.to_string());
    }

    /// A number, bool or null, which print as they are.
    pub(crate) fn plain(&mut self, what: impl Display) {
        self.begin();
        // Writing to a string cannot fail.
        let _ = write!(self.text, "{what}");
    }

    pub(crate) fn null(&mut self) {
        self.plain("null");
    }

    /// JSON that is text already.
    pub(crate) fn raw(&mut self, json: &str) {
        self.begin();
        self.text.push_str(json);
    }

    pub(crate) fn strings<T: Display>(&mut self, all: impl IntoIterator<Item = T>) {
        self.array(|out| all.into_iter().for_each(|one| out.display(one)));
    }

    /// A member that is left out where it is empty.
    pub(crate) fn text_unless_empty(&mut self, name: &str, text: &str) {
        if !text.is_empty() {
            self.key(name).string(text);
        }
    }

    /// A member that is left out where it is false.
    pub(crate) fn flag(&mut self, name: &str, is: bool) {
        if is {
            self.key(name).plain(true);
        }
    }
}

#[cfg(test)]
pub(crate) fn written(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_stand_between_and_long_texts_are_passed_on() {
        let text = written(|to| {
            let mut out = Out::new(to);
            out.object(|out| {
                out.key("a").array(|out| {
                    out.null();
                    out.object(|_| {});
                    out.strings(["<", "y"]);
                });
                out.key("b").plain(1);
                out.flag("no", false);
                out.text_unless_empty("none", "");
                out.key("c").object(|out| out.key("d").string(&"x".repeat(2 * FULL)));
                out.flag("yes", true);
            });
            out.finish()
        });
        let short = text.replace(&"x".repeat(2 * FULL), "x");
        assert_eq!(
            short,
            "{\"a\":[null,{},[\"\\u003c\",\"y\"]],\"b\":1,\"c\":{\"d\":\"x\"},\"yes\":true}\n"
        );
    }

    #[test]
    fn an_error_of_the_other_end_is_told() {
        struct Full;
        impl io::Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut full = Full;
        let mut out = Out::new(&mut full);
        out.null();
        assert_eq!(out.finish().unwrap_err().kind(), io::ErrorKind::StorageFull);
    }
}
