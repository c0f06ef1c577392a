//! Expressions: operators, signs and conditions. Terms are in [`super::term`].
//!
//! Operators of one precedence make one flat node, and so do signs, so that a long sum is not a deep tree.

use super::parser::{Parsed, Parser};
use crate::lex::TokenKind;
use crate::tree::{BinaryOp, Data, OperandNode, Run};

impl Parser<'_, '_> {
    /// An expression of any kind.
    pub(super) fn expression(&mut self) -> Parsed {
        self.down()?;
        let condition = self.operators(1)?;
        let expr = if self.kind() == TokenKind::Question {
            self.bump();
            let yes = self.expression()?;
            if self.kind() != TokenKind::Colon {
                return Err(self.no_else(condition));
            }
            self.bump();
            let no = self.expression()?;
            let (start, end) = (self.extent(condition).0, self.extent(no).1);
            self.node(start, end, Data::Conditional { condition, yes, no })
        } else {
            condition
        };
        self.up();
        Ok(expr)
    }

    /// Operands joined by operators that bind at least as tightly as `least`.
    fn operators(&mut self, least: u8) -> Parsed {
        let mut left = self.signs()?;
        while let Some((_, precedence)) = operator(self.kind())
            && precedence >= least
        {
            let mark = self.operands.len();
            while let Some((op, same)) = operator(self.kind())
                && same == precedence
            {
                let at = self.base + self.bump().start;
                let expr = self.operators(precedence + 1)?;
                self.operands.push(OperandNode { op, at, expr });
            }
            let start = self.tree.operands.len();
            self.tree.operands.extend(self.operands.drain(mark..));
            let rest = Run::since(start, self.tree.operands.len());
            let start = self.extent(left).0;
            left = self.node(start, self.prev_end, Data::Binary { first: left, rest });
        }
        Ok(left)
    }

    /// A term with any number of signs before it.
    fn signs(&mut self) -> Parsed {
        let first = self.tok.start;
        let signs = self.tree.signs.len();
        while matches!(self.kind(), TokenKind::Minus | TokenKind::Bang) {
            let at = self.base + self.bump().start;
            self.tree.signs.push(at);
        }
        let count = self.tree.signs.len() - signs;
        let operand = self.term_with_steps()?;
        if count == 0 {
            return Ok(operand);
        }
        let end = self.extent(operand).1;
        let signs = Run::since(signs, signs + count);
        Ok(self.node(first, end, Data::Unary { signs, operand }))
    }
}

/// The operator that a token is, and how tightly it binds.
#[inline]
fn operator(kind: TokenKind) -> Option<(BinaryOp, u8)> {
    Some(match kind {
        TokenKind::Or => (BinaryOp::Or, 1),
        TokenKind::And => (BinaryOp::And, 2),
        TokenKind::EqualOp => (BinaryOp::Equal, 3),
        TokenKind::NotEqual => (BinaryOp::NotEqual, 3),
        TokenKind::GreaterThan => (BinaryOp::Greater, 4),
        TokenKind::GreaterThanEq => (BinaryOp::GreaterOrEqual, 4),
        TokenKind::LessThan => (BinaryOp::Less, 4),
        TokenKind::LessThanEq => (BinaryOp::LessOrEqual, 4),
        TokenKind::Plus => (BinaryOp::Add, 5),
        TokenKind::Minus => (BinaryOp::Subtract, 5),
        TokenKind::Star => (BinaryOp::Multiply, 6),
        TokenKind::Slash => (BinaryOp::Divide, 6),
        TokenKind::Percent => (BinaryOp::Modulo, 6),
        _ => return None,
    })
}
