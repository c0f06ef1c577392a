//! The words of the language: tokens, identifiers and the text of string literals.

mod ident;
mod literal;
mod number;
mod scanner;
mod token;

pub use ident::is_identifier;
pub use literal::pieces as literal_pieces;
pub use scanner::Scanner;
pub use token::{Token, TokenKind};

pub(crate) use ident::continues_identifier;
pub(crate) use literal::{BadEscape, EscapeProblem, decode, normal};
pub(crate) use number::is_number;
pub(crate) use scanner::Conflict;

/// Every token of a configuration text, comments and line ends included, the end of the text last.
#[must_use]
pub fn tokens(text: &str) -> Vec<Token> {
    collect(Scanner::new(text))
}

/// Every token of a text that is a template as a whole.
#[must_use]
pub fn template_tokens(text: &str) -> Vec<Token> {
    collect(Scanner::template(text))
}

fn collect(mut scanner: Scanner<'_>) -> Vec<Token> {
    let mut tokens = Vec::new();
    loop {
        let token = scanner.next_token();
        tokens.push(token);
        if token.kind == TokenKind::Eof {
            return tokens;
        }
    }
}
