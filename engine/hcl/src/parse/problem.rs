//! What went wrong, in words. Summaries are HCL's where it has one, since scripts know them; what to do is said in
//! addition.

use wb_core::diag::Diagnostic;
use wb_core::source::Span;

use super::parser::{Bail, Parser};
use super::template::Directive;
use crate::lex::{BadEscape, EscapeProblem, Token, TokenKind};
use crate::suggest;
use crate::tree::ExprId;

const REQUIRED: &str = "Argument or block definition required";
const BAD_BLOCK: &str = "Invalid block definition";
const BAD_SINGLE: &str = "Invalid single-argument block definition";
const BAD_FOR: &str = "Invalid 'for' expression";
const BAD_ATTRIBUTE: &str = "Invalid attribute name";

/// An argument that is set twice in a body.
pub(super) fn redefined(name: &str, first: Span, second: Span) -> Diagnostic {
    Diagnostic::error(
        "Attribute redefined",
        format!("The argument {name:?} was already set. Each argument may be set only once."),
    )
    .at(second)
    .label(first, "first set here")
    .help("Remove one of the two.")
}

/// Bodies and their items.
impl Parser<'_, '_> {
    /// Reports a problem that is only one because the text ends; a comment that swallows the rest of it explains that
    /// better, and is reported by itself.
    pub(super) fn report_at_end(&mut self, make: impl FnOnce() -> Diagnostic) {
        if self.tok.kind != TokenKind::Eof || self.scan.skipped.open_comment.is_none() {
            self.problems.push(make);
        }
    }

    /// A token that is no part of the language explains a mistake better than its place does.
    fn report(&mut self, at: Token, make: impl FnOnce() -> Diagnostic) {
        let span = self.span_of(at);
        let text = &self.src[at.start as usize..at.end as usize];
        match foreign(at.kind, text) {
            Some(d) => self.problems.push(|| d.at(span)),
            None => self.report_at_end(make),
        }
    }

    pub(super) fn bad_item(&mut self, bad: Token) {
        let span = self.span_of(bad);
        self.report(bad, || match bad.kind {
            TokenKind::OQuote => {
                Diagnostic::error("Invalid argument name", "Argument names must not be quoted.")
                    .at(span)
                    .help("Write the name without quotes.")
            }
            TokenKind::CBrace => Diagnostic::error(
                REQUIRED,
                "An argument or block definition is required here, but this is a closing brace (}) without an opening one.",
            )
            .at(span)
            .help("Remove it, or look for a brace too many before it."),
            _ => Diagnostic::error(REQUIRED, "An argument or block definition is required here.")
                .at(span),
        });
    }

    pub(super) fn half_item(&mut self, name: Token) {
        let (span, next) = (self.span_of(name), self.next());
        let word = self.text(name).to_owned();
        let found = self.span_of(next);
        self.report(next, || {
            let d = Diagnostic::error(
                REQUIRED,
                "An argument or block definition is required here. To set an argument, use the equals sign \"=\" to introduce the argument value.",
            )
            .at(span)
            .within(span.join(found));
            match next.kind {
                TokenKind::EqualOp => d.help(format!("Write one equals sign: {word} = …")),
                TokenKind::Colon => d.help(format!("Write an equals sign for the colon: {word} = …")),
                TokenKind::Newline | TokenKind::Eof => {
                    d.help(format!("Write {word} = VALUE to set an argument, or {word} {{ to begin a block."))
                }
                _ => d,
            }
        });
    }

    pub(super) fn no_line_end(&mut self, name: Token, _expr: ExprId) {
        let found = self.next();
        let span = self.span_of(found);
        let context = self.span(name.start, found.end);
        self.report(found, || match found.kind {
            TokenKind::Comma => Diagnostic::error(
                "Unexpected comma after argument",
                "Argument definitions must be separated by newlines, not commas. An argument definition must end with a newline.",
            )
            .at(span)
            .within(context)
            .help("Remove the comma."),
            _ => Diagnostic::error(
                "Missing newline after argument",
                "An argument definition must end with a newline.",
            )
            .at(span)
            .within(context),
        });
    }

    pub(super) fn no_line_end_after_block(&mut self, name: Token) {
        let found = self.next();
        let (span, context) = (self.span_of(found), self.span(name.start, found.end));
        self.report(found, || {
            Diagnostic::error(
                "Missing newline after block definition",
                "A block definition must end with a newline.",
            )
            .at(span)
            .within(context)
        });
    }

    pub(super) fn no_block_body(&mut self, name: Token) -> Bail {
        let found = self.next();
        let (span, header) = (self.span_of(found), self.span(name.start, self.prev_end));
        let word = self.text(name).to_owned();
        let rest = self.src[name.end as usize..self.prev_end as usize].trim().to_owned();
        self.report(found, || match found.kind {
            TokenKind::Equal => Diagnostic::error(
                BAD_BLOCK,
                "The equals sign \"=\" indicates an argument definition, and must not be used when defining a block.",
            )
            .at(span)
            .within(header.join(span)),
            TokenKind::Newline | TokenKind::Eof => Diagnostic::error(
                BAD_BLOCK,
                "A block definition must have block content delimited by \"{\" and \"}\", starting on the same line as the block header.",
            )
            .at(header)
            .help(format!("To set an argument, write an equals sign: {word} = {rest}")),
            _ => Diagnostic::error(
                BAD_BLOCK,
                "Either a quoted string block label or an opening brace (\"{\") is expected here.",
            )
            .at(span)
            .within(header.join(span)),
        });
        Bail
    }

    pub(super) fn nested_in_single_line(&mut self, name: Token) {
        let word = self.text(name).to_owned();
        let span = self.span(name.start, self.tok.end);
        self.problems.push(|| {
            Diagnostic::error(
                "Argument definition required",
                format!(
                    "A single-line block definition can contain only a single argument. If you meant to define argument {word:?}, use an equals sign to assign it a value. To define a nested block, place it on a line of its own within its parent block."
                ),
            )
            .at(span)
        });
    }

    pub(super) fn no_end_of_single_line(&mut self, name: Token, open: Token) {
        let found = self.next();
        let (span, header) = (self.span_of(found), self.span(name.start, open.end));
        let open = self.span_of(open);
        self.report(found, || match found.kind {
            TokenKind::Eof => Diagnostic::error(
                "Unclosed configuration block",
                "There is no closing brace for this block before the end of the file. This may be caused by incorrect brace nesting elsewhere in this file.",
            )
            .at(open)
            .within(header),
            TokenKind::Newline => Diagnostic::error(
                BAD_SINGLE,
                "An argument definition on the same line as its containing block creates a single-line block definition, which must also be closed on the same line. Place the block's closing brace immediately after the argument definition.",
            )
            .at(header)
            .help("Or begin a new line after the opening brace."),
            TokenKind::Comma | TokenKind::Ident => Diagnostic::error(
                BAD_SINGLE,
                "Single-line block syntax can include only one argument definition. To define multiple arguments, use the multi-line block syntax with one argument definition per line.",
            )
            .at(span)
            .within(header.join(span)),
            _ => Diagnostic::error(
                BAD_SINGLE,
                "A single-line block definition must end with a closing brace immediately after its single argument definition.",
            )
            .at(span)
            .within(header.join(span)),
        });
    }
}

/// Terms and operators.
impl Parser<'_, '_> {
    pub(super) fn no_term(&mut self, found: Token) -> Bail {
        let span = self.span_of(found);
        let text = self.text(found).to_owned();
        self.report(found, || match found.kind {
            TokenKind::Eof => Diagnostic::error(
                "Missing expression",
                "Expected the start of an expression, but found the end of the file.",
            )
            .at(span),
            TokenKind::Newline => Diagnostic::error(
                "Invalid expression",
                "Expected the start of an expression, but found the end of the line.",
            )
            .at(span.head())
            .help("An expression may go on in the next line only within parentheses or brackets."),
            TokenKind::Equal | TokenKind::EqualOp => Diagnostic::error(
                "Invalid expression",
                "Expected the start of an expression, but found an equals sign.",
            )
            .at(span)
            .help("An argument is set with one equals sign; == compares two values."),
            _ => Diagnostic::error(
                "Invalid expression",
                format!("Expected the start of an expression, but found {text:?}."),
            )
            .at(span),
        });
        Bail
    }

    pub(super) fn bad_number(&mut self, token: Token) {
        let span = self.span_of(token);
        let text = self.text(token);
        let points = text.bytes().filter(|&b| b == b'.').count();
        let help = if points > 1 {
            format!(
                "A number has at most one point. For a version or an address, write a string: \"{text}\""
            )
        } else {
            "Write a number that is neither so large nor so small.".to_owned()
        };
        self.problems.push(|| {
            Diagnostic::error(
                "Invalid number literal",
                "Failed to recognize the value of this number literal.",
            )
            .at(span)
            .help(help)
        });
    }

    pub(super) fn no_else(&mut self, condition: ExprId) -> Bail {
        let found = self.next();
        let span = self.span_of(found);
        let start = self.extent(condition).0;
        let context = self.span(start, found.end.max(start));
        self.report(found, || {
            Diagnostic::error(
                "Missing false expression in conditional",
                "The conditional operator (...?...:...) requires a false expression, delimited by a colon.",
            )
            .at(span)
            .within(context)
        });
        Bail
    }

    pub(super) fn unclosed_parens(&mut self, open: Token) {
        let found = self.tok;
        let (span, open) = (self.span_of(found), self.span_of(open));
        self.report(found, || {
            Diagnostic::error(
                "Unbalanced parentheses",
                "Expected a closing parenthesis to terminate the expression.",
            )
            .at(span)
            .within(open.join(span))
            .label(open, "opened here")
        });
    }

    pub(super) fn no_attribute_name(&mut self, start: u32, dot: Token) -> Bail {
        let found = self.next();
        let span = self.span_of(dot);
        let context = self.span(start, dot.end);
        self.report(found, || {
            Diagnostic::error(BAD_ATTRIBUTE, "An attribute name is required after a dot.")
                .at(span)
                .within(context)
        });
        Bail
    }

    pub(super) fn chained_legacy_index(&mut self, number: Token) {
        let span = self.span_of(number);
        let (first, second) = self.text(number).split_once('.').unwrap_or_default();
        let (first, second) = (first.to_owned(), second.to_owned());
        self.problems.push(|| {
            Diagnostic::error(
                "Invalid legacy index syntax",
                format!("When using the legacy index syntax, chaining two indexes together is not permitted. Use the proper index syntax instead, like [{first}][{second}]."),
            )
            .at(span)
        });
    }

    pub(super) fn nested_splat(&mut self) -> Bail {
        let span = self.span_of(self.tok);
        self.problems.push(|| {
            Diagnostic::error(
                "Nested splat expression not allowed",
                "A splat expression (*) cannot be used inside another attribute-only splat expression.",
            )
            .at(span)
            .help("Use [*] for the inner one.")
        });
        Bail
    }

    pub(super) fn unclosed_splat(&mut self, open: Token) -> Bail {
        let found = self.next();
        let (span, open) = (self.span_of(found), self.span_of(open));
        self.report(found, || {
            Diagnostic::error(
                "Missing close bracket on splat index",
                "The star for a full splat operator must be immediately followed by a closing bracket (\"]\").",
            )
            .at(span)
            .label(open, "opened here")
        });
        Bail
    }

    pub(super) fn unclosed_index(&mut self, open: Token) {
        let found = self.tok;
        let (span, open) = (self.span_of(found), self.span_of(open));
        self.report(found, || {
            Diagnostic::error(
                "Missing close bracket on index",
                "The index operator must end with a closing bracket (\"]\").",
            )
            .at(span)
            .label(open, "opened here")
        });
    }

    pub(super) fn no_function_name(&mut self, name: Token) -> Bail {
        let found = self.next();
        let (span, context) = (self.span_of(found), self.span(name.start, self.prev_end));
        self.report(found, || {
            Diagnostic::error(
                "Missing function name",
                "Function scope resolution symbol :: must be followed by a function name in this scope.",
            )
            .at(span)
            .within(context)
        });
        Bail
    }

    pub(super) fn no_parens(&mut self, name: Token) -> Bail {
        let found = self.next();
        let (span, context) = (self.span_of(found), self.span(name.start, self.prev_end));
        self.report(found, || {
            Diagnostic::error(
                "Missing open parenthesis",
                "Function selector must be followed by an open parenthesis to begin the function call.",
            )
            .at(span)
            .within(context)
        });
        Bail
    }

    pub(super) fn unclosed_call(&mut self, name: Token, open: Token) -> Bail {
        let span = self.span(name.start, open.end);
        let before = self.span_of(self.tok).head();
        self.report_at_end(|| {
            Diagnostic::error(
                "Unterminated function call",
                "There is no closing parenthesis for this function call before the end of the argument. This may be caused by incorrect parenthesis nesting elsewhere in this file.",
            )
            .at(span)
            .label(before, "expected ) before this")
        });
        Bail
    }

    pub(super) fn no_argument_separator(&mut self, name: Token, open: Token) {
        let found = self.tok;
        if found.kind == TokenKind::Eof || self.at_outer_item() {
            self.unclosed_call(name, open);
            return;
        }
        let (span, context) = (self.span_of(found), self.span(name.start, found.end));
        self.report(found, || {
            Diagnostic::error(
                "Missing argument separator",
                "A comma is required to separate each function argument from the next.",
            )
            .at(span)
            .within(context)
        });
    }

    pub(super) fn not_last_argument(&mut self, name: Token, dots: Token) {
        let (span, context) = (self.span_of(dots), self.span(name.start, dots.end));
        self.problems.push(|| {
            Diagnostic::error(
                "Missing closing parenthesis",
                "An expanded function argument (with ...) must be immediately followed by closing parentheses.",
            )
            .at(span)
            .within(context)
        });
    }
}

/// Collections.
impl Parser<'_, '_> {
    pub(super) fn unclosed_tuple(&mut self, open: Token) -> Bail {
        let span = self.span_of(open);
        let before = self.span_of(self.tok).head();
        self.report_at_end(|| {
            Diagnostic::error(
                "Unterminated tuple constructor expression",
                "There is no corresponding closing bracket before the end of the argument. This may be caused by incorrect bracket nesting elsewhere in this file.",
            )
            .at(span)
            .label(before, "expected ] before this")
        });
        Bail
    }

    pub(super) fn no_element_separator(&mut self, open: Token) {
        let found = self.tok;
        if found.kind == TokenKind::Eof || self.at_outer_item() {
            self.unclosed_tuple(open);
            return;
        }
        let (span, context) = (self.span_of(found), self.span(open.start, found.end));
        self.report(found, || {
            Diagnostic::error(
                "Missing item separator",
                "Expected a comma to mark the beginning of the next item.",
            )
            .at(span)
            .within(context)
        });
    }

    fn unclosed_object(&mut self, open: Token) {
        let span = self.span_of(open);
        self.report_at_end(|| {
            Diagnostic::error(
                "Unterminated object constructor expression",
                "There is no corresponding closing brace before the end of the file. This may be caused by incorrect brace nesting elsewhere in this file.",
            )
            .at(span)
        });
    }

    pub(super) fn no_item_separator(&mut self, open: Token) {
        let found = self.tok;
        if found.kind == TokenKind::Eof {
            return self.unclosed_object(open);
        }
        let (span, context) = (self.span_of(found), self.span(open.start, found.end));
        self.report(found, || {
            Diagnostic::error(
                "Missing attribute separator",
                "Expected a newline or comma to mark the beginning of the next attribute.",
            )
            .at(span)
            .within(context)
        });
    }

    pub(super) fn no_item_value(&mut self, open: Token, key: ExprId) {
        let found = self.next();
        if found.kind == TokenKind::Eof {
            return self.unclosed_object(open);
        }
        let span = self.span_of(found);
        let (start, end) = self.extent(key);
        let key = self.span(start, end);
        let context = self.span(open.start, found.end);
        self.report(found, || match found.kind {
            TokenKind::Newline | TokenKind::Comma | TokenKind::CBrace => Diagnostic::error(
                "Missing attribute value",
                "Expected an attribute value, introduced by an equals sign (\"=\").",
            )
            .at(key)
            .within(context),
            TokenKind::FatArrow => Diagnostic::error(
                "Missing key/value separator",
                "Expected an equals sign (\"=\") to mark the beginning of the attribute value. The arrow (\"=>\") belongs to 'for' expressions only.",
            )
            .at(span)
            .within(context),
            TokenKind::Ident => Diagnostic::error(
                "Missing key/value separator",
                "Expected an equals sign (\"=\") to mark the beginning of the attribute value. If you intended to given an attribute name containing periods or spaces, write the name in quotes to create a string literal.",
            )
            .at(span)
            .within(context),
            _ => Diagnostic::error(
                "Missing key/value separator",
                "Expected an equals sign (\"=\") to mark the beginning of the attribute value.",
            )
            .at(span)
            .within(context),
        });
    }

    pub(super) fn bad_for(&mut self, open: Token, detail: &'static str) -> Bail {
        let found = self.next();
        let span = self.span_of(found);
        let context = self.span(open.start, found.end.max(open.end));
        self.report(found, || Diagnostic::error(BAD_FOR, detail).at(span).within(context));
        Bail
    }

    pub(super) fn no_for_name(&mut self, open: Token, directive: bool, what: &'static str) -> Bail {
        let found = self.next();
        let span = self.span_of(found);
        let context = self.span(open.start, found.end.max(open.end));
        let (summary, subject) = if directive {
            ("Invalid 'for' directive", "For directive requires")
        } else {
            (BAD_FOR, "For expression requires")
        };
        self.report(found, || {
            Diagnostic::error(summary, format!("{subject} {what}.")).at(span).within(context)
        });
        Bail
    }

    pub(super) fn extra_after_for(&mut self, open: Token, closer: TokenKind) -> Bail {
        let help = match closer {
            TokenKind::CBrack => "Expected ] to end it.",
            _ => "Expected } to end it.",
        };
        let found = self.next();
        let span = self.span_of(found);
        let context = self.span(open.start, found.end.max(open.end));
        self.report(found, || {
            Diagnostic::error(BAD_FOR, "Extra characters after the end of the 'for' expression.")
                .at(span)
                .within(context)
                .help(help)
        });
        Bail
    }

    pub(super) fn for_without_key(&mut self, open: Token, value: ExprId) {
        let (start, end) = self.extent(value);
        let (span, context) = (self.span(start, end), self.span(open.start, self.tok.end));
        self.problems.push(|| {
            Diagnostic::error(BAD_FOR, "Key expression is required when building an object.")
                .at(span)
                .within(context)
                .help("Write KEY => VALUE, or square brackets to build a tuple.")
        });
    }

    pub(super) fn for_with_key(&mut self, open: Token, key: ExprId) {
        let (start, end) = self.extent(key);
        let (span, context) = (self.span(start, end), self.span(open.start, self.tok.end));
        self.problems.push(|| {
            Diagnostic::error(BAD_FOR, "Key expression is not valid when building a tuple.")
                .at(span)
                .within(context)
                .help("Write braces for the square brackets to build an object.")
        });
    }

    pub(super) fn for_with_group(&mut self, open: Token, dots: Token) {
        let (span, context) = (self.span_of(dots), self.span(open.start, self.tok.end));
        self.problems.push(|| {
            Diagnostic::error(
                BAD_FOR,
                "Grouping ellipsis (...) cannot be used when building a tuple.",
            )
            .at(span)
            .within(context)
        });
    }
}

/// Strings and templates.
impl Parser<'_, '_> {
    pub(super) fn bad_escape(&mut self, token: Token, escape: &BadEscape) {
        #[expect(clippy::cast_possible_truncation, reason = "offsets within a token")]
        let span = self.span(token.start + escape.start as u32, token.start + escape.end as u32);
        let problem = escape.problem;
        self.problems.push(|| {
            let detail = match problem {
                EscapeProblem::Nothing => {
                    "Backslash must be followed by an escape sequence selector character."
                        .to_owned()
                }
                EscapeProblem::Selector(c) => {
                    format!("The symbol \"{c}\" is not a valid escape sequence selector.")
                }
                EscapeProblem::Digits { wanted: 4 } => {
                    "The \\u escape sequence must be followed by four hexadecimal digits."
                        .to_owned()
                }
                EscapeProblem::Digits { .. } => {
                    "The \\U escape sequence must be followed by eight hexadecimal digits."
                        .to_owned()
                }
                EscapeProblem::NoCharacter(number) => {
                    format!("Cannot encode character U+{number:04x} in UTF-8.")
                }
            };
            Diagnostic::error("Invalid escape sequence", detail)
                .at(span)
                .help("For a backslash itself, write two: \\\\")
        });
    }

    pub(super) fn bad_in_string(&mut self, token: Token) {
        let span = self.span_of(token);
        let text = self.text(token).to_owned();
        self.problems.push(|| unused(&text).at(span));
    }

    pub(super) fn template_in_literal(&mut self, open: Token) {
        let span = self.span_of(self.tok);
        let context = self.span(open.start, self.tok.end);
        let sign = &self.text(self.tok)[..1];
        let detail = format!(
            "Template sequences are not allowed in this string. To include a literal {sign:?}, double it (as \"{sign}{sign}\") to escape it."
        );
        self.problems
            .push(|| Diagnostic::error("Invalid string literal", detail).at(span).within(context));
    }

    /// A string in quotes that meets the end of its line, or of the text.
    pub(super) fn unclosed_string(&mut self, open: Token) {
        if self.tok.kind == TokenKind::Eof {
            return self.unterminated(open, false);
        }
        let sequence = self.sequence.filter(|s| s.quoted).map(|s| s.opener);
        if let Some(opener) = sequence {
            return self.unclosed_sequence(opener);
        }
        let span = self.span(open.start, self.tok.start.max(open.end));
        self.problems.push(|| {
            Diagnostic::error(
                "Invalid multi-line string",
                "Quoted strings may not be split over multiple lines. To produce a multi-line string, either use the \\n escape to represent a newline character or use the \"heredoc\" multi-line template syntax.",
            )
            .at(span)
            .help("If the string ends on this line, add its closing quote (\").")
        });
    }

    pub(super) fn unterminated(&mut self, open: Token, heredoc: bool) {
        let span = self.span_of(open);
        let end = self.span_of(self.tok).head();
        let marker = self.text(open).trim_start_matches(['<', '-']).trim().to_owned();
        self.problems.push(|| {
            let d = Diagnostic::error(
                "Unterminated template string",
                "No closing marker was found for the string.",
            )
            .at(span)
            .label(end, "the file ends here");
            if heredoc {
                d.help(format!(
                    "End the string with a line that holds {marker} alone, and a line end after it."
                ))
            } else {
                d.help("Add the closing quote (\").")
            }
        });
    }

    /// After the expression of a sequence: its end, or a report.
    pub(super) fn expect_sequence_end(
        &mut self,
        opener: Token,
        word: Option<Token>,
    ) -> Result<(), Bail> {
        let found = self.tok;
        if found.kind == TokenKind::TemplateSeqEnd {
            return Ok(());
        }
        let (span, context) = (self.span_of(found), self.span(opener.start, found.end));
        let quoted = self.sequence.is_some_and(|s| s.quoted);
        if found.kind == TokenKind::Eof
            || (quoted && (found.kind == TokenKind::OQuote || self.newline.is_some()))
        {
            self.unclosed_sequence(opener);
            return Err(Bail);
        }
        let word = word.map(|w| self.text(w).to_owned());
        self.report(found, || match (word, found.kind) {
            (Some(word), _) => Diagnostic::error(
                format!("Extra characters in {word} marker"),
                "Expected a closing brace to end the sequence, but found extra characters.",
            )
            .at(span)
            .within(context),
            (None, TokenKind::Colon) => Diagnostic::error(
                "Extra characters after interpolation expression",
                "Template interpolation doesn't expect a colon at this location. Did you intend this to be a literal sequence to be processed as part of another language? If so, you can escape it by starting with \"$${\" instead of just \"${\".",
            )
            .at(span)
            .within(context),
            (None, _) => Diagnostic::error(
                "Extra characters after interpolation expression",
                "Expected a closing brace to end the interpolation expression, but found extra characters.\n\nThis can happen when you include interpolation syntax for another language, such as shell scripting, but forget to escape the interpolation start token. If this is an embedded sequence for another language, escape it by starting with \"$${\" instead of just \"${\".",
            )
            .at(span)
            .within(context),
        });
        Err(Bail)
    }

    fn unclosed_sequence(&mut self, opener: Token) {
        let span = self.span_of(opener);
        self.report_at_end(|| {
            Diagnostic::error(
                "Unclosed template interpolation sequence",
                "There is no closing brace for this interpolation sequence before the end of the quoted template. This might be caused by incorrect nesting inside the given expression.",
            )
            .at(span)
            .help("Add the missing } where the expression ends.")
        });
    }

    pub(super) fn no_directive(&mut self, opener: Token) -> Bail {
        let found = self.tok;
        let (span, context) = (self.span_of(found), self.span(opener.start, found.end));
        self.report(found, || {
            Diagnostic::error(
                "Invalid template directive",
                "A template directive keyword (\"if\", \"for\", etc) is expected at the beginning of a %{ sequence.",
            )
            .at(span)
            .within(context)
            .help("For %{ as text, write %%{.")
        });
        Bail
    }

    pub(super) fn unknown_directive(&mut self, word: Token) -> Bail {
        let span = self.span_of(word);
        let given = self.text(word).to_owned();
        self.problems.push(|| {
            let near = suggest::nearest(&given, ["if", "for", "else", "endif", "endfor"]);
            let hint = near.map_or(String::new(), |near| format!(" Did you mean {near:?}?"));
            Diagnostic::error(
                "Invalid template control keyword",
                format!("{given:?} is not a valid template control keyword.{hint}"),
            )
            .at(span)
        });
        Bail
    }

    pub(super) fn unclosed_directive(&mut self, start: u32, end: u32, is_if: bool, close: Token) {
        let (span, close) = (self.span(start, end), self.span_of(close));
        let (word, closer) = if is_if { ("if", "endif") } else { ("for", "endfor") };
        self.problems.push(|| {
            Diagnostic::error(
                "Unexpected end of template",
                format!("The {word} directive is missing its corresponding {closer} directive."),
            )
            .at(span)
            .label(close, "the template ends here")
            .help(format!("Add %{{ {closer} }} where it should end."))
        });
    }

    pub(super) fn unexpected_directive(
        &mut self,
        directive: Directive,
        start: u32,
        end: u32,
        opener: Option<(u32, u32, Directive)>,
    ) {
        let span = self.span(start, end);
        let opened = opener.map(|(start, end, directive)| (self.span(start, end), directive));
        let name = match directive {
            Directive::Else => "else",
            Directive::EndFor => "endfor",
            _ => "endif",
        };
        self.problems.push(|| {
            let detail = match (opened, directive) {
                (None, _) => "The control directives within this template are unbalanced.",
                (Some((_, Directive::If(_))), Directive::Else) => {
                    "Already in the else clause for the if that is open here."
                }
                (Some((_, Directive::If(_))), _) => {
                    "Expecting an endif directive for the if that is open here."
                }
                (_, Directive::Else) => "An else clause is not expected for a for directive.",
                _ => "Expecting an endfor directive corresponding to the for that is open here.",
            };
            let d = Diagnostic::error(format!("Unexpected {name} directive"), detail).at(span);
            match opened {
                Some((opened, _)) => d.label(opened, "opened here"),
                None => d,
            }
        });
    }
}

/// What is wrong with a token that no place in the language has.
fn foreign(kind: TokenKind, text: &str) -> Option<Diagnostic> {
    let operator = |detail: &str| {
        Diagnostic::error(
            "Unsupported operator",
            format!("Bitwise operators are not supported.{detail}"),
        )
    };
    let character = |detail: &'static str| Diagnostic::error("Invalid character", detail);
    Some(match kind {
        TokenKind::BitwiseAnd => operator(" Did you mean boolean AND (\"&&\")?"),
        TokenKind::BitwiseOr => operator(" Did you mean boolean OR (\"||\")?"),
        TokenKind::BitwiseNot => operator(" Did you mean boolean NOT (\"!\")?"),
        TokenKind::BitwiseXor => operator(""),
        TokenKind::Backtick => character(
            "The \"`\" character is not valid. To create a multi-line string, use the \"heredoc\" syntax, like \"<<EOT\".",
        ),
        TokenKind::Apostrophe => {
            character("Single quotes are not valid. Use double quotes (\") to enclose strings.")
        }
        TokenKind::Semicolon => character(
            "The \";\" character is not valid. Use newlines to separate arguments and blocks, and commas to separate items in collection values.",
        ),
        TokenKind::Invalid => match text {
            "“" | "”" | "„" => character(
                "\"Curly quotes\" are not valid here. These can sometimes be inadvertently introduced when sharing code via documents or discussion forums. It might help to replace the character with a \"straight quote\".",
            ),
            _ => unused(text),
        },
        _ => return None,
    })
}

/// A character that means nothing anywhere, and may look like one that does.
fn unused(text: &str) -> Diagnostic {
    let problem =
        Diagnostic::error("Invalid character", "This character is not used within the language.");
    match text.chars().next() {
        None => problem,
        Some('\r') => {
            problem.help("Save the file with line feeds: a carriage return alone ends no line.")
        }
        Some('$' | '%') => problem
            .help("Write ${ and } around an expression in quotes, and $${ for the two characters."),
        Some(c) if c.is_whitespace() => {
            problem.help(format!("Put a plain space in its place: this is U+{:04X}.", c as u32))
        }
        Some(c) => {
            problem.help(format!("Remove it, or put it in quotes: this is U+{:04X}.", c as u32))
        }
    }
}
