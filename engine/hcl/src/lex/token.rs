//! Tokens: the kinds that the language has, and those that it has only to refuse them well.

/// One token: a kind and the bytes it covers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    pub kind: TokenKind,
    pub start: u32,
    pub end: u32,
}

impl Token {
    /// The text of this token.
    #[must_use]
    pub fn text<'s>(&self, source: &'s str) -> &'s str {
        &source[self.start as usize..self.end as usize]
    }
}

/// What a token is. Names are those of HCL's own scanner, so that its tables can be read against ours.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TokenKind {
    OBrace,
    CBrace,
    OBrack,
    CBrack,
    OParen,
    CParen,
    OQuote,
    CQuote,
    /// `<<EOT` or `<<-EOT`, with the line end that follows.
    OHeredoc,
    /// The marker that ends a heredoc, with the spaces before and after it, without its line end.
    CHeredoc,
    Star,
    Slash,
    Plus,
    Minus,
    Percent,
    Equal,
    EqualOp,
    NotEqual,
    LessThan,
    LessThanEq,
    GreaterThan,
    GreaterThanEq,
    And,
    Or,
    Bang,
    Dot,
    Comma,
    DoubleColon,
    Ellipsis,
    FatArrow,
    Question,
    Colon,
    /// `${` or `${~`.
    TemplateInterp,
    /// `%{` or `%{~`.
    TemplateControl,
    /// `}` or `~}` where it ends an interpolation or a directive.
    TemplateSeqEnd,
    /// Text between quotes; may hold backslash escapes.
    QuotedLit,
    /// Text of a heredoc or a bare template, at most a line; holds no backslash escapes.
    StringLit,
    NumberLit,
    Ident,
    /// A comment; one that starts with `#` or `//` includes its line end.
    Comment,
    Newline,
    Eof,

    // What follows is no part of the language. It is recognised so that it can be refused by name.
    BitwiseAnd,
    BitwiseOr,
    BitwiseNot,
    BitwiseXor,
    Apostrophe,
    Backtick,
    Semicolon,
    Invalid,
    /// Line ends within quotes.
    QuotedNewline,
}

impl TokenKind {
    /// Whether this kind opens a bracket of any sort.
    #[must_use]
    pub fn opens(self) -> bool {
        matches!(
            self,
            Self::OBrace
                | Self::OBrack
                | Self::OParen
                | Self::OQuote
                | Self::OHeredoc
                | Self::TemplateInterp
                | Self::TemplateControl
        )
    }

    /// Whether this kind closes a bracket of any sort.
    #[must_use]
    pub fn closes(self) -> bool {
        matches!(
            self,
            Self::CBrace
                | Self::CBrack
                | Self::CParen
                | Self::CQuote
                | Self::CHeredoc
                | Self::TemplateSeqEnd
        )
    }
}
