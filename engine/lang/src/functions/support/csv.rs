//! Comma-separated values as RFC 4180 has them, read a record at a time.

/// What is wrong with the text, and in which line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in super::super) struct CsvError {
    pub(in super::super) line: usize,
    pub(in super::super) message: &'static str,
}

/// Records, one after the other. Empty lines are none.
#[derive(Debug)]
pub(in super::super) struct Reader<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Reader<'a> {
    pub(in super::super) fn new(text: &'a str) -> Self {
        Self { rest: text, line: 0 }
    }

    /// The line that was read last.
    pub(in super::super) fn line(&self) -> usize {
        self.line
    }

    /// The fields of the next record.
    pub(in super::super) fn record(&mut self) -> Result<Option<Vec<String>>, CsvError> {
        let mut line = loop {
            match self.next_line() {
                None => return Ok(None),
                Some("\n" | "\r\n") => {}
                Some(line) => break line,
            }
        };
        let mut fields = Vec::new();
        loop {
            let (field, rest) = match line.strip_prefix('"') {
                Some(quoted) => self.quoted(quoted)?,
                None => self.plain(line)?,
            };
            fields.push(field);
            match rest {
                Some(rest) => line = rest,
                None => return Ok(Some(fields)),
            }
        }
    }

    /// The next line with its end.
    fn next_line(&mut self) -> Option<&'a str> {
        if self.rest.is_empty() {
            return None;
        }
        let end = self.rest.find('\n').map_or(self.rest.len(), |end| end + 1);
        let (line, rest) = self.rest.split_at(end);
        self.rest = rest;
        self.line += 1;
        // The very last line may end half-way.
        Some(if rest.is_empty() { line.strip_suffix('\r').unwrap_or(line) } else { line })
    }

    /// A field without quotes, and the rest of the line if there is another field in it.
    fn plain(&self, line: &'a str) -> Result<(String, Option<&'a str>), CsvError> {
        let (field, rest) = match line.split_once(',') {
            Some((field, rest)) => (field, Some(rest)),
            None => (without_end(line), None),
        };
        if field.contains('"') {
            return Err(self.error("bare \" in non-quoted-field"));
        }
        Ok((field.to_owned(), rest))
    }

    /// A field whose opening quote has been read. It may go on over several lines.
    fn quoted(&mut self, mut line: &'a str) -> Result<(String, Option<&'a str>), CsvError> {
        let mut field = String::new();
        loop {
            let Some((part, after)) = line.split_once('"') else {
                push_line(line, &mut field);
                let unclosed = self.error("extraneous or missing \" in quoted-field");
                line = self.next_line().ok_or(unclosed)?;
                continue;
            };
            push_line(part, &mut field);
            match after.chars().next() {
                Some('"') => {
                    field.push('"');
                    line = &after[1..];
                }
                Some(',') => return Ok((field, Some(&after[1..]))),
                _ if without_end(after).is_empty() => return Ok((field, None)),
                _ => return Err(self.error("extraneous or missing \" in quoted-field")),
            }
        }
    }

    fn error(&self, message: &'static str) -> CsvError {
        CsvError { line: self.line, message }
    }
}

fn without_end(line: &str) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line)
}

/// Adds a part of a line. Lines end in a line feed alone, whatever they ended in before.
fn push_line(part: &str, field: &mut String) {
    match part.strip_suffix("\r\n") {
        Some(part) => {
            field.push_str(part);
            field.push('\n');
        }
        None => field.push_str(part),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str) -> Result<Vec<Vec<String>>, CsvError> {
        let mut reader = Reader::new(text);
        std::iter::from_fn(|| reader.record().transpose()).collect()
    }

    #[test]
    fn quotes_commas_and_ends_of_lines() {
        for (text, expected) in [
            ("a,b\r\n\r\n\n1,2", vec![vec!["a", "b"], vec!["1", "2"]]),
            ("\"a\"\"b\",\"c,\r\nd\"\n", vec![vec!["a\"b", "c,\nd"]]),
            (",\n", vec![vec!["", ""]]),
            ("\"\"\r", vec![vec![""]]),
            (" a\t, \"", vec![]),
        ] {
            match records(text) {
                Ok(records) => assert_eq!(records, expected, "{text:?}"),
                Err(error) => assert!(expected.is_empty(), "{text:?}: {error:?}"),
            }
        }
        let error = |text| records(text).unwrap_err();
        assert_eq!(error("a\nb\"").line, 2);
        assert_eq!(error("\"a\nb").message, "extraneous or missing \" in quoted-field");
        assert_eq!(error("\"a\"b").message, "extraneous or missing \" in quoted-field");
    }
}
