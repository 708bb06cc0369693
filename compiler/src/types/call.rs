//! The types of calls: of the program's functions and of the language's.

use lockstep_numbers::{Binary, ScalarType, Unary};

use super::body::{BodyChecker, Place};
use crate::{
    errors::{e0303_argument_count, e0309_not_constant, e0312_misplaced_statement},
    program::{Expression, ExpressionKind},
    resolve::{Builtin, Definition},
    source::Span,
    syntax::tree::{self, Name},
};

impl BodyChecker<'_, '_, '_> {
    pub(super) fn call(
        &mut self,
        name: &Name,
        arguments: &[tree::Expression],
        wanted: Option<ScalarType>,
        span: Span,
    ) -> Option<Expression> {
        let meaning = self.checker.resolved.meaning(name);
        match meaning {
            Definition::Builtin(builtin) => self.builtin(builtin, &name.text, arguments, wanted, span),
            Definition::Function(id) => {
                if self.place == Place::Job {
                    let place = "in a kernel or a function; a job computes with operators";
                    self.checker.diagnostics.push(e0312_misplaced_statement::error(span, "a call", place));
                    return None;
                }
                if self.place == Place::Constant {
                    self.checker.diagnostics.push(e0309_not_constant::error(span, "this"));
                    return None;
                }
                let (parameters, result) = self.checker.signatures.get(id as usize)?.clone();
                if parameters.len() != arguments.len() {
                    let (wanted, found) = (parameters.len(), arguments.len());
                    let declared = self.declared(meaning);
                    let error = e0303_argument_count::error(span, &name.text, wanted, found, declared);
                    self.checker.diagnostics.push(error);
                    return None;
                }
                let declared =
                    self.checker.resolved.functions.get(id as usize).map(|(function, _)| &function.parameters);
                let declared: Vec<Span> = declared.into_iter().flatten().map(|p| p.name.span).collect();
                let typed: Vec<Option<Expression>> = arguments
                    .iter()
                    .zip(parameters.iter().zip(declared))
                    .map(|(argument, (ty, declared))| self.typed(argument, *ty, Some((declared, "because of this"))))
                    .collect();
                let arguments = typed.into_iter().collect::<Option<Vec<_>>>()?;
                Some(Expression { kind: ExpressionKind::Call { function: id as usize, arguments }, ty: result, span })
            }
            _ => {
                self.wrong_kind(name, meaning, "a function");
                None
            }
        }
    }

    fn builtin(
        &mut self,
        builtin: Builtin,
        name: &str,
        arguments: &[tree::Expression],
        wanted: Option<ScalarType>,
        span: Span,
    ) -> Option<Expression> {
        let count = match builtin {
            Builtin::Min | Builtin::Max | Builtin::CeilDiv => 2,
            Builtin::Abs | Builtin::Sqrt | Builtin::ToBits | Builtin::FromBits => 1,
        };
        let mut arguments = arguments.iter();
        let (first, second) = match (arguments.next(), arguments.next(), arguments.len()) {
            (Some(a), None, 0) if count == 1 => (a, a),
            (Some(a), Some(b), 0) if count == 2 => (a, b),
            (a, b, more) => {
                let found = usize::from(a.is_some()) + usize::from(b.is_some()) + more;
                self.checker.diagnostics.push(e0303_argument_count::error(span, name, count, found, None));
                return None;
            }
        };
        if self.place == Place::Job && matches!(builtin, Builtin::ToBits | Builtin::FromBits) {
            self.misplaced(span, "a change of bits", "in a kernel or a function");
            return None;
        }
        match builtin {
            Builtin::Min => self.binary(Binary::Minimum, first, second, wanted, span),
            Builtin::Max => self.binary(Binary::Maximum, first, second, wanted, span),
            Builtin::CeilDiv => self.binary(Binary::CeilingDivide, first, second, Some(ScalarType::U32), span),
            Builtin::Abs => self.unary(Unary::Absolute, first, wanted, span),
            Builtin::Sqrt => self.unary(Unary::SquareRoot, first, Some(ScalarType::F32), span),
            Builtin::ToBits => {
                let operand = Box::new(self.typed(first, ScalarType::F32, None)?);
                Some(Expression { kind: ExpressionKind::ToBits(operand), ty: ScalarType::U32, span })
            }
            Builtin::FromBits => {
                let operand = Box::new(self.typed(first, ScalarType::U32, None)?);
                Some(Expression { kind: ExpressionKind::FromBits(operand), ty: ScalarType::F32, span })
            }
        }
    }
}
